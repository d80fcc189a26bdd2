namespace Manifold.Httpd.Language;

/// <summary>One line of the configuration tree: what pass one leaves for pass two. Read-time directives leave nothing.</summary>
public sealed class DirectiveNode
{
    /// <summary>The directive's name as written; without angle bracket for a section.</summary>
    public required string Name { get; init; }

    /// <summary>The text after the name, variables expanded; for a section with its closing bracket.</summary>
    public required string Text { get; init; }

    /// <summary>The file that holds the line, or the description of a macro.</summary>
    public required string File { get; init; }

    /// <summary>The (last physical) line.</summary>
    public required int Line { get; init; }

    /// <summary>The section around it; null outside.</summary>
    public DirectiveNode? Parent { get; init; }

    /// <summary>What a section encloses; null when this is no section.</summary>
    public List<DirectiveNode>? Children { get; init; }

    /// <summary>The argument of a section's opening line; what stands behind the last bracket is not looked at, as in httpd.</summary>
    internal static string SectionArgument(string name, string text)
    {
        int bracket = text.LastIndexOf('>');
        if (bracket < 0) throw new ConfigurationException($"<{name}> directive missing closing '>'");
        return LineReader.Trim(text.AsSpan(0, bracket)).ToString();
    }
}
