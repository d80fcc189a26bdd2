using Manifold.Accepting;
using Manifold.Child;
using Manifold.Contracts;
using Manifold.Driving;
using Manifold.HandOffs;
using Manifold.Populations;

namespace Manifold.Mpms;

/// <summary>
/// event: worker's processes and threads, but a connection has a thread only while there is something to compute. The listener thread is also
/// the poller: it watches the connections that wait for their clients, and is called for those whose application has waited for something else; what can go on
/// goes to any worker. A child takes more connections than it has threads, as far as its idle threads justify.
/// </summary>
internal sealed class Event : Mpm
{
    public override string Name => "event";

    public override string Summary => "Threads only for connections with something to do; idle ones wait in a poller. The default.";

    public override bool IsAsync => true;

    public override bool HasFixedThreads => true;

    public override IReadOnlyList<SizingDirective> Directives =>
    [
        .. SpareThreadsSizing.Directives,
        new("AsyncRequestWorkerFactor", "further connections of a child per idle thread", "2", (sizing, factor) => sizing with { AsyncRequestWorkerFactor = factor }, IsFactor: true),
    ];

    public override EffectiveSizing Complete(Sizing sizing, int buckets) => SpareThreadsSizing.Complete(sizing, ah: 497, mostThreads: 100_000, buckets);

    internal override bool UsesAcceptLock => false;

    internal override IPopulation NewPopulation(EffectiveSizing sizing, PopulationMemory memory) =>
        new SpareThreads(ThreadSizing.Of(sizing, memory), SpareThreadsStyle.Event, memory);

    internal override void Start(ChildServer child)
    {
        var jobs = new JobQueue();
        var listener = new PollingListener(child, jobs);
        var drive = new DriveLoop(WaitTable.ParkHere(listener.Parking), child.State);
        for (int i = 0; i < child.Sizing.ThreadsPerChild; i++)
        {
            child.StartWorker($"worker {i}", row: i, me =>
            {
                while (jobs.Pop(me, listener.WorkerIsSpare) is { } job) child.Serve(drive, job.Connection, me, job.Ready);
            });
        }
        child.StartListener("listener", listener.Run);
    }
}
