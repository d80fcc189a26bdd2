namespace Manifold.Bench;

/// <summary>
/// What a child costs before its first request. It is ready when the first thread that takes connections has started, which is seen by the thread's
/// name; where an MPM names its threads otherwise, when it has come to rest. What it does by itself after that is in the value at rest.
/// </summary>
internal sealed class StartUp : Measurement
{
    public const string Ready = "CPU ms, ready", Pss = "PSS MB", Own = "private MB";
    private const string AtRest = "CPU ms, at rest";

    private static readonly Setup s_default = new(0);
    private static readonly string[] s_takers = ["prefork", "listener", "worker", "reactor"];

    public override string Quantity => Ready;

    public override string Method(Arguments arguments) =>
        $"each MPM in its default size, {arguments.Turns} starts; medians over the children, whose number is noted; PSS divides what all .NET processes of the "
        + "machine share by their number: it is larger when there are few of them";

    public override double Seconds(Arguments arguments, int contestants) => contestants * arguments.Turns * 4;

    public override void Run(Course course)
    {
        for (int i = 0; i < course.Arguments.Turns; i++)
            foreach (var contestant in course.Contestants) course.Try(contestant, () => Turn(course, contestant, i == 0));
    }

    private static void Turn(Course course, Contestant contestant, bool first)
    {
        using var site = new Site();
        using var peer = contestant.Subject.Start(course.Arguments, site, s_default, course.Stop);
        var ready = AwaitRest(peer);
        peer.Pause(1000);
        var children = peer.Children;
        if (children.Count == 0) throw peer.Failure("has no children");
        var memory = children.Select(pid => Proc.Memory(pid) ?? throw new BenchException($"child {pid} has ended, or its memory is not readable")).ToList();
        var rest = children.Select(Proc.CpuMilliseconds).ToList();
        peer.Check();
        peer.CheckLog();
        if (first) course.Note($"{contestant.Label}: {children.Count} {(children.Count == 1 ? "child" : "children")}");
        course.Add(contestant, Ready, Statistics.Median(children.Zip(rest, (pid, atRest) => ready.GetValueOrDefault(pid, atRest))));
        course.Add(contestant, AtRest, Statistics.Median(rest));
        course.Add(contestant, Pss, Statistics.Median(memory.Select(m => m.Pss)));
        course.Add(contestant, Own, Statistics.Median(memory.Select(m => m.Private)));
    }

    /// <summary>Watches the children closely until there are enough and none has used the processor for a second; returns what each had used when it was ready.</summary>
    public static Dictionary<int, double> AwaitRest(Peer peer, int least = 1)
    {
        var ready = new Dictionary<int, double>();
        long end = Environment.TickCount64 + 60_000, calm = Environment.TickCount64;
        double before = 0;
        for (int known = 0; ;)
        {
            var children = peer.Children;
            foreach (int pid in children)
                if (!ready.ContainsKey(pid) && Proc.ThreadNames(pid).Any(name => s_takers.Any(taker => name.StartsWith(taker, StringComparison.Ordinal)))) ready[pid] = Proc.CpuMilliseconds(pid);
            double now = children.Sum(Proc.CpuMilliseconds); // not a number when one has ended meanwhile: no rest
            if (children.Count < least || children.Count != known || !(now - before <= 20)) (calm, before, known) = (Environment.TickCount64, now, children.Count);
            if (Environment.TickCount64 - calm > 1000) return ready;
            if (Environment.TickCount64 > end) throw peer.Failure("did not come to rest within a minute");
            peer.Pause(3);
        }
    }
}
