using Manifold.Accepting;
using Manifold.Child;
using Manifold.Contracts;
using Manifold.Driving;
using Manifold.HandOffs;
using Manifold.Populations;

namespace Manifold.Mpms;

/// <summary>
/// winnt: a supervisor and one child with a fixed number of threads. A listener thread for each port; a completion queue hands the connections
/// to the workers and lets no more of them run than there are processors; a worker serves its connection to the end, all waits included. When
/// the child retires the listeners leave, and the last one sends every worker a "die" packet: the idle leave at once, the busy when they are
/// done. A crash costs every connection.
/// </summary>
internal sealed class Winnt : Mpm
{
    public override string Name => "winnt";

    public override string Summary => "One process with a fixed number of threads, a listener for each port, and a bound on the threads that run.";

    public override bool HasFixedThreads => true;

    public override bool HasFixedProcesses => true;

    public override IReadOnlyList<SizingDirective> Directives =>
    [
        .. SizingDirectives.Recycling,
        SizingDirectives.Threads("ThreadsPerChild", "worker threads", "64"),
        SizingDirectives.ThreadLimit("upper bound of ThreadsPerChild, at most 15000", "1920"),
    ];

    /// <summary>httpd's bounds and corrections for one child with a fixed number of threads; several sets of sockets have nobody to accept from them.</summary>
    public override EffectiveSizing Complete(Sizing sizing, int buckets)
    {
        var correct = new Corrections();
        int threadLimit = correct.Bound("ThreadLimit", sizing.ThreadLimit ?? 1920, 1, 15_000, low: 441, high: 439);
        int threads = correct.Bound("ThreadsPerChild", sizing.ThreadsPerChild ?? 64, 1, threadLimit, low: 446, high: 444, "ThreadLimit");
        var conflicts = new Conflicts();
        conflicts.Buckets(buckets, servers: 1);
        return new EffectiveSizing
        {
            StartServers = 1,
            StartThreads = threads,
            ThreadsPerChild = threads,
            ThreadLimit = threadLimit,
            ServerLimit = 1,
            MaxRequestWorkers = threads,
            ActiveLimit = 1,
            MaxConnectionsPerChild = Math.Max(0, sizing.MaxConnectionsPerChild),
            AsyncRequestWorkerFactor = sizing.AsyncRequestWorkerFactor,
            Warnings = correct.Warnings,
            Conflicts = conflicts.All,
        };
    }

    internal override bool UsesAcceptLock => false;

    internal override IPopulation NewPopulation(EffectiveSizing sizing, PopulationMemory memory) =>
        new FixedServers(sizing.ActiveLimit, memory.Buckets);

    internal override void Start(ChildServer child)
    {
        int workers = child.Sizing.ThreadsPerChild, listening = child.Listeners.Length;
        var jobs = new CompletionJobs(workers, listening, outOfThreads: () => child.Log(
            LogLevel.Warn, "AH00326: all threads are busy: connections wait; consider raising ThreadsPerChild"));
        var drive = new DriveLoop(WaitTable.Block, child.State);
        for (int i = 0; i < workers; i++)
        {
            child.StartWorker($"worker {i}", row: i, me =>
            {
                while (jobs.Next(me) is { } job)
                {
                    child.Serve(drive, job.Connection, me, job.Ready);
                    jobs.Done();
                }
            });
        }
        child.AtTheEnd(jobs.EndAccepting);
        foreach (var socket in child.Listeners)
        {
            child.StartListener($"listener {socket.Local.Port}", me =>
            {
                new PortListener(child, socket, jobs).Run(me);
                if (Interlocked.Decrement(ref listening) > 0) return;
                child.CloseListeners();
                jobs.Dismiss(workers);
            });
        }
    }
}
