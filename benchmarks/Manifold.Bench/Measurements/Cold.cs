namespace Manifold.Bench;

/// <summary>CPU of the whole server per request in its first seconds: what a server costs before its code is warm and its caches are full. In each turn each server is started anew.</summary>
internal sealed class Cold(int seconds) : Measurement
{
    private static readonly Workload s_load = new("cold", "", Workload.Usual);

    public override string Quantity => Cpu;

    public override string Method(Arguments arguments) =>
        $"{Workload.Usual} clients on kept connections, a file of 45 bytes; wrk with one thread; combined access log; {Turns(arguments)}, in each every server is started anew and "
        + $"loaded for its first {seconds} s, from the moment on when its children rest; the start itself is not counted";

    public override double Seconds(Arguments arguments, int contestants) => contestants * arguments.Turns * (seconds + 4.5);

    public override void Run(Course course)
    {
        for (int i = 0; i < course.Arguments.Turns; i++)
            foreach (var contestant in course.Contestants) course.Try(contestant, () => Turn(course, contestant));
    }

    private void Turn(Course course, Contestant contestant)
    {
        var setup = new Setup(Workload.Usual);
        using var site = new Site();
        using var peer = contestant.Subject.Start(course.Arguments, site, setup, course.Stop);
        peer.AwaitRest(contestant.Subject.Children(setup));
        double cpu = RequestCost.Slice(peer, s_load, seconds, course.Stop).Cpu;
        peer.Check(); // afterwards: it would be the first request
        peer.CheckLog();
        course.Add(contestant, Cpu, cpu);
    }
}
