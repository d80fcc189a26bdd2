using Manifold.Httpd.Language;
using Manifold.Httpd.Matching;

namespace Manifold.Httpd.Expressions;

/// <summary>
/// The half of the grammar whose outcome is true or false: one method for each rule, from "or" down to single comparisons. Used once, by one thread.
/// </summary>
internal sealed class ExpressionParser(string text, ExpressionPlace place)
{
    private readonly ExpressionCursor _cursor = new(text, place);
    private readonly List<RegexMatch> _matches = [];
    private TextParser? _texts;

    private TextParser Texts => _texts ??= new TextParser(_cursor);

    /// <summary>The whole text as a condition.</summary>
    /// <param name="wantsGroups">True when somebody asks for the groups of the last match afterwards.</param>
    public Condition Parse(bool wantsGroups)
    {
        var condition = Or();
        _cursor.Blanks();
        if (!_cursor.AtEnd) throw _cursor.Unexpected();
        foreach (var match in _matches) match.KeepsGroups = wantsGroups || Texts.UsesGroups;
        return condition;
    }

    /// <summary>The whole text as a text with variables in it.</summary>
    public Text ParseText() => Texts.Content('\0');

    private Condition Or()
    {
        var parts = new List<Condition> { And() };
        while (_cursor.Take("||") || _cursor.TakeWord("or")) parts.Add(And());
        return parts.Count == 1 ? parts[0] : new Any([.. parts]);
    }

    private Condition And()
    {
        var parts = new List<Condition> { Single() };
        while (_cursor.Take("&&") || _cursor.TakeWord("and")) parts.Add(Single());
        return parts.Count == 1 ? parts[0] : new All([.. parts]);
    }

    private Condition Single()
    {
        _cursor.Enter();
        try
        {
            if (_cursor.Take("!") || _cursor.TakeWord("not")) return new Not(Single());
            if (_cursor.Take("("))
            {
                var inner = Or();
                return _cursor.Take(")") ? inner : throw _cursor.Fail("a closing parenthesis is missing");
            }
            if (_cursor.TakeWord("true")) return new Constant(true);
            if (_cursor.TakeWord("false")) return new Constant(false);
            return _cursor.Next == '-' && char.IsAsciiLetter(_cursor.Second) ? Unary() : Comparison(Texts.Word());
        }
        finally
        {
            _cursor.Leave();
        }
    }

    private Condition Unary()
    {
        int start = _cursor.At++;
        string name = _cursor.Name();
        Func<Text, Condition>? make = name switch
        {
            "z" => word => new Emptiness(word),
            "n" => word => new Not(new Emptiness(word)),
            "T" => word => new Truth(word),
            "R" => word => new AddressMatch(null, Range(word)),
            "e" => word => new FileTest(word, static stat => stat.Exists, follow: true),
            "d" => word => new FileTest(word, static stat => stat.IsDirectory, follow: true),
            "f" => word => new FileTest(word, static stat => stat.IsFile, follow: true),
            "s" => word => new FileTest(word, static stat => stat.IsFile && stat.Size > 0, follow: true),
            "x" => word => new FileTest(word, static stat => (stat.Mode & 0x49) != 0, follow: true),
            "L" or "h" => word => new FileTest(word, static stat => stat.IsLink, follow: false),
            "U" or "A" => word => new Lookup(word, static (subject, path) => subject.IsOpen(path)),
            "F" => word => new Lookup(word, static (subject, path) => subject.IsOpenFile(path)),
            _ => null,
        };
        if (make is not null) return make(Texts.Word());
        _cursor.At = start;
        throw _cursor.Fail($"Unary operator '-{name}' does not exist");
    }

    private Condition Comparison(Text left)
    {
        if (_cursor.Take("=~")) return Match(left, negative: false);
        if (_cursor.Take("!~")) return Match(left, negative: true);
        foreach (var (symbol, order) in s_symbols)
            if (_cursor.Take(symbol)) return new TextComparison(left, order, Texts.Word());
        _cursor.Blanks();
        int start = _cursor.At;
        bool dash = _cursor.Take("-");
        string name = _cursor.Name();
        Order number = name switch
        {
            "eq" => Order.Equal,
            "ne" => Order.Less | Order.Greater,
            "lt" => Order.Less,
            "le" => Order.Less | Order.Equal,
            "gt" => Order.Greater,
            "ge" => Order.Greater | Order.Equal,
            _ => 0,
        };
        if (number != 0) return new NumberComparison(left, number, Texts.Word());
        if (name == "in") return Membership(left);
        switch (dash ? name.ToLowerInvariant() : "")
        {
            case "ipmatch": return new AddressMatch(left, Range(Texts.Word()));
            case "strmatch": return new WildcardMatch(left, Texts.Word(), ignoreCase: false, '\0');
            case "strcmatch": return new WildcardMatch(left, Texts.Word(), ignoreCase: true, '\0');
            case "fnmatch": return new WildcardMatch(left, Texts.Word(), ignoreCase: false, '/');
        }
        _cursor.At = start;
        throw dash && name.Length > 1 ? _cursor.Fail($"Binary operator '-{name}' does not exist") : _cursor.Unexpected("a comparison");
    }

    // Longer ones before those they begin with.
    private static readonly (string Symbol, Order Order)[] s_symbols =
    [
        ("==", Order.Equal), ("=", Order.Equal), ("!=", Order.Less | Order.Greater), ("<=", Order.Less | Order.Equal), ("<", Order.Less),
        (">=", Order.Greater | Order.Equal), (">", Order.Greater),
    ];

    private RegexMatch Match(Text subject, bool negative)
    {
        // The character that ends it cannot be in it, not even behind a backslash.
        _cursor.Blanks();
        if (_cursor.Next == 'm' && "/#$%^|?!'\",;:._-".Contains(_cursor.Second, StringComparison.Ordinal)) _cursor.At++;
        else if (_cursor.Next != '/') throw _cursor.Unexpected("a regular expression between slashes");
        char end = _cursor.Next;
        _cursor.At++;
        string pattern = _cursor.Until(end, "a regular expression");
        bool ignoreCase = _cursor.Next == 'i';
        if (ignoreCase) _cursor.At++;
        if (char.IsAsciiLetterOrDigit(_cursor.Next)) throw _cursor.Fail($"a regular expression has no flag {_cursor.Next}");
        var match = new RegexMatch(subject, Patterns.Compile(pattern, ignoreCase ? PatternOptions.IgnoreCase : PatternOptions.None, "Cannot parse condition clause: Failed to compile regular expression"), negative);
        _matches.Add(match);
        return match;
    }

    private Condition Membership(Text subject)
    {
        _cursor.Blanks();
        int start = _cursor.At;
        if (_cursor.Name() is { Length: > 0 } name && _cursor.Take("("))
            throw _cursor.Fail($"List-returning function '{name}' does not exist");
        _cursor.At = start;
        if (!_cursor.Take("{")) throw _cursor.Unexpected("a list in braces");
        var list = new List<Text> { Texts.Word() };
        while (_cursor.Take(",")) list.Add(Texts.Word());
        return _cursor.Take("}") ? new Membership(subject, [.. list]) : throw _cursor.Fail("a closing brace is missing");
    }

    private AddressRange Range(Text word)
    {
        if (word is not Literal literal) throw _cursor.Fail("a range of addresses must be written out");
        return AddressRange.TryParse(literal.Content, out var range) && Array.Exists(range.Mask, part => part != 0) ? range : throw _cursor.Fail($"'{literal.Content}' is no range of addresses");
    }
}
