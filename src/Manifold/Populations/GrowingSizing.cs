using Manifold.Contracts;

namespace Manifold.Populations;

/// <summary>The numbers of an MPM whose children grow. The numbers are httpd 2.0's and 2.4's for these systems.</summary>
/// <param name="Servers">Processes.</param>
/// <param name="ServerLimit">Most processes, unless ServerLimit says otherwise.</param>
/// <param name="MostServers">Most that ServerLimit may say.</param>
/// <param name="StartThreads">Threads of a child at its start.</param>
/// <param name="MinSpare">Fewest idle threads of a child.</param>
/// <param name="MaxSpare">Most idle threads of a child.</param>
/// <param name="Threads">Most threads of a child.</param>
/// <param name="MostThreads">Most that a configuration may allow.</param>
internal sealed record GrowingSizing(
    int Servers, int ServerLimit, int MostServers, int StartThreads, int MinSpare, int MaxSpare, int Threads, int MostThreads)
{
    /// <summary>The directive that says how many processes there are.</summary>
    public string ServersName { get; init; } = "StartServers";

    /// <summary>The directive that says how many threads a child may have.</summary>
    public string ThreadsName { get; init; } = "MaxThreads";

    /// <summary>
    /// The numbers to run with. These MPMs are not in httpd 2.4, so there is no configuration in use that needs a correction: what does not fit together is a conflict, and all
    /// of them are named.
    /// </summary>
    public EffectiveSizing Complete(Sizing sizing, int buckets)
    {
        var conflicts = new Conflicts();
        int serverLimit = conflicts.Within("ServerLimit", sizing.ServerLimit ?? ServerLimit, MostServers);
        int servers = conflicts.Within(ServersName, sizing.StartServers ?? Math.Min(Servers, serverLimit), serverLimit, "ServerLimit");
        int threadLimit = conflicts.Within("ThreadLimit", sizing.ThreadLimit ?? MostThreads, MostThreads);
        int threads = conflicts.Within(ThreadsName, sizing.ThreadsPerChild ?? Math.Min(Threads, threadLimit), threadLimit, "ThreadLimit");
        int least = conflicts.Within("MinSpareThreads", sizing.MinSpareThreads ?? Math.Min(MinSpare, threads), threads, ThreadsName);
        int most = sizing.MaxSpareThreads ?? Math.Max(MaxSpare, least);
        int start = conflicts.Within("StartThreads", sizing.StartThreads ?? Math.Min(StartThreads, threads), threads, ThreadsName);
        if (most < least) conflicts.All.Add($"MaxSpareThreads of {most} is less than MinSpareThreads of {least}");
        conflicts.Buckets(buckets, servers);
        return new EffectiveSizing
        {
            StartServers = servers,
            MinSpareThreads = least,
            MaxSpareThreads = most,
            StartThreads = start,
            ThreadsPerChild = threads,
            ThreadLimit = sizing.ThreadLimit is null ? threads : threadLimit,
            ServerLimit = serverLimit,
            MaxRequestWorkers = servers * threads,
            ActiveLimit = servers,
            MaxRequestsPerThread = Math.Max(0, sizing.MaxRequestsPerThread),
            MaxConnectionsPerChild = Math.Max(0, sizing.MaxConnectionsPerChild),
            AsyncRequestWorkerFactor = sizing.AsyncRequestWorkerFactor,
            Conflicts = conflicts.All,
        };
    }
}
