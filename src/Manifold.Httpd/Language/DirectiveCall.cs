namespace Manifold.Httpd.Language;

/// <summary>One directive as it stands in a file, handed to its setter. Lives only during the call.</summary>
public sealed class DirectiveCall
{
    /// <summary>The directive's entry in its module's table.</summary>
    public required Directive Directive { get; init; }

    /// <summary>The arguments, unquoted. Their number has been checked.</summary>
    public required IReadOnlyList<string> Args { get; init; }

    /// <summary>
    /// The text after the directive's name, variables expanded, words not split; of a section without its closing bracket.
    /// </summary>
    public required string Raw { get; init; }

    /// <summary>The file that holds the directive, absolute.</summary>
    public required string File { get; init; }

    /// <summary>The (last physical) line of the directive.</summary>
    public required int Line { get; init; }

    /// <summary>What it is about.</summary>
    public required Scope Scope { get; init; }

    /// <summary>The directive's place in the tree, with the sections around it; null at read time.</summary>
    public DirectiveNode? Node { get; init; }

    /// <summary>For <see cref="Arguments.Flag"/>: the value.</summary>
    public bool On => Args[0].Equals("on", StringComparison.OrdinalIgnoreCase);

    /// <summary>The error to throw when the arguments make no sense: httpd's two-line shape with file and line.</summary>
    public ConfigurationException Fail(string message) =>
        Directive.AtReadTime ? new ConfigurationException(message) : ConfigurationException.At(File, Line, message);

    /// <summary>In a per-directory file: what it may hold. null elsewhere.</summary>
    public IOverrides? Overrides => Reading?.Overrides;

    /// <summary>Adds to the warnings of this reading; the text begins with its AH number if it has one.</summary>
    public void Warn(string message) => Reading?.Warnings.Add(message);

    /// <summary>A path of the configuration, made absolute against ServerRoot.</summary>
    public string ResolvePath(string path) => Paths.Resolve(Reading?.ServerRoot ?? BuiltIn.ServerRoot, path);

    /// <summary>The loaded module of that identifier, source name or short name; null when there is none.</summary>
    public Module? FindModule(string name) => Reading?.Modules.Find(name);

    /// <summary>Carries out what this section encloses, for <paramref name="scope"/>; without one the enclosed directives write where this one would have written.</summary>
    public void RunEnclosed(Scope? scope = null) => Reading?.Executor.Run(Node?.Children ?? [], scope ?? Scope);

    /// <summary>For a section at read time that takes text: its lines, raw.</summary>
    internal IReadOnlyList<string> Body { get; init; } = [];

    /// <summary>The reading under way; null only in tests of single setters.</summary>
    internal Reading? Reading { get; init; }
}
