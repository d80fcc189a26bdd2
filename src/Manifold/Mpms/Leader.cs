using Manifold.Accepting;
using Manifold.Child;
using Manifold.Contracts;
using Manifold.Driving;
using Manifold.Os;
using Manifold.Populations;

namespace Manifold.Mpms;

/// <summary>
/// leader: leader and followers on both levels. The leaders of all processes queue for the accept lock; inside a process the idle threads lie on a
/// stack, and the one on top becomes the leader when the present one has got a connection, which that one serves itself. No listener
/// thread, no queue: a connection never changes its thread. A crash costs all connections of one child.
/// </summary>
internal sealed class Leader : Mpm
{
    public override string Name => "leader";

    public override string Summary => "Every thread accepts in its turn and serves what it accepted; the last one to become idle is the next.";

    public override bool HasFixedThreads => true;

    public override IReadOnlyList<SizingDirective> Directives => SpareThreadsSizing.Directives;

    public override EffectiveSizing Complete(Sizing sizing, int buckets) => SpareThreadsSizing.Complete(sizing, ah: 301, mostThreads: 20_000, buckets);

    internal override IPopulation NewPopulation(EffectiveSizing sizing, PopulationMemory memory) =>
        new SpareThreads(ThreadSizing.Of(sizing, memory), SpareThreadsStyle.Blocking, memory);

    internal override void Start(ChildServer child)
    {
        var leaders = new LeadingAcceptor(child);
        var drive = new DriveLoop(WaitTable.Block, child.State);
        for (int i = 0; i < child.Sizing.ThreadsPerChild; i++)
        {
            child.StartWorker($"worker {i}", row: i, me =>
            {
                while (leaders.Next(me) is { } connection) child.Serve(drive, connection, me, Ready.In);
            });
        }
    }
}
