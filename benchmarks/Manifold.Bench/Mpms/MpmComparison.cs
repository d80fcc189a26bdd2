namespace Manifold.Bench;

/// <summary>What was found for one subject under one workload: medians of the turns, and everything that was lost in them.</summary>
/// <param name="Cpu">Microseconds of the whole server per request.</param>
/// <param name="MedianMs">Median latency.</param>
/// <param name="P99Ms">99th percentile.</param>
/// <param name="Megabytes">PSS of all processes.</param>
/// <param name="Requests">Requests answered in all turns.</param>
/// <param name="Lost">Requests that were lost, and held connections that were.</param>
internal sealed record Figures(double Cpu, double MedianMs, double P99Ms, double Megabytes, long Requests, long Lost);

/// <summary>
/// All MPMs under the same workloads. One server runs at a time, so that memory is its own; each turn starts it anew and the servers take
/// turns, so that what else happens on the machine meets all of them. One that fails is out of that workload; the others go on.
/// </summary>
internal sealed class MpmComparison(Arguments arguments, CancellationToken stop)
{
    /// <summary>httpd's worker, the reference, and every MPM that this build has, or those that were asked for.</summary>
    public static IEnumerable<MpmSubject> Subjects(Arguments arguments) =>
        [.. Subject.HttpdMpms.Where(mpm => mpm.Mpm == "worker"), .. Subject.Mpms.Where(mpm => arguments.Servers.Count == 0 || arguments.Servers.Contains(mpm.Name))];

    /// <summary>Measures everything that was asked for.</summary>
    public void Run(MpmReport report)
    {
        foreach (var workload in arguments.Workloads)
        {
            Console.Error.WriteLine($"{workload.Title} ...");
            var turns = Subjects(arguments).Where(subject => !(subject.IsReference && workload.NeedsHandlers)).ToDictionary(subject => subject, _ => new List<Figures>());
            for (int i = 0; i < arguments.Turns; i++)
            {
                foreach (var (subject, found) in turns)
                {
                    try
                    {
                        found.Add(Turn(subject, subject.StartsPerConnection ? workload.Bounded : workload));
                        Console.Error.WriteLine($"  turn {i + 1}: {subject.Name}: {MpmReport.Text(found[^1])}");
                    }
                    catch (BenchException e)
                    {
                        Console.Error.WriteLine($"bench: {workload.Name}: {subject.Name}: {e.Message}");
                        report.Refuse(workload, subject, e.Message);
                        turns.Remove(subject);
                    }
                }
            }
            foreach (var (subject, found) in turns) report.Add(workload, subject, Medians(found));
        }
    }

    private static Figures Medians(List<Figures> turns) => new(
        Statistics.Median(turns.Select(t => t.Cpu)), Statistics.Median(turns.Select(t => t.MedianMs)), Statistics.Median(turns.Select(t => t.P99Ms)),
        Statistics.Median(turns.Select(t => t.Megabytes)), turns.Sum(t => t.Requests), turns.Sum(t => t.Lost));

    private Figures Turn(MpmSubject subject, Workload workload)
    {
        using var site = new Site();
        int connections = workload.Clients + workload.Holding;
        int children = subject.Size(connections).Processes;
        CheckMemory(children);
        using var peer = subject.Start(arguments, site, new Setup(connections, Handlers: workload.NeedsHandlers), stop);
        peer.AwaitRest(children);
        peer.Check(workload.Path);
        // With as many clients as there will be connections: every process is to be warm, not only those that the load happens to meet.
        if (!subject.StartsPerConnection) WarmUp.Run(subject.Name, children, arguments.WarmUp, arguments.WarmUpSlices, () => Slice(connections, arguments.WarmUp).Cpu);
        using var crowd = Crowd.Gather(peer, workload.Holding, workload.Holds == Held.SlowReaders, stop);
        if (workload.Holding > 0) peer.AwaitRest(children);
        // Where a process is started for each connection a short turn would be over before the first answer.
        var (cpu, answers) = Slice(workload.Clients, subject.StartsPerConnection ? Math.Max(arguments.Seconds, 5) : arguments.Seconds);
        // Memory under the same load, but not in the turn: reading it takes the processes' time.
        var further = Task.Run(() => Load.Measure(peer, workload, 2, stop), CancellationToken.None);
        peer.Pause(1000);
        double memory = peer.Memory ?? throw peer.Failure("has memory that is not readable");
        _ = further.GetAwaiter().GetResult();
        int ended = crowd.Lost();
        peer.CheckLog();
        return new Figures(cpu, answers.MedianMs, answers.P99Ms, memory, answers.Requests, answers.Lost + ended);

        (double Cpu, Answers Answers) Slice(int clients, int seconds)
        {
            long before = peer.Cpu;
            var found = Load.Measure(peer, workload with { Clients = clients }, seconds, stop);
            if (found.Requests == 0) throw peer.Failure($"answered no request{(found.Trouble is null ? "" : ": " + found.Trouble)}");
            return ((peer.Cpu - before) / (double)found.Requests, found);
        }
    }

    /// <summary>A thousand processes are better refused than begun where there is no memory for them.</summary>
    private static void CheckMemory(int processes)
    {
        const int megabytesEach = 13;
        double free = Proc.AvailableMegabytes;
        if (processes * megabytesEach > free)
            throw new BenchException($"{processes} processes need about {processes * megabytesEach} MB, there are {free:0} MB");
    }
}
