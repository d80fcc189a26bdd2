using Manifold.Contracts;
using Manifold.Httpd.Language;
using Manifold.Httpd.Matching;

namespace Manifold.Httpd.Site;

/// <summary>
/// A configuration that was read completely and without error. Nothing in it changes any more; any thread may read it. In a child what a virtual host says is
/// read by the first thread that asks.
/// </summary>
public sealed class ServerConfiguration
{
    private readonly LaterHosts? _later;
    private readonly RecordedSurroundings? _surroundings;
    private ConfigurationSnapshot? _snapshot;

    /// <summary>A configuration that was read from files.</summary>
    internal ServerConfiguration(SiteReading reading, string file, RecordedSurroundings surroundings) : this(reading, file) => _surroundings = surroundings;

    /// <summary>A configuration that was read from a snapshot.</summary>
    internal ServerConfiguration(SiteReading reading, string file, ConfigurationSnapshot snapshot) : this(reading, file) => _snapshot = snapshot;

    private ServerConfiguration(SiteReading reading, string file)
    {
        Inputs = reading.Inputs;
        File = file;
        ServerRoot = reading.ServerRoot;
        RuntimeDirectory = Paths.Resolve(ServerRoot, reading.RuntimeDirectory ?? BuiltIn.RuntimeDirectory);
        Main = reading.Main;
        Servers = reading.VirtualHosts;
        Modules = reading.Modules;
        Defines = reading.Defines;
        Includes = reading.CurrentFile ?? new IncludedFile(file, 0);
        Tree = reading.Tree;
        Warnings = reading.Warnings;
        Remarks = reading.Remarks;
        PatternDefaults = Patterns.Defaults;
        ErrorLog = Main.Settings.Get<ErrorLogSettings>().Target ?? new LogTarget(Resolve(BuiltIn.ErrorLog));
        Logs = [ErrorLog, .. reading.Logs.Where(log => log != ErrorLog)];
        int buckets = ListenBuckets.Count(Main.Settings.Get<ListenSettings>().CoresBucketsRatio);
        Sizing = Modules.Mpm.Mpm.Complete(Main.Settings.Get<MpmSettings>().Sizing, buckets);
        List<string> conflicts = [.. Sizing.Conflicts];
        reading.Warnings.AddRange(Sizing.Warnings);
        HostsStay = reading.HostsStay;
        Names.Complete(reading);
        if ((_later = reading.Later) is not null) _later.Configuration = this;
        else
            foreach (var host in Servers) host.MergeOver(Main);
        VirtualHosts = new VirtualHosts(Main, Servers, reading.Surroundings, reading.Warnings);
        Users = UserDirectives.Complete(Main, Sizing, conflicts);
        if (_later is null)
            foreach (var host in Servers) UserDirectives.Assign(Main, host, conflicts);
        if (conflicts.Count > 0) throw new ConfigurationException(Modules.Mpm.Mpm.Refusal(conflicts));
    }

    /// <summary>The command line's part.</summary>
    public ConfigurationInputs Inputs { get; }

    /// <summary>What a child needs to read this configuration again; made when it is first asked for, by one thread.</summary>
    public ConfigurationSnapshot Snapshot => _snapshot ??= ConfigurationSnapshot.Of(this, _surroundings!);

    /// <summary>True when some line means something else for the virtual hosts before it than for those behind it: then their lines stay where they stand.</summary>
    internal bool HostsStay { get; }

    /// <summary>False when no virtual host has a line of this directive; null when nobody has looked.</summary>
    internal bool? HostsMention(string directive) => _later?.Mention(directive);

    /// <summary>The main file, absolute.</summary>
    public string File { get; }

    /// <summary>The directory that relative paths begin at.</summary>
    public string ServerRoot { get; }

    /// <summary>The directory for pid, lock and socket files.</summary>
    public string RuntimeDirectory { get; }

    /// <summary>How the regular expressions of per-directory files are read: as those behind the end of this configuration.</summary>
    internal PatternOptions PatternDefaults { get; }

    /// <summary>The main server.</summary>
    public ServerScope Main { get; }

    /// <summary>The virtual hosts in file order, each merged over the main server.</summary>
    public IReadOnlyList<ServerScope> Servers { get; }

    /// <summary>The virtual hosts by address and name.</summary>
    public VirtualHosts VirtualHosts { get; }

    /// <summary>The loaded modules.</summary>
    public ModuleSet Modules { get; }

    /// <summary>The multiprocessing module's name: "event".</summary>
    public string Mpm => Modules.Mpm.Name;

    /// <summary>The numbers of processes and threads, completed and corrected; the warnings have said so.</summary>
    public EffectiveSizing Sizing { get; }

    /// <summary>Accounts with child processes of their own.</summary>
    public IReadOnlyList<UserShare> Users { get; }

    /// <summary>The names that -D and Define set.</summary>
    public Defines Defines { get; }

    /// <summary>The files read: the main file with what it includes.</summary>
    public IncludedFile Includes { get; }

    /// <summary>The tree of pass one, for -t -D DUMP_CONFIG.</summary>
    public IReadOnlyList<DirectiveNode> Tree { get; }

    /// <summary>What is wrong but not fatal, with AH numbers, in order.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>What is worth a word when somebody asks, in order: what has no effect because it is meant to have none here.</summary>
    public IReadOnlyList<string> Remarks { get; }

    /// <summary>The logs that directives named, the main error log first.</summary>
    public IReadOnlyList<LogTarget> Logs { get; }

    /// <summary>The main error log.</summary>
    public LogTarget ErrorLog { get; }

    /// <summary>What the layer must know of all this.</summary>
    public ManifoldOptions ToOptions() => LayerOptions.From(this);

    /// <summary>A path of the configuration, made absolute against ServerRoot.</summary>
    public string Resolve(string path) => Paths.Resolve(ServerRoot, path);
}
