namespace Manifold.Httpd.Expressions;

/// <summary>A part of an expression that has a text. Immutable.</summary>
internal abstract class Text
{
    /// <summary>The text for a request; empty when there is none.</summary>
    public abstract string Value(ref Evaluation e);
}

internal sealed class Literal(string value) : Text
{
    public string Content => value;

    public override string Value(ref Evaluation e) => value;
}

/// <summary>$0 to $9: what the last match found.</summary>
internal sealed class BackReference(int group) : Text
{
    public override string Value(ref Evaluation e) => e.Match is { } match ? match[group].ToString() : "";
}

/// <summary>Texts, one behind the other.</summary>
internal sealed class Joined(Text[] parts) : Text
{
    public override string Value(ref Evaluation e)
    {
        string[] values = new string[parts.Length];
        for (int i = 0; i < parts.Length; i++) values[i] = parts[i].Value(ref e);
        return string.Concat(values);
    }
}

/// <summary>Reads something off a request.</summary>
internal delegate string? VariableReader(ref Evaluation e);

/// <summary>A variable.</summary>
internal sealed class Variable(VariableReader read) : Text
{
    public override string Value(ref Evaluation e) => read(ref e) ?? "";
}

/// <summary>Makes a text from a text.</summary>
internal delegate string? TextFunction(ref Evaluation e, string argument);

/// <summary>A function with its argument.</summary>
internal sealed class Call(TextFunction function, Text argument) : Text
{
    public override string Value(ref Evaluation e) => function(ref e, argument.Value(ref e)) ?? "";
}
