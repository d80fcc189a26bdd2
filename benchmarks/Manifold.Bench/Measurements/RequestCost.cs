namespace Manifold.Bench;

/// <summary>CPU of the whole server per request under wrk, all contestants in turns; with latency when that is the point.</summary>
internal sealed class RequestCost(Workload workload, bool logs = true, bool latency = false, bool tls = false) : Measurement
{
    public override string Quantity => latency ? P99 : Cpu;

    public override string Method(Arguments arguments) =>
        $"{workload.Title}; wrk with one thread; {Logs}; all warm; {Turns(arguments)} of {arguments.Seconds} s";

    private string Logs => !logs ? "no access log" : tls ? "combined access log, but none of Kestrel" : "combined access log";

    public override double Seconds(Arguments arguments, int contestants) => contestants * (Preparing(arguments) + arguments.Turns * (arguments.Seconds + 0.4));

    public override void Run(Course course)
    {
        using var lineup = new Lineup(course, new Setup(workload.Clients, logs, workload.NeedsHandlers, tls), contestant => For(contestant).Path);
        lineup.WarmUp(For);
        lineup.InTurns((contestant, peer) =>
        {
            var (cpu, answers) = Slice(peer, For(contestant), course.Arguments.Seconds, course.Stop);
            if (latency) course.Add(contestant, P99, answers.P99Ms);
            course.Add(contestant, Cpu, cpu);
        });
    }

    /// <summary>One run of wrk without errors, and what each request has cost.</summary>
    public static (double Cpu, Answers Answers) Slice(Peer peer, Workload workload, int seconds, CancellationToken stop)
    {
        long before = peer.Cpu;
        var answers = Load.Run(peer, workload, seconds, stop);
        return ((peer.Cpu - before) / (double)answers.Requests, answers);
    }

    private Workload For(Contestant contestant) => contestant.Variant == Contestant.File ? workload with { Path = Site.Index } : workload;
}
