using Manifold.Httpd.Expressions;
using Manifold.Httpd.Matching;

namespace Manifold.Httpd.Site;

/// <summary>
/// The configuration of one server: the main server or a virtual host. Built while the configuration is executed, by one thread; read-only
/// afterwards. A virtual host's <see cref="Settings"/> and <see cref="Defaults"/> are those of the main server overlaid by its own
/// (merged once, when reading has ended).
/// </summary>
public sealed class ServerScope
{
    private readonly LaterHosts? _later;
    private Content? _known;

    /// <summary>A server whose lines are about to be carried out.</summary>
    public ServerScope() => _known = new Content(new SettingsBag(), new SettingsBag(), []);

    /// <summary>A virtual host of a snapshot: its lines are carried out when what they say is first asked for.</summary>
    internal ServerScope(LaterHosts later) => _later = later;

    /// <summary>What the lines of a server say.</summary>
    internal sealed record Content(SettingsBag Settings, SettingsBag Defaults, List<Section> Sections);

    /// <summary>What the lines say, if they have been carried out.</summary>
    internal Content? Known { get => Volatile.Read(ref _known); set => Volatile.Write(ref _known, value); }

    private Content Now => Known ?? _later!.Complete(this);

    /// <summary>Where the lines stand in the snapshot.</summary>
    internal int LinesPlace { get; set; }

    /// <summary>The server-wide settings of every module.</summary>
    public SettingsBag Settings => Now.Settings;

    /// <summary>Per-directory settings written outside every section: where the merging for each request begins.</summary>
    public SettingsBag Defaults => Now.Defaults;

    /// <summary>Directory, Files, Location and If sections in file order, without those of the main server.</summary>
    public List<Section> Sections => Now.Sections;

    /// <summary>The address arguments of the VirtualHost line; empty for the main server.</summary>
    public IReadOnlyList<string> Addresses { get; init; } = [];

    /// <summary>Host name of ServerName without scheme and port; null when the directive is absent.</summary>
    public string? Name { get; set; }

    /// <summary>The port of ServerName; 0 when absent.</summary>
    public int Port { get; set; }

    /// <summary>"https" when ServerName said so, else "http".</summary>
    public string Scheme { get; set; } = "http";

    /// <summary>The names of ServerAlias, wildcards included, in file order.</summary>
    public IReadOnlyList<string> Aliases { get; internal set; } = [];

    /// <summary>What its addresses are called on the VirtualHost line, names or IPv4 addresses: it answers to them where no host has them for a name.</summary>
    internal IReadOnlyList<string> AddressNames { get; set; } = [];

    /// <summary>The path of ServerPath; null when the directive is absent.</summary>
    public string? Path { get; set; }

    /// <summary>How much of a path <see cref="Path"/> covers, ending at a step of the path; 0 when none.</summary>
    internal int PathLength(string path) =>
        Path is { Length: > 0 } prefix && path.StartsWith(prefix, StringComparison.Ordinal) && (prefix.EndsWith('/') || path.Length == prefix.Length || path[prefix.Length] is '/' or '?')
            ? prefix.Length : 0;

    /// <summary>File of the VirtualHost line (absolute); empty for the main server.</summary>
    public string File { get; init; } = "";

    /// <summary>Line of the VirtualHost line; 0 for the main server.</summary>
    public int Line { get; init; }

    /// <summary>True when the host is one of its names.</summary>
    public bool Names(string host) => host.Equals(Name, StringComparison.OrdinalIgnoreCase) || Aliases.Any(alias => Wildcard.Matches(alias, host, ignoreCase: true, sets: false))
        || AddressNames.Contains(host, StringComparer.OrdinalIgnoreCase);

    /// <summary>True for a virtual host.</summary>
    public bool IsVirtual => Addresses.Count > 0;

    /// <summary>Adds what the main server says where this one says nothing, when all lines of both have been carried out.</summary>
    internal void MergeOver(ServerScope main) => Known = new Content(main.Settings.Merge(Settings), main.Defaults.Merge(Defaults), Sections);
}

/// <summary>What a section compares with.</summary>
public enum SectionKind
{
    /// <summary>Each prefix directory of the file name.</summary>
    Directory,
    /// <summary>A regular expression over the whole file name.</summary>
    DirectoryMatch,
    /// <summary>The last component of the file name.</summary>
    Files,
    /// <summary>A regular expression over the last component.</summary>
    FilesMatch,
    /// <summary>A prefix of the URL path.</summary>
    Location,
    /// <summary>A regular expression over the URL path.</summary>
    LocationMatch,
    /// <summary>A condition.</summary>
    If,
}

/// <summary>One Directory, Files, Location or If section: what it applies to and what it sets.</summary>
public sealed class Section
{
    /// <summary>What <see cref="Pattern"/> is compared with.</summary>
    public required SectionKind Kind { get; init; }

    /// <summary>The section's argument: a path, a wildcard pattern, a regular expression or a condition.</summary>
    public required string Pattern { get; init; }

    /// <summary>For the kinds that end in Match: <see cref="Pattern"/>, compiled.</summary>
    public Pattern? Expression { get; init; }

    /// <summary>For <see cref="SectionKind.If"/>: the condition; null for Else.</summary>
    public Expression? Condition { get; init; }

    /// <summary>True for ElseIf and Else: counts only when none of its chain, which begins at an If, did.</summary>
    public bool IsElse { get; init; }

    /// <summary>What the section sets.</summary>
    public SettingsBag Settings { get; } = new();

    /// <summary>Sections inside this one (Files and If in Directory), in file order.</summary>
    public List<Section> Nested { get; } = [];
}
