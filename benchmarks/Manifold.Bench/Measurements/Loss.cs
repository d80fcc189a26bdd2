namespace Manifold.Bench;

/// <summary>
/// Requests that are lost when something happens to the server under load: a reload without loss, as it is announced, or the death of a child that is
/// serving. Each event waits until the one before is over.
/// </summary>
internal sealed class Loss(bool crash, int events, int clients) : Measurement
{
    private const int LongestReload = 20_000, Pause = 500;

    public override string Quantity => crash ? "lost per crash" : $"lost in {events} reloads";

    public override string Method(Arguments arguments) =>
        $"{clients} clients on kept connections, without a pause; " + (crash
            ? $"{events} times the child that is busiest is killed (SIGKILL), a second after the last one was replaced, or five seconds after its death when it is not"
            : $"{events} graceful reloads (httpd and Manifold SIGUSR1, nginx SIGHUP), each when the old children are gone or after {LongestReload / 1000} s")
        + "; lost is a request without its answer, also one that was sent on a connection which the server closed without having said so";

    public override double Seconds(Arguments arguments, int contestants) => contestants * (8 + events * (crash ? 3 : 4));

    public override void Run(Course course)
    {
        foreach (var contestant in course.Contestants) course.Try(contestant, () => Run(course, contestant));
    }

    private void Run(Course course, Contestant contestant)
    {
        var setup = new Setup(clients);
        using var site = new Site();
        using var peer = contestant.Subject.Start(course.Arguments, site, setup, course.Stop);
        int children = contestant.Subject.Children(setup);
        peer.AwaitRest(children);
        peer.Check();
        using var callers = new Callers(peer, clients, course.Stop);
        peer.Pause(2000);
        if (callers.Lost > 0) throw peer.Failure($"loses {callers.Lost} requests before anything happens");
        for (int i = 0; i < events; i++)
        {
            long lost = callers.Lost, answered = callers.Answered;
            if (crash) Crash(peer, children);
            else Reload(peer, contestant.Subject.GracefulSignal);
            if (callers.Answered == answered) throw peer.Failure("has stopped answering");
            if (crash) course.Add(contestant, Quantity, callers.Lost - lost);
        }
        if (callers.TimedOut > 0) course.Note($"{contestant.Label}: {callers.TimedOut} of the lost ones had no answer within {Callers.Patience / 1000} s");
        if (crash) return;
        course.Add(contestant, Quantity, callers.Lost);
        peer.CheckLog();
    }

    /// <summary>
    /// Kills a child and waits until there are as many as there must be, or five seconds (a server with idle children enough replaces none), and a second more.
    /// </summary>
    private static void Crash(Peer peer, int children)
    {
        peer.KillBusiestChild();
        long end = Environment.TickCount64 + 10 * Pause;
        do peer.Pause(Pause);
        while (peer.Children.Count < children && Environment.TickCount64 < end);
        peer.Pause(2 * Pause);
    }

    private static void Reload(Peer peer, int signal)
    {
        if (signal == 0) throw peer.Failure("knows no reload");
        var old = peer.Children.ToHashSet();
        peer.Signal(signal);
        long end = Environment.TickCount64 + LongestReload;
        do peer.Pause(Pause);
        while (peer.Children.Any(old.Contains) && Environment.TickCount64 < end);
    }
}
