namespace Manifold.Bench;

/// <summary>Memory of an idle keep-alive connection: how much the server's PSS has grown when so many are held, divided by them. Kernel memory is not in it.</summary>
internal sealed class IdleMemory(int holding, int holdSeconds) : Measurement
{
    private const string Kilobytes = "KB/connection";
    private static readonly Workload s_before = new("before", "", Clients: 4);

    public override string Quantity => Kilobytes;

    public override string Method(Arguments arguments) =>
        $"{holding:#,0} connections, each served once, then held for {holdSeconds} s; growth of the PSS of all processes since the server, started anew, "
        + $"had served four clients for {arguments.WarmUp} s; {Turns(arguments)}";

    public override double Seconds(Arguments arguments, int contestants) => contestants * arguments.Turns * (9 + arguments.WarmUp + holdSeconds);

    public override void Run(Course course)
    {
        for (int i = 0; i < course.Arguments.Turns; i++)
            foreach (var contestant in course.Contestants) course.Try(contestant, () => course.Add(contestant, Kilobytes, Turn(course, contestant.Subject)));
    }

    private double Turn(Course course, Subject subject)
    {
        var setup = new Setup(holding);
        using var site = new Site();
        using var peer = subject.Start(course.Arguments, site, setup, course.Stop);
        peer.AwaitRest(subject.Children(setup));
        peer.Check();
        Load.Run(peer, s_before, course.Arguments.WarmUp, course.Stop);
        peer.AwaitRest(subject.Children(setup));
        double before = Memory(peer);
        using var crowd = Crowd.Gather(peer, holding, slow: false, course.Stop);
        crowd.CheckComplete(peer);
        peer.Pause(holdSeconds * 1000);
        double after = Memory(peer);
        crowd.CheckComplete(peer);
        peer.CheckLog();
        return (after - before) * 1024 / holding;
    }

    private static double Memory(Peer peer) => peer.Memory ?? throw peer.Failure("has memory that is not readable");
}
