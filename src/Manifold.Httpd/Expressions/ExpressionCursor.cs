using Manifold.Httpd.Language;

namespace Manifold.Httpd.Expressions;

/// <summary>What an expression may use where it stands.</summary>
/// <param name="Restricted">True in per-directory files, whose authors may not read any file that the server can read.</param>
/// <param name="Words">The modules whose variables and functions are known; null = none.</param>
internal readonly record struct ExpressionPlace(bool Restricted, IReadOnlyList<IExpressionWords>? Words)
{
    public static ExpressionPlace Of(DirectiveCall call) => new(call.Overrides is not null, call.Reading is { } reading ? [.. reading.Modules.Loaded.OfType<IExpressionWords>()] : null);

    /// <summary>The reader of a variable; null when there is none.</summary>
    public VariableReader? Variable(string name)
    {
        foreach (var words in Words ?? [])
            if (words.Variable(name) is { } reader) return reader;
        return null;
    }

    /// <summary>The function of a name; null when there is none.</summary>
    public TextFunction? Function(string name)
    {
        if (Functions.Find(name) is { } own) return own;
        foreach (var words in Words ?? [])
            if (words.Function(name) is { } function) return function;
        return null;
    }
}

/// <summary>The text of an expression and how far it has been read: single tokens, and what is wrong at a place. Used once, by one thread.</summary>
internal sealed class ExpressionCursor(string text, ExpressionPlace place)
{
    private const int Deepest = 100;
    private int _depth;

    public ExpressionPlace Place => place;

    public int At { get; set; }

    public bool AtEnd => At >= text.Length;

    /// <summary>The next character; NUL at the end.</summary>
    public char Next => At < text.Length ? text[At] : '\0';

    /// <summary>The character behind the next one; NUL at the end.</summary>
    public char Second => At + 1 < text.Length ? text[At + 1] : '\0';

    /// <summary>Whether a variable or function begins here, as it may in the middle of a text.</summary>
    public bool AtVariable => Next == '%' && Second == '{';

    /// <summary>Whether a back-reference begins here.</summary>
    public bool AtGroup => Next == '$' && char.IsAsciiDigit(Second);

    /// <summary>The number that the last character is.</summary>
    public int Digit => text[At - 1] - '0';

    /// <summary>Enters a rule that may contain itself.</summary>
    public void Enter()
    {
        if (++_depth > Deepest) throw Fail($"nested more than {Deepest} deep");
    }

    public void Leave() => _depth--;

    public void Blanks()
    {
        while (Next is ' ' or '\t' or '\n') At++;
    }

    /// <summary>Takes a symbol, blanks before it included.</summary>
    public bool Take(string symbol)
    {
        Blanks();
        if (string.CompareOrdinal(text, At, symbol, 0, symbol.Length) != 0) return false;
        At += symbol.Length;
        return true;
    }

    /// <summary>Takes a whole word, blanks before it included.</summary>
    public bool TakeWord(string word)
    {
        Blanks();
        int start = At;
        if (Name() == word) return true;
        At = start;
        return false;
    }

    /// <summary>Takes a name: a letter, then letters, digits and underscores; empty when there is none.</summary>
    public string Name()
    {
        int start = At;
        if (char.IsAsciiLetter(Next))
            while (char.IsAsciiLetterOrDigit(Next) || Next == '_') At++;
        return text[start..At];
    }

    /// <summary>Takes a whole number; empty when there is none.</summary>
    public string Number()
    {
        int start = At;
        if (Next == '-' && char.IsAsciiDigit(Second)) At++;
        while (char.IsAsciiDigit(Next)) At++;
        return text[start..At];
    }

    /// <summary>Takes everything up to a character, and the character.</summary>
    public string Until(char end, string what)
    {
        int stop = text.IndexOf(end, At);
        if (stop < 0) throw Fail($"the end of {what} is missing");
        string taken = text[At..stop];
        At = stop + 1;
        return taken;
    }

    public ConfigurationException Unexpected(string expected = "an operator") => Fail(AtEnd
        ? $"{expected} is missing at the end" : $"{expected} was expected at '{text.AsSpan(At, Math.Min(20, text.Length - At))}'");

    public ConfigurationException Fail(string complaint) => new($"Cannot parse condition clause: {complaint} (character {At + 1})");
}
