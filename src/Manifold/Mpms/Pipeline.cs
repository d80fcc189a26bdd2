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
/// pipeline: a fixed number of processes, each with four pools. A listener accepts while a processor is spare; readers poll for requests
/// and read them; processors run everything but the network, and never wait for it; writers send what the processors produce, also while they
/// still produce it, and give the connection back to its reader. A processor whose client is slow leaves the request, and another one goes on
/// with it when there is room. The design is Brian Pane's (httpd-dev, November 2002), with the open questions answered in docs/mpm/pipeline.md. A
/// crash costs the connections of one process.
/// </summary>
internal sealed class Pipeline : Mpm
{
    /// <summary>Bytes of output that all connections of a child may have waiting.</summary>
    public const int MostOutput = 64 * 1024 * 1024;

    public override string Name => "pipeline";

    public override string Summary => "Four pools: listener, readers, processors, writers. Slow clients never hold a processor.";

    public override bool IsAsync => true;

    public override bool HasFixedThreads => true;

    public override bool HasFixedProcesses => true;

    public override IReadOnlyList<SizingDirective> Directives =>
    [
        SizingDirectives.Servers("StartServers", "child processes", "2"),
        .. SizingDirectives.Recycling,
        SizingDirectives.Threads("ThreadsPerChild", "request processors in each child", "25"),
        new("ReadersPerChild", "threads of each child that read requests, at most 8", "1", (sizing, n) => sizing with { ReadersPerChild = n }),
        new("WritersPerChild", "threads of each child that send responses, at most 8", "1", (sizing, n) => sizing with { WritersPerChild = n }),
    ];

    /// <summary>A fixed number of children with three pools of threads that have scoreboard records.</summary>
    public override EffectiveSizing Complete(Sizing sizing, int buckets)
    {
        const int mostServers = 1000, mostProcessors = 1000, mostStages = 8;
        var conflicts = new Conflicts();
        int servers = conflicts.Within("StartServers", sizing.StartServers ?? 2, mostServers);
        int processors = conflicts.Within("ThreadsPerChild", sizing.ThreadsPerChild ?? 25, mostProcessors);
        int readers = conflicts.Within("ReadersPerChild", sizing.ReadersPerChild ?? 1, mostStages);
        int writers = conflicts.Within("WritersPerChild", sizing.WritersPerChild ?? 1, mostStages);
        conflicts.Buckets(buckets, servers);
        int threads = processors + readers + writers;
        return new EffectiveSizing
        {
            StartServers = servers,
            StartThreads = threads,
            ThreadsPerChild = threads,
            Readers = readers,
            Writers = writers,
            ThreadLimit = threads,
            ServerLimit = servers,
            MaxRequestWorkers = servers * processors,
            ActiveLimit = servers,
            MaxConnectionsPerChild = Math.Max(0, sizing.MaxConnectionsPerChild),
            AsyncRequestWorkerFactor = sizing.AsyncRequestWorkerFactor,
            Conflicts = conflicts.All,
        };
    }

    internal override IPopulation NewPopulation(EffectiveSizing sizing, PopulationMemory memory) => 
        new FixedServers(sizing.ActiveLimit, memory.Buckets);

    internal override void Start(ChildServer child)
    {
        var jobs = new JobQueue();
        var sizing = child.Sizing;
        var readers = Stages(child, 0, sizing.Readers, writes: false);
        var writers = Stages(child, sizing.Readers, sizing.Writers, writes: true);
        var waits = WaitTable.ParkAlways(readers, writers);
        var processing = new DriveLoop(waits, child.State);
        var network = new DriveLoop(waits, child.State, handOver: connection => jobs.Push(new Job(connection, Ready.None)));
        var allowance = new OutputAllowance(MostOutput);
        NetworkStage[] stages = [.. readers, .. writers];
        ParkingLot[] lots = [.. stages.Select(stage => stage.Lot)];
        child.OutboxOf = connection => new Outbox(connection, allowance, writers[connection.Id % writers.Length].Announce);

        int row = 0;
        for (; row < sizing.ThreadsPerChild - sizing.Readers - sizing.Writers; row++)
        {
            child.StartWorker($"processor {row}", row, me =>
            {
                while (jobs.Pop(me) is { } job) child.Serve(processing, job.Connection, me, job.Ready);
            });
        }
        foreach (var stage in stages)
        {
            stage.Drive = network;
            stage.AfterEachTurn = () => child.Announce(lots); // all stages tell the same sums
            child.StartWorker($"{(stage.Writes ? "writer" : "reader")} {row}", row++, stage.Run);
        }
        child.StartListener("listener", new QueueingListener(child, jobs, (me, connection) => child.Serve(network, connection, me, Ready.None), MakeRoom).Run);

        void MakeRoom(WorkerThread me)
        {
            foreach (var reader in readers)
                for (int i = 0; i < ParkingLot.SilentBatch && reader.Lot.TakeOutSilent() is { } silent; i++)
                    if (me.EndWait(silent)) child.Serve(network, silent, me, Ready.None);
        }
    }

    private static NetworkStage[] Stages(ChildServer child, int first, int count, bool writes) =>
        [.. Enumerable.Range(first, count).Select(number => new NetworkStage(child, number, writes))];
}
