namespace Manifold.Bench;

/// <summary>
/// CPU per request over the number of connections: always the same requests a second, each on another connection in turn. So only the number of
/// connections changes, not the load.
/// </summary>
internal sealed class CostCurve(double rate, params IReadOnlyList<int> points) : Measurement
{
    public override string Quantity => Cpu;

    public override string Method(Arguments arguments) =>
        $"{rate:#,0} requests/s, spread over {string.Join(", ", points.Select(point => $"{point:#,0}"))} kept connections; processes are bounded to 100 connections, threads that "
        + $"stay with a connection to 1,000; {Turns(arguments)} of {arguments.Seconds} s for each number";

    public override double Seconds(Arguments arguments, int contestants) => contestants * (Preparing(arguments) + points.Count * (5 + arguments.Turns * (arguments.Seconds + 0.4)));

    public override void Run(Course course)
    {
        using var site = new Site();
        foreach (var contestant in course.Contestants) course.Try(contestant, () => Run(course, contestant, site));
    }

    private void Run(Course course, Contestant contestant, Site site)
    {
        int most = Math.Min(points[^1], contestant.Subject.MostConnections);
        var setup = new Setup(most);
        using var peer = contestant.Subject.Start(course.Arguments, site, setup, course.Stop);
        peer.AwaitRest(contestant.Subject.Children(setup));
        peer.Check();
        WarmUp.Run(contestant.Label, contestant.Subject.Children(setup), course.Arguments.WarmUp, course.Arguments.WarmUpSlices,
            () => WarmUp.Slice(peer, new Workload("warm", "", Math.Min(most, 100)), course.Arguments.WarmUp, course.Stop));
        foreach (int connections in points.TakeWhile(point => point <= most))
        {
            try
            {
                Point(course, contestant, peer, connections);
            }
            catch (BenchException e) when (connections > points[0])
            {
                course.GiveUp(contestant, connections, e.Message); // fewer connections were runs of their own, without errors
                return;
            }
        }
        peer.CheckLog();
    }

    private void Point(Course course, Contestant contestant, Peer peer, int connections)
    {
        using var crowd = Crowd.Gather(peer, connections, slow: false, course.Stop);
        crowd.CheckComplete(peer);
        var sender = new OpenLoop(peer, crowd, course.Stop);
        _ = sender.Run(rate, Math.Max(1, connections / rate)); // each connection once
        for (int i = 0; i < course.Arguments.Turns; i++)
        {
            long before = peer.Cpu;
            int requests = sender.Run(rate, course.Arguments.Seconds).Length;
            course.Add(contestant, Cpu, (peer.Cpu - before) / (double)requests, connections);
        }
        crowd.CheckComplete(peer);
    }
}
