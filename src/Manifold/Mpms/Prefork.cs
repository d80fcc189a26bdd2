using Manifold.Accepting;
using Manifold.Child;
using Manifold.Contracts;
using Manifold.Driving;
using Manifold.Os;
using Manifold.Populations;

namespace Manifold.Mpms;

/// <summary>
/// prefork: processes as leader and followers. Each child has one thread; all idle children queue for the accept lock; its holder takes a
/// connection, lets go, and serves that connection itself, all waits included. No hand-off, no threads to share state with; a crash costs
/// one connection.
/// </summary>
internal sealed class Prefork : Mpm
{
    public override string Name => "prefork";

    public override string Summary => "One connection per process: a crash costs one request, at the price of memory.";

    public override bool IsThreaded => false;

    public override IReadOnlyList<SizingDirective> Directives =>
    [
        .. SizingDirectives.Processes("5", "256", "256"),
        new("MinSpareServers", "fewest idle children", "5", (sizing, n) => sizing with { MinSpareServers = n }),
        new("MaxSpareServers", "most idle children", "10", (sizing, n) => sizing with { MaxSpareServers = n }),
    ];

    public override EffectiveSizing Complete(Sizing sizing, int buckets) => SpareServersSizing.Complete(sizing, buckets, new Corrections());

    internal override IPopulation NewPopulation(EffectiveSizing sizing, PopulationMemory memory) => new SpareServers(
        new ServerSizing(sizing.MinSpareServers, sizing.MaxSpareServers, sizing.MaxRequestWorkers, memory.Buckets), memory);

    internal override void Start(ChildServer child)
    {
        var accepting = new LeadingAcceptor(child); // the thread leads, or serves
        var drive = new DriveLoop(WaitTable.Block, child.State);
        child.StartWorker("prefork", row: 0, me =>
        {
            while (accepting.Next(me) is { } connection) child.Serve(drive, connection, me, Ready.In);
        });
    }
}
