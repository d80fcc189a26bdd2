using Manifold.Accepting;
using Manifold.Child;
using Manifold.Contracts;
using Manifold.Driving;
using Manifold.HandOffs;
using Manifold.Populations;

namespace Manifold.Mpms;

/// <summary>
/// worker: processes with threads. In each child one listener thread takes connections, and only when a worker is idle; a FIFO hands them
/// over; the worker serves its connection to the end, all waits included. Fewer processes than prefork, and a crash costs all connections
/// of one child.
/// </summary>
internal sealed class Worker : Mpm
{
    public override string Name => "worker";

    public override string Summary => "One connection per thread, several processes.";

    public override bool HasFixedThreads => true;

    public override IReadOnlyList<SizingDirective> Directives => SpareThreadsSizing.Directives;

    public override EffectiveSizing Complete(Sizing sizing, int buckets) => SpareThreadsSizing.Complete(sizing, ah: 301, mostThreads: 20_000, buckets);

    internal override IPopulation NewPopulation(EffectiveSizing sizing, PopulationMemory memory) =>
        new SpareThreads(ThreadSizing.Of(sizing, memory), SpareThreadsStyle.Blocking, memory);

    internal override void Start(ChildServer child)
    {
        var jobs = new JobQueue();
        var drive = new DriveLoop(WaitTable.Block, child.State);
        for (int i = 0; i < child.Sizing.ThreadsPerChild; i++)
        {
            child.StartWorker($"worker {i}", row: i, me =>
            {
                while (jobs.Pop(me) is { } job) child.Serve(drive, job.Connection, me, job.Ready);
            });
        }
        child.StartListener("listener", new QueueingListener(child, jobs).Run);
    }
}
