using Manifold.Accepting;
using Manifold.Child;
using Manifold.Contracts;
using Manifold.HandOffs;
using Manifold.Populations;

namespace Manifold.Mpms;

/// <summary>
/// beos: one process with a listener thread and worker threads at a queue, whose number grows and shrinks with the load. A worker may be
/// worn out after a number of connections: it ends, and another takes its place. A crash costs every connection. The architecture of httpd's MPM
/// for that system, not a port.
/// </summary>
internal sealed class Beos : Mpm
{
    public override string Name => "beos";

    public override string Summary => "One process with a listener and a growing number of workers, each for a limited number of connections.";

    private static readonly GrowingSizing s_numbers = new(1, 1, 1, 10, 1, 50, 50, 20_000) { ThreadsName = "MaxRequestWorkers" };

    public override bool HasFixedProcesses => true;

    public override string ThreadsName => s_numbers.ThreadsName;

    public override IReadOnlyList<SizingDirective> Directives =>
    [
        .. SizingDirectives.Recycling, .. SizingDirectives.GrowingThreads("10", "1", "50"),
        SizingDirectives.Threads("MaxRequestWorkers", "most threads", "50"),
        SizingDirectives.Threads("MaxClients", "old name of MaxRequestWorkers", "see MaxRequestWorkers"),
        new("MaxRequestsPerThread", "connections after which a thread is replaced; 0 = never", "0", (sizing, n) => sizing with { MaxRequestsPerThread = Math.Max(0, n) }),
    ];

    public override EffectiveSizing Complete(Sizing sizing, int buckets) => s_numbers.Complete(sizing, buckets);

    internal override bool UsesAcceptLock => false;

    internal override IPopulation NewPopulation(EffectiveSizing sizing, PopulationMemory memory) =>
        new FixedServers(sizing.ActiveLimit, memory.Buckets);

    internal override void Start(ChildServer child)
    {
        var jobs = new JobQueue();
        GrowingPool.Serving(child, me => jobs.Pop(me), jobs.Dismiss).Start();
        child.StartListener("listener", new QueueingListener(child, jobs).Run);
    }
}
