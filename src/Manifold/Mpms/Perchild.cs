using Manifold.Accepting;
using Manifold.Child;
using Manifold.Contracts;
using Manifold.HandOffs;
using Manifold.Os;
using Manifold.Populations;

namespace Manifold.Mpms;

/// <summary>
/// perchild: a fixed number of processes, each under an account of its own choice, with threads that grow and shrink with its load. Virtual
/// hosts belong to accounts. Any process accepts any connection; one whose request another account must serve travels there with the bytes that
/// were read (<see cref="Departures"/>, <see cref="Arrivals"/>), at every request anew. Inside a process the threads accept in turn, from the
/// listening sockets and from the other processes alike. No accept lock: one account could keep it from the others.
/// </summary>
internal sealed class Perchild : Mpm
{
    public override string Name => "perchild";

    public override string Summary => "Processes under different accounts, a growing number of threads in each: virtual hosts separated by user.";

    private static readonly GrowingSizing s_numbers = new(2, 8, 20_000, 5, 5, 10, 64, 20_000) { ServersName = "NumServers", ThreadsName = "MaxThreadsPerChild" };

    public override bool HasFixedProcesses => true;

    public override bool HasUsers => true;

    public override string ThreadsName => s_numbers.ThreadsName;

    public override IReadOnlyList<SizingDirective> Directives =>
    [
        SizingDirectives.Servers("NumServers", "child processes, of all users together", "2"),
        SizingDirectives.ServerLimit("upper bound of NumServers", "8"),
        .. SizingDirectives.Recycling, .. SizingDirectives.GrowingThreads("5", "5", "10"),
        SizingDirectives.Threads("MaxThreadsPerChild", "most threads of each child", "64"),
        SizingDirectives.ThreadLimit("upper bound of MaxThreadsPerChild", "64"),
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
