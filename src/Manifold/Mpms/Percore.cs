using Manifold.Child;
using Manifold.Connections;
using Manifold.HandOffs;
using Manifold.Populations;

namespace Manifold.Mpms;

/// <summary>
/// percore: a fixed number of processes, with a reactor for each core between them. A reactor accepts, and serves every connection that it has
/// where its bytes arrive: no hand-off, no other thread, and every wait in its epoll. A connection that keeps its thread for too long keeps nothing
/// else: the reactor goes to another thread (<see cref="TurnWatch"/>). The number of threads grows with those that are kept. A crash
/// costs the connections of one process.
/// </summary>
internal sealed class Percore : Mpm
{
    public override string Name => "percore";

    public override string Summary => "A reactor for each core serves a request where its bytes arrive; blocked ones get another thread.";

    public override bool IsAsync => true;

    internal override SizingKind SizingKind => SizingKind.Percore;

    internal override bool UsesAcceptLock => false;

    internal override IPopulation NewPopulation(EffectiveSizing sizing, PopulationMemory memory) =>
        new FixedServers(sizing.ActiveLimit, memory.Buckets);

    internal override void Start(ChildServer child)
    {
        var standBy = new IdleStack<Reactor>();
        var reactors = new Reactor[child.Sizing.Reactors];
        var lots = new ParkingLot[reactors.Length];
        var watch = new TurnWatch(reactors, standBy, () => child.Announce(lots));
        int listening = reactors.Length;
        for (int i = 0; i < reactors.Length; i++)
        {
            reactors[i] = new Reactor(child, reactors, standBy, watch, whenClosed: LetGo);
            lots[i] = reactors[i].Lot;
        }
        GrowingPool pool = null!;
        pool = new GrowingPool(child, SpareThreadRule.Of(child.Sizing), me =>
        {
            for (var place = new IdleWorker<Reactor>(me); standBy.Await(place) is { } reactor;)
            {
                pool.Busy();
                reactor.Lead(me);
                pool.Idle();
            }
        }, standBy.Dismiss);
        pool.Start();
        child.StartListener("watch", watch.Run);

        void LetGo()
        {
            if (Interlocked.Decrement(ref listening) == 0) child.CloseListeners();
        }
    }
}
