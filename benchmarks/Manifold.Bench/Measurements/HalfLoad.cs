namespace Manifold.Bench;

/// <summary>
/// Latency where the server is not the bottleneck: requests at a fixed rate, the same for all, which is half of what the slowest of them managed
/// under full load in this run.
/// </summary>
internal sealed class HalfLoad : Measurement
{
    private static readonly Workload s_full = new("full", "", Workload.Usual);

    public override string Quantity => P99;

    public override string Method(Arguments arguments) =>
        $"{Workload.Usual} kept connections, requests at a fixed rate, the same for all: half of the slowest one's full load (noted); latency from when a request was due "
        + $"(open loop, no coordinated omission); {Turns(arguments)} of {arguments.Seconds} s";

    public override double Seconds(Arguments arguments, int contestants) =>
        contestants * (Preparing(arguments) + arguments.Seconds + arguments.Turns * (arguments.Seconds + 2));

    public override void Run(Course course)
    {
        using var lineup = new Lineup(course, new Setup(Workload.Usual), _ => Site.Index);
        lineup.WarmUp(_ => s_full);
        double slowest = double.PositiveInfinity;
        lineup.Each((contestant, peer) =>
        {
            double most = Load.Run(peer, s_full, course.Arguments.Seconds, course.Stop).Requests / (double)course.Arguments.Seconds;
            course.Note($"{contestant.Label} under full load: {most:#,0} requests/s");
            slowest = Math.Min(slowest, most);
        });
        if (!double.IsFinite(slowest)) return;
        double rate = Math.Floor(slowest / 200) * 100;
        course.Note($"rate of all: {rate:#,0} requests/s");
        lineup.InTurns((contestant, peer) =>
        {
            using var crowd = Crowd.Gather(peer, Workload.Usual, slow: false, course.Stop);
            crowd.CheckComplete(peer);
            var sender = new OpenLoop(peer, crowd, course.Stop);
            _ = sender.Run(rate, 1);
            double[] latencies = sender.Run(rate, course.Arguments.Seconds);
            course.Add(contestant, P99, Statistics.Percentile(latencies, 0.99));
            course.Add(contestant, MedianMs, Statistics.Percentile(latencies, 0.5));
        });
    }
}
