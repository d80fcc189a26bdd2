using Manifold.Contracts;

namespace Manifold.Populations;

/// <summary>Directives that several MPMs have. The names are httpd's.</summary>
internal static class SizingDirectives
{
    public static IReadOnlyList<SizingDirective> Recycling { get; } =
    [
        new("MaxConnectionsPerChild", "connections after which a child is replaced; 0 = never", "0", (sizing, n) => sizing with { MaxConnectionsPerChild = Math.Max(0, n) }),
        new("MaxRequestsPerChild", "old name of MaxConnectionsPerChild", "see MaxConnectionsPerChild", (sizing, n) => sizing with { MaxConnectionsPerChild = Math.Max(0, n) }),
    ];

    /// <summary>The most threads of a child, under the name that an MPM has for it.</summary>
    public static SizingDirective Threads(string name, string help, string fallback) => new(name, help, fallback, (sizing, n) => sizing with { ThreadsPerChild = n });

    public static SizingDirective ThreadLimit(string help, string fallback) => new("ThreadLimit", help, fallback, (sizing, n) => sizing with { ThreadLimit = n });

    public static SizingDirective Servers(string name, string help, string fallback) => new(name, help, fallback, (sizing, n) => sizing with { StartServers = n });

    public static SizingDirective ServerLimit(string help, string fallback) => new("ServerLimit", help, fallback, (sizing, n) => sizing with { ServerLimit = n });

    /// <summary>Of a population that follows the load.</summary>
    public static IReadOnlyList<SizingDirective> Processes(string start, string limit, string workers) =>
    [
        Servers("StartServers", "child processes at start", start),
        ServerLimit("upper bound of the number of children", limit),
        new("MaxRequestWorkers", "most requests served at the same time", workers, (sizing, n) => sizing with { MaxRequestWorkers = n }),
        new("MaxClients", "old name of MaxRequestWorkers", "see MaxRequestWorkers", (sizing, n) => sizing with { MaxRequestWorkers = n }),
        .. Recycling,
    ];

    /// <summary>Of children whose threads grow.</summary>
    public static IReadOnlyList<SizingDirective> GrowingThreads(string start, string least, string most) =>
    [
        new("StartThreads", "threads of a child at its start", start, (sizing, n) => sizing with { StartThreads = n }),
        new("MinSpareThreads", "fewest idle threads of a child", least, (sizing, n) => sizing with { MinSpareThreads = n }),
        new("MaxSpareThreads", "most idle threads of a child", most, (sizing, n) => sizing with { MaxSpareThreads = n }),
    ];
}
