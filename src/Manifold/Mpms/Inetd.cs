using Manifold.Accepting;
using Manifold.Child;
using Manifold.Contracts;
using Manifold.Driving;
using Manifold.Os;
using Manifold.Populations;

namespace Manifold.Mpms;

/// <summary>
/// inetd: the master is the gatekeeper. It accepts (<see cref="Master.Gatekeeper"/>) and starts a process for each connection; the child's
/// only thread serves the connection it was born with, all waits included, and the child ends. Nothing is shared and nothing waits idle, at
/// the price of a process start for every connection. A child without a connection is a rehearsal: it shows that children of its
/// generation can start, and ends. In one process (-X) there is no gatekeeper, and the thread accepts as prefork's does.
/// </summary>
internal sealed class Inetd : Mpm
{
    public override string Name => "inetd";

    public override string Summary => "One process for each connection, started when it comes: no idle processes, at the price of a start each time.";

    public override bool IsThreaded => false;

    public override IReadOnlyList<SizingDirective> Directives => SizingDirectives.Processes("1", "256", "256");

    /// <summary>prefork's bounds; one child at start, the rehearsal, and no spare ones.</summary>
    public override EffectiveSizing Complete(Sizing sizing, int buckets)
    {
        var correct = new Corrections();
        if (sizing.StartServers > 1 || sizing.MaxConnectionsPerChild > 0)
            correct.Warnings.Add("WARNING: inetd starts a child for each connection: StartServers and MaxConnectionsPerChild have no effect");
        return SpareServersSizing.Complete(sizing with { StartServers = 1, MaxConnectionsPerChild = 0 }, buckets: 1, correct) with { MinSpareServers = 0, MaxSpareServers = 0 };
    }

    internal override bool UsesAcceptLock => false;

    internal override bool StartsPerConnection => true;

    internal override IPopulation NewPopulation(EffectiveSizing sizing, PopulationMemory memory) => new OnePerConnection(sizing.MaxRequestWorkers, memory);

    internal override void Start(ChildServer child)
    {
        var drive = new DriveLoop(WaitTable.Block, child.State);
        var connection = child.TakeInherited(); // before anything can retire the child: it is served in any case
        var accepting = connection is null && child.Listeners.Length > 0 ? new LeadingAcceptor(child) : null;
        child.StartWorker("inetd", row: 0, me =>
        {
            if (connection is not null) child.Serve(drive, connection, me, Ready.None);
            while (accepting?.Next(me) is { } next) child.Serve(drive, next, me, Ready.In);
            child.Leave(Shared.ExitCode.Ok);
        });
    }
}
