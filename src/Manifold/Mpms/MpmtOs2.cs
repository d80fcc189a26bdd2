using Manifold.Accepting;
using Manifold.Child;
using Manifold.HandOffs;
using Manifold.Populations;

namespace Manifold.Mpms;

/// <summary>
/// mpmt_os2: a fixed number of processes; in each a listener, a queue, and workers whose number grows and shrinks with the load. A crash
/// costs the connections of one process. The architecture of httpd's MPM for that system, not a port.
/// </summary>
internal sealed class MpmtOs2 : Mpm
{
    public override string Name => "mpmt_os2";

    public override string Summary => "A fixed number of processes, each with a listener and a growing number of workers.";

    internal override SizingKind SizingKind => SizingKind.MpmtOs2;

    internal override IPopulation NewPopulation(EffectiveSizing sizing, PopulationMemory memory) =>
        new FixedServers(sizing.ActiveLimit, memory.Buckets);

    internal override void Start(ChildServer child)
    {
        var jobs = new JobQueue();
        GrowingPool.Serving(child, me => jobs.Pop(me), jobs.Dismiss).Start();
        child.StartListener("listener", new QueueingListener(child, jobs).Run);
    }
}
