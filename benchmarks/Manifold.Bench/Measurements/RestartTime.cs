using System.Diagnostics;

namespace Manifold.Bench;

/// <summary>How long a graceful restart takes under load: from the signal until no child of before is left. httpd starts as many new ones as it needs then, and not all.</summary>
internal sealed class RestartTime(int clients) : Measurement
{
    private const string Milliseconds = "ms until no old child is left";
    private const int Longest = 30_000, Look = 10;

    public override string Quantity => Milliseconds;

    public override string Method(Arguments arguments) =>
        $"{clients} clients on kept connections, without a pause; {arguments.Turns} graceful restarts (SIGUSR1), two seconds between them; looked at every {Look} ms";

    public override double Seconds(Arguments arguments, int contestants) => contestants * (8 + arguments.Turns * 4);

    public override void Run(Course course)
    {
        foreach (var contestant in course.Contestants) course.Try(contestant, () => Run(course, contestant));
    }

    private void Run(Course course, Contestant contestant)
    {
        var setup = new Setup(clients);
        using var site = new Site();
        using var peer = contestant.Subject.Start(course.Arguments, site, setup, course.Stop);
        peer.AwaitRest(contestant.Subject.Children(setup));
        peer.Check();
        using var callers = new Callers(peer, clients, course.Stop);
        for (int i = 0; i < course.Arguments.Turns; i++)
        {
            peer.Pause(2000);
            var old = peer.Children.ToHashSet();
            long start = Stopwatch.GetTimestamp();
            peer.Signal(contestant.Subject.GracefulSignal);
            while (peer.Children is var now && (now.Count == 0 || now.Any(old.Contains)))
            {
                if (Stopwatch.GetElapsedTime(start).TotalMilliseconds > Longest) throw peer.Failure($"has old children {Longest / 1000} s after the signal");
                peer.Pause(Look);
            }
            course.Add(contestant, Milliseconds, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }
        peer.CheckLog();
    }
}
