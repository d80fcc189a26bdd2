namespace Manifold.Bench;

/// <summary>
/// What many virtual hosts cost: a child until it is ready, its memory, and a request to one of them; "alone" is the same server with that host only. In each turn
/// each server is started anew.
/// </summary>
internal sealed class ManyHosts(int hosts) : Measurement
{
    public override string Quantity => Cpu;

    public override string Method(Arguments arguments) =>
        $"{hosts:#,0} virtual hosts of seven lines, with \"alone\" one; {Turns(arguments)}, in each every server is started anew; child: processor time until it is ready and private memory "
        + $"before the first request, medians over the children; requests: {Workload.Usual} clients on kept connections ask the host in the middle of the file for 45 bytes, a slice of "
        + $"{arguments.WarmUp} s to warm up, then {arguments.Seconds} s";

    public override double Seconds(Arguments arguments, int contestants) => contestants * arguments.Turns * (arguments.WarmUp + arguments.Seconds + 5.0);

    public override void Run(Course course)
    {
        for (int i = 0; i < course.Arguments.Turns; i++)
            foreach (var contestant in course.Contestants) course.Try(contestant, () => Turn(course, contestant));
    }

    private void Turn(Course course, Contestant contestant)
    {
        int count = contestant.Variant == Contestant.Alone ? 1 : hosts;
        var load = new Workload("hosts", "", Workload.Usual, Host: ServerFiles.HostName(count / 2));
        var setup = new Setup(Workload.Usual, Hosts: count);
        using var site = new Site();
        using var peer = contestant.Subject.Start(course.Arguments, site, setup, course.Stop);
        var ready = StartUp.AwaitRest(peer, contestant.Subject.Children(setup));
        var children = peer.Children;
        course.Add(contestant, StartUp.Ready, Statistics.Median(children.Select(pid => ready.GetValueOrDefault(pid, Proc.CpuMilliseconds(pid)))));
        course.Add(contestant, StartUp.Own, Statistics.Median(children.Select(pid => Proc.Memory(pid)?.Private ?? throw new BenchException($"child {pid} has ended, or its memory is not readable"))));
        peer.Check();
        _ = WarmUp.Slice(peer, load, course.Arguments.WarmUp, course.Stop);
        course.Add(contestant, Cpu, RequestCost.Slice(peer, load, course.Arguments.Seconds, course.Stop).Cpu);
        peer.CheckLog();
    }
}
