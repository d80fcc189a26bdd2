using Manifold.Accepting;
using Manifold.Child;
using Manifold.Contracts;
using Manifold.HandOffs;
using Manifold.Os;
using Manifold.Populations;

namespace Manifold.Mpms;

/// <summary>
/// netware: prefork's idea with threads in one process. All threads accept, as leader and followers; their number grows and shrinks with
/// the load. One address space: least memory, nothing between processes, and a crash costs every connection. The architecture of httpd's MPM for
/// that system, not a port.
/// </summary>
internal sealed class Netware : Mpm
{
    public override string Name => "netware";

    public override string Summary => "One process; its threads accept in turn, and grow and shrink with the load.";

    private static readonly GrowingSizing s_numbers = new(1, 1, 1, 50, 10, 100, 2048, 20_000);

    public override bool HasFixedProcesses => true;

    public override string ThreadsName => s_numbers.ThreadsName;

    public override IReadOnlyList<SizingDirective> Directives =>
    [
        .. SizingDirectives.Recycling, .. SizingDirectives.GrowingThreads("50", "10", "100"),
        SizingDirectives.Threads("MaxThreads", "most threads", "2048"),
    ];

    public override EffectiveSizing Complete(Sizing sizing, int buckets) => s_numbers.Complete(sizing, buckets);

    internal override bool UsesAcceptLock => false;

    internal override IPopulation NewPopulation(EffectiveSizing sizing, PopulationMemory memory) =>
        new FixedServers(sizing.ActiveLimit, memory.Buckets);

    internal override void Start(ChildServer child)
    {
        var leaders = new LeadingAcceptor(child);
        GrowingPool.Serving(child, me => leaders.Next(me) is { } connection ? new Job(connection, Ready.In) : null, leaders.Dismiss).Start();
    }
}
