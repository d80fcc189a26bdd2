namespace Manifold.Bench;

/// <summary>How fast a server grows: so many clients come at the same moment, and each keeps its connection. The time until the last one has its answer.</summary>
internal sealed class SpawnBurst(int clients) : Measurement
{
    private const string Milliseconds = "ms until all are served";
    private static readonly Setup s_default = new(0);

    public override string Quantity => Milliseconds;

    public override string Method(Arguments arguments) =>
        $"{clients} connections opened at once to a server that has just started in its default size and come to rest; each asks once and stays; {Turns(arguments)}";

    public override double Seconds(Arguments arguments, int contestants) => contestants * arguments.Turns * 8;

    public override void Run(Course course)
    {
        for (int i = 0; i < course.Arguments.Turns; i++)
            foreach (var contestant in course.Contestants) course.Try(contestant, () => Turn(course, contestant));
    }

    private void Turn(Course course, Contestant contestant)
    {
        using var site = new Site();
        using var peer = contestant.Subject.Start(course.Arguments, site, s_default, course.Stop);
        peer.Check();
        peer.AwaitRest(contestant.Subject.Children(s_default));
        using var crowd = Crowd.Gather(peer, clients, slow: false, course.Stop, atATime: clients);
        crowd.CheckComplete(peer);
        peer.CheckLog();
        course.Add(contestant, Milliseconds, crowd.Took.TotalMilliseconds);
    }
}
