using Manifold.Accepting;
using Manifold.Child;
using Manifold.Contracts;
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

    private static readonly GrowingSizing s_numbers = new(2, 10, 10, 5, 5, 10, 256, 256) { ThreadsName = "ThreadLimit" };

    public override bool HasFixedProcesses => true;

    public override string ThreadsName => s_numbers.ThreadsName;

    public override IReadOnlyList<SizingDirective> Directives =>
    [
        SizingDirectives.Servers("StartServers", "child processes, at most 10", "2"),
        .. SizingDirectives.Recycling, .. SizingDirectives.GrowingThreads("5", "5", "10"),
        SizingDirectives.Threads("ThreadLimit", "most threads of each child, at most 256", "256"),
    ];

    public override EffectiveSizing Complete(Sizing sizing, int buckets) => s_numbers.Complete(sizing, buckets);

    internal override IPopulation NewPopulation(EffectiveSizing sizing, PopulationMemory memory) =>
        new FixedServers(sizing.ActiveLimit, memory.Buckets);

    internal override void Start(ChildServer child)
    {
        var jobs = new JobQueue();
        GrowingPool.Serving(child, me => jobs.Pop(me), jobs.Dismiss).Start();
        child.StartListener("listener", new QueueingListener(child, jobs).Run);
    }
}
