using Manifold.Accepting;
using Manifold.Child;
using Manifold.Contracts;
using Manifold.Driving;
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

    private static readonly GrowingSizing s_numbers = new(2, 1000, 1000, 1, 1, 10, 64, 20_000) { ThreadsName = "ThreadsPerChild" };

    public override bool HasFixedProcesses => true;

    public override IReadOnlyList<SizingDirective> Directives =>
    [
        SizingDirectives.Servers("StartServers", "child processes", "2"),
        .. SizingDirectives.Recycling,
        new("ReactorsPerChild", "reactors of each child; 0 = the processors, shared out among the children", "0", (sizing, n) => sizing with { ReactorsPerChild = n }),
        SizingDirectives.Threads("ThreadsPerChild", "most threads of each child", "64, or two for each reactor"),
        .. SizingDirectives.GrowingThreads("one for each reactor, and one", "1", "10"),
    ];

    /// <summary>A fixed number of children that share the processors out among their reactors; each reactor needs a thread, and one should stand by.</summary>
    public override EffectiveSizing Complete(Sizing sizing, int buckets)
    {
        var conflicts = new Conflicts();
        int servers = Math.Max(1, sizing.StartServers ?? s_numbers.Servers);
        int wanted = sizing.ReactorsPerChild ?? 0;
        int reactors = wanted == 0 ? (Environment.ProcessorCount + servers - 1) / servers : wanted;
        int threads = sizing.ThreadsPerChild ?? Math.Max(s_numbers.Threads, 2 * reactors);
        reactors = conflicts.Within("ReactorsPerChild", reactors, Math.Max(1, threads), "ThreadsPerChild");
        var children = s_numbers.Complete(sizing with
        {
            ThreadsPerChild = threads,
            StartThreads = sizing.StartThreads ?? Math.Min(reactors + 1, threads),
            MaxSpareThreads = sizing.MaxSpareThreads ?? Math.Max(s_numbers.MaxSpare, sizing.MinSpareThreads ?? 0),
        }, buckets);
        return children with { Reactors = reactors, ServerLimit = children.StartServers, Conflicts = [.. conflicts.All, .. children.Conflicts] };
    }

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
