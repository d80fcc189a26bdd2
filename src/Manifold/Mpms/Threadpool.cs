using Manifold.Accepting;
using Manifold.Child;
using Manifold.Connections;
using Manifold.Contracts;
using Manifold.Driving;
using Manifold.HandOffs;
using Manifold.Os;
using Manifold.Populations;

namespace Manifold.Mpms;

/// <summary>
/// threadpool: worker with queue and idle count exchanged. Idle workers wait on a stack; the listener takes the top one before it accepts,
/// and gives it the connection directly, so exactly the chosen thread wakes. A crash costs all connections of one child.
/// </summary>
internal sealed class Threadpool : Mpm
{
    public override string Name => "threadpool";

    public override string Summary => "Worker with idle workers on a stack: the listener hands each connection to the one on top.";

    public override bool HasFixedThreads => true;

    public override IReadOnlyList<SizingDirective> Directives => SpareThreadsSizing.Directives;

    public override EffectiveSizing Complete(Sizing sizing, int buckets) => SpareThreadsSizing.Complete(sizing, ah: 301, mostThreads: 20_000, buckets);

    internal override IPopulation NewPopulation(EffectiveSizing sizing, PopulationMemory memory) =>
        new SpareThreads(ThreadSizing.Of(sizing, memory), SpareThreadsStyle.Blocking, memory);

    internal override void Start(ChildServer child)
    {
        var idle = new IdleStack<Connection>();
        var drive = new DriveLoop(WaitTable.Block, child.State);
        for (int i = 0; i < child.Sizing.ThreadsPerChild; i++)
        {
            child.StartWorker($"worker {i}", row: i, me =>
            {
                for (var place = new IdleWorker<Connection>(me); ;) child.Serve(drive, idle.Await(place)!, me, Ready.In);
            });
        }
        child.State.Retiring += idle.EndAccepting;
        child.StartListener("listener", me =>
        {
            using (var acceptor = new Acceptor(child))
            {
                while (idle.Reserve() is { } worker && acceptor.Next(me) is { } connection) worker.Give(connection);
            }
            child.CloseListeners();
        });
    }
}
