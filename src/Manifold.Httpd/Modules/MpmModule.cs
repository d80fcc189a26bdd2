using System.Globalization;
using Manifold.Hosting;
using Manifold.Httpd.Configuration;
using Manifold.Populations;

namespace Manifold.Httpd.Modules;

/// <summary>Numbers of processes and threads.</summary>
internal sealed class MpmSettings : ISettings<MpmSettings>
{
    public Sizing Sizing { get; set; } = new();

    public MpmSettings Merge(MpmSettings over) => over;
}

/// <summary>
/// A multiprocessing module as the configuration sees it: a name and the directives that size its population. How it works is the layer's
/// business. Exactly one is loaded.
/// </summary>
/// <param name="name">The layer's name of the MPM: "event".</param>
/// <param name="kind">Which rules complete and correct its numbers.</param>
/// <param name="table">Makes its directives; called when they are first asked for.</param>
public sealed class MpmModule(string name, SizingKind kind, Func<IReadOnlyList<Directive>> table) : Module
{
    /// <inheritdoc/>
    public override string Identifier { get; } = $"mpm_{name}_module";

    /// <inheritdoc/>
    public override string Source { get; } = $"{name}.c";

    /// <summary>The layer's name of the MPM.</summary>
    public string Name => name;

    /// <summary>Which rules complete and correct its numbers.</summary>
    public SizingKind Kind => kind;

    /// <inheritdoc/>
    protected override IReadOnlyList<Directive> Table() => table();

    /// <summary>One thread a process.</summary>
    public static MpmModule Prefork => new("prefork", SizingKind.Prefork, () => [.. Processes("5", "256", "256"), .. s_recycling, .. s_spareServers]);

    /// <summary>Threads that each serve one connection at a time.</summary>
    public static MpmModule Worker => Threaded("worker");

    /// <summary>Threads that serve requests, idle connections parked.</summary>
    public static MpmModule Event => new("event", SizingKind.Event, () => [.. Processes("3", "16", "400"), .. s_recycling, .. s_threads, s_asyncFactor]);

    /// <summary>A process for each connection.</summary>
    public static MpmModule Inetd => new("inetd", SizingKind.Inetd, () => [.. Processes("1", "256", "256"), .. s_recycling]);

    /// <summary>An MPM with a fixed number of threads in each child: worker's directives under another name.</summary>
    public static MpmModule Threaded(string name) => new(name, SizingKind.Worker, () => [.. Processes("3", "16", "400"), .. s_recycling, .. s_threads]);

    /// <summary>One process with a growing number of threads that all accept.</summary>
    public static MpmModule Netware => new("netware", SizingKind.Netware, () =>
        [.. s_recycling, .. Growing("50", "10", "100"), Size("MaxThreads", "most threads", s_mostThreads, "2048")]);

    /// <summary>One process with a listener and a growing number of threads.</summary>
    public static MpmModule Beos => new("beos", SizingKind.Beos, () =>
    [
        .. s_recycling, .. Growing("10", "1", "50"),
        Size("MaxRequestWorkers", "most threads", s_mostThreads, "50"),
        Size("MaxClients", "old name of MaxRequestWorkers", s_mostThreads, "see MaxRequestWorkers"),
        Size("MaxRequestsPerThread", "connections after which a thread is replaced; 0 = never",
            (sizing, n) => sizing with { MaxRequestsPerThread = Math.Max(0, n) }, "0"),
    ]);

    /// <summary>A fixed number of processes of several users, with a growing number of threads that all accept.</summary>
    public static MpmModule Perchild => new("perchild", SizingKind.Perchild, () =>
    [
        Size("NumServers", "child processes, of all users together", (sizing, n) => sizing with { StartServers = n }, "2"),
        Size("ServerLimit", "upper bound of NumServers", (sizing, n) => sizing with { ServerLimit = n }, "8"),
        .. s_recycling, .. Growing("5", "5", "10"),
        Size("MaxThreadsPerChild", "most threads of each child", s_mostThreads, "64"),
        Size("ThreadLimit", "upper bound of MaxThreadsPerChild", (sizing, n) => sizing with { ThreadLimit = n }, "64"),
        .. UserDirectives.Table,
    ]);

    /// <summary>A fixed number of processes, each with a listener and a growing number of threads.</summary>
    public static MpmModule MpmtOs2 => new("mpmt_os2", SizingKind.MpmtOs2, () =>
    [
        Size("StartServers", "child processes, at most 10", (sizing, n) => sizing with { StartServers = n }, "2"),
        .. s_recycling, .. Growing("5", "5", "10"),
        Size("ThreadLimit", "most threads of each child, at most 256", s_mostThreads, "256"),
    ]);

    /// <summary>A fixed number of processes, each with four pools of threads.</summary>
    public static MpmModule Pipeline => new("pipeline", SizingKind.Pipeline, () =>
    [
        Size("StartServers", "child processes", (sizing, n) => sizing with { StartServers = n }, "2"),
        .. s_recycling,
        Size("ThreadsPerChild", "request processors in each child", s_mostThreads, "25"),
        Size("ReadersPerChild", "threads of each child that read requests, at most 8", (sizing, n) => sizing with { ReadersPerChild = n }, "1"),
        Size("WritersPerChild", "threads of each child that send responses, at most 8", (sizing, n) => sizing with { WritersPerChild = n }, "1"),
    ]);

    /// <summary>One process with a fixed number of threads.</summary>
    public static MpmModule Winnt => new("winnt", SizingKind.Winnt, () =>
    [
        .. s_recycling,
        Size("ThreadsPerChild", "worker threads", s_mostThreads, "64"),
        Size("ThreadLimit", "upper bound of ThreadsPerChild, at most 15000", (sizing, n) => sizing with { ThreadLimit = n }, "1920"),
    ]);

    /// <summary>A fixed number of processes with a reactor for each processor between them.</summary>
    public static MpmModule Percore => new("percore", SizingKind.Percore, () =>
    [
        Size("StartServers", "child processes", (sizing, n) => sizing with { StartServers = n }, "2"),
        .. s_recycling,
        Size("ReactorsPerChild", "reactors of each child; 0 = the processors, shared out among the children",
            (sizing, n) => sizing with { ReactorsPerChild = n }, "0"),
        Size("ThreadsPerChild", "most threads of each child", s_mostThreads, "64, or two for each reactor"),
        .. Growing("one for each reactor, and one", "1", "10"),
    ]);

    private static Directive Size(string directive, string help, Func<Sizing, int, Sizing> set, string fallback) =>
        new(directive, Arguments.One, Contexts.Server, "number", help,
            call => call.ServerSettings<MpmSettings>().Sizing = set(call.ServerSettings<MpmSettings>().Sizing, call.Number()))
            { Default = fallback };

    /// <summary>Of children that grow. Each MPM has defaults of its own.</summary>
    private static Directive[] Growing(string start, string least, string most) =>
    [
        Size("StartThreads", "threads of a child at its start", (sizing, n) => sizing with { StartThreads = n }, start),
        Size("MinSpareThreads", "fewest idle threads of a child", (sizing, n) => sizing with { MinSpareThreads = n }, least),
        Size("MaxSpareThreads", "most idle threads of a child", (sizing, n) => sizing with { MaxSpareThreads = n }, most),
    ];

    private static readonly Func<Sizing, int, Sizing> s_mostThreads = (sizing, n) => sizing with { ThreadsPerChild = n };

    /// <summary>Of a population that follows the load.</summary>
    private static Directive[] Processes(string start, string limit, string workers) =>
    [
        Size("StartServers", "child processes at start", (sizing, n) => sizing with { StartServers = n }, start),
        Size("ServerLimit", "upper bound of the number of children", (sizing, n) => sizing with { ServerLimit = n },
            limit),
        Size("MaxRequestWorkers", "most requests served at the same time", (sizing, n) => sizing with { MaxRequestWorkers = n },
            workers),
        Size("MaxClients", "old name of MaxRequestWorkers", (sizing, n) => sizing with { MaxRequestWorkers = n }, "see MaxRequestWorkers"),
    ];

    private static readonly Directive[] s_recycling =
    [
        Size("MaxConnectionsPerChild", "connections after which a child is replaced; 0 = never",
            (sizing, n) => sizing with { MaxConnectionsPerChild = Math.Max(0, n) }, "0"),
        Size("MaxRequestsPerChild", "old name of MaxConnectionsPerChild",
            (sizing, n) => sizing with { MaxConnectionsPerChild = Math.Max(0, n) }, "see MaxConnectionsPerChild"),
    ];

    private static readonly Directive[] s_spareServers =
    [
        Size("MinSpareServers", "fewest idle children", (sizing, n) => sizing with { MinSpareServers = n }, "5"),
        Size("MaxSpareServers", "most idle children", (sizing, n) => sizing with { MaxSpareServers = n }, "10"),
    ];

    private static readonly Directive[] s_threads =
    [
        Size("MinSpareThreads", "fewest idle threads", (sizing, n) => sizing with { MinSpareThreads = n }, "75"),
        Size("MaxSpareThreads", "most idle threads", (sizing, n) => sizing with { MaxSpareThreads = n }, "250"),
        Size("ThreadsPerChild", "threads in each child", (sizing, n) => sizing with { ThreadsPerChild = n }, "25"),
        Size("ThreadLimit", "upper bound of ThreadsPerChild", (sizing, n) => sizing with { ThreadLimit = n }, "64"),
    ];

    private static readonly Directive s_asyncFactor =
        new("AsyncRequestWorkerFactor", Arguments.One, Contexts.Server, "factor", "further connections of a child per idle thread",
            SetAsyncFactor) { Default = "2" };

    private static void SetAsyncFactor(DirectiveCall call)
    {
        if (!double.TryParse(call.Args[0], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double factor) || factor <= 0)
            throw call.Fail($"AsyncRequestWorkerFactor argument must be a positive number, '{call.Args[0]}' is not");
        var settings = call.ServerSettings<MpmSettings>();
        settings.Sizing = settings.Sizing with { AsyncRequestWorkerFactor = factor };
    }
}
