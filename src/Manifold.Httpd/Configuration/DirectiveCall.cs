namespace Manifold.Httpd.Configuration;

/// <summary>One directive as it stands in a file, handed to its setter. Lives only during the call.</summary>
public sealed class DirectiveCall
{
    /// <summary>The directive's entry in its module's table.</summary>
    public required Directive Directive { get; init; }

    /// <summary>The arguments, unquoted. Their number has been checked.</summary>
    public required IReadOnlyList<string> Args { get; init; }

    /// <summary>The text after the directive's name, variables expanded, words not split.</summary>
    public required string Raw { get; init; }

    /// <summary>The file that holds the directive, absolute.</summary>
    public required string File { get; init; }

    /// <summary>The (last physical) line of the directive.</summary>
    public required int Line { get; init; }

    /// <summary>The server that is being configured: the main server or the virtual host around the directive.</summary>
    public required ServerScope Server { get; init; }

    /// <summary>The innermost section around the directive; null outside.</summary>
    public Section? Section { get; init; }

    /// <summary>For <see cref="Arguments.Flag"/>: the value.</summary>
    public bool On => Args[0].Equals("on", StringComparison.OrdinalIgnoreCase);

    /// <summary>Server-wide settings to write to.</summary>
    public T ServerSettings<T>() where T : class, ISettings<T>, new() => Server.Settings.Edit<T>();

    /// <summary>Per-directory settings to write to: those of the section around the directive, or the server's defaults.</summary>
    public T DirectorySettings<T>() where T : class, ISettings<T>, new() => (Section?.Settings ?? Server.Defaults).Edit<T>();

    /// <summary>The error to throw when the arguments make no sense: httpd's two-line shape with file and line.</summary>
    public ConfigurationException Fail(string message) => new($"AH00526: Syntax error on line {Line} of {File}:\n{message}");
}
