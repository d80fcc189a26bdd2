namespace Manifold.Populations;

/// <summary>Defaults and bounds of an MPM whose children grow. The numbers are httpd 2.0's and 2.4's for these systems.</summary>
/// <param name="Servers">Processes.</param>
/// <param name="ServerLimit">Most processes, unless ServerLimit says otherwise.</param>
/// <param name="MostServers">Most that ServerLimit may say.</param>
/// <param name="StartThreads">Threads of a child at its start.</param>
/// <param name="MinSpare">Fewest idle threads of a child.</param>
/// <param name="MaxSpare">Most idle threads of a child.</param>
/// <param name="Threads">Most threads of a child.</param>
/// <param name="MostThreads">Most that a configuration may allow.</param>
internal sealed record GrowingDefaults(
    int Servers, int ServerLimit, int MostServers, int StartThreads, int MinSpare, int MaxSpare, int Threads, int MostThreads)
{
    /// <summary>The directive that says how many processes there are.</summary>
    public string ServersName { get; private init; } = "StartServers";

    /// <summary>The directive that says how many threads a child may have.</summary>
    public string ThreadsName { get; private init; } = "MaxThreads";

    /// <summary>Those of an MPM.</summary>
    public static GrowingDefaults Of(SizingKind kind) => kind switch
    {
        SizingKind.Netware => new(1, 1, 1, 50, 10, 100, 2048, 20_000),
        SizingKind.Beos => new(1, 1, 1, 10, 1, 50, 50, 20_000) { ThreadsName = "MaxRequestWorkers" },
        SizingKind.MpmtOs2 => new(2, 10, 10, 5, 5, 10, 256, 256) { ThreadsName = "ThreadLimit" },
        SizingKind.Perchild => new(2, 8, 20_000, 5, 5, 10, 64, 20_000) { ServersName = "NumServers", ThreadsName = "MaxThreadsPerChild" },
        SizingKind.Percore => new(2, 1000, 1000, 1, 1, 10, 64, 20_000) { ThreadsName = "ThreadsPerChild" },
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };
}
