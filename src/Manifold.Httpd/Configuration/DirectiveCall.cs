using Manifold.Httpd.Modules.Core;

namespace Manifold.Httpd.Configuration;

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

    /// <summary>The server that is being configured: the main server or the virtual host around the directive.</summary>
    public required ServerScope Server { get; init; }

    /// <summary>The innermost section around the directive; null outside.</summary>
    public Section? Section { get; init; }

    /// <summary>The directive's place in the tree, with the sections around it; null at read time.</summary>
    public DirectiveNode? Node { get; init; }

    /// <summary>For <see cref="Arguments.Flag"/>: the value.</summary>
    public bool On => Args[0].Equals("on", StringComparison.OrdinalIgnoreCase);

    /// <summary>Server-wide settings to write to.</summary>
    public T ServerSettings<T>() where T : class, ISettings<T>, new() => Server.Settings.Edit<T>();

    /// <summary>Per-directory settings to write to: those of the section around the directive, or the server's defaults.</summary>
    public T DirectorySettings<T>() where T : class, ISettings<T>, new() => (Section?.Settings ?? Server.Defaults).Edit<T>();

    /// <summary>The error to throw when the arguments make no sense: httpd's two-line shape with file and line.</summary>
    public ConfigurationException Fail(string message) =>
        Directive.AtReadTime ? new ConfigurationException(message) : ConfigurationException.At(File, Line, message);

    /// <summary>In a per-directory file: what it may hold. null elsewhere.</summary>
    public Overrides? Overrides => Reading?.Overrides;

    /// <summary>The methods that the Limit section around the directive names; null outside.</summary>
    public MethodLimit? Limit => Reading?.Limit;

    /// <summary>Adds to the warnings of this reading; the text begins with its AH number if it has one.</summary>
    public void Warn(string message) => Reading?.Warnings.Add(message);

    /// <summary>A path of the configuration, made absolute against ServerRoot.</summary>
    public string ResolvePath(string path) => Paths.Resolve(Reading?.ServerRoot ?? BuiltIn.ServerRoot, path);

    /// <summary>The loaded module of that identifier, source name or short name; null when there is none.</summary>
    public Module? FindModule(string name) => Reading?.Modules.Find(name);

    /// <summary>
    /// Carries out what this section encloses. Without arguments the enclosed directives write where this one would have written (as in
    /// RequireAll); with <paramref name="section"/> they write there.
    /// </summary>
    public void RunEnclosed(Section? section = null) => Reading?.Executor.Run(Node?.Children ?? [], Server, section ?? Section);

    /// <summary>Carries out what this section encloses, for another server.</summary>
    public void RunEnclosed(ServerScope server) => Reading?.Executor.Run(Node?.Children ?? [], server, null);

    /// <summary>Carries out what this section encloses, for some methods only.</summary>
    internal void RunEnclosed(MethodLimit limit)
    {
        if (Reading is null) return;
        Reading.Limit = limit;
        RunEnclosed();
        Reading.Limit = null;
    }

    /// <summary>For a section at read time that takes text: its lines, raw.</summary>
    internal IReadOnlyList<string> Body { get; init; } = [];

    /// <summary>The reading under way; null only in tests of single setters.</summary>
    internal Reading? Reading { get; init; }
}
