namespace Manifold.Bench;

/// <summary>Medians over the children: CPU milliseconds when ready and when at rest, megabytes at rest.</summary>
internal sealed record Started(int Children, double ReadyMs, double RestMs, double Pss, double Private);

/// <summary>
/// What a Manifold child costs before its first request. A child is ready when the last of its threads has started: the one named prefork, or
/// the listener. What it does after that by itself is in the value at rest.
/// </summary>
internal sealed class StartUp(Arguments arguments, Site site, CancellationToken stop)
{
    private static readonly string[] LastThreads = ["prefork", "listener"];

    public Started Run(Scenario scenario)
    {
        var population = Population.ForStartUp(scenario.Mpm);
        int children = population.Servers;
        using var manifold = Peer.StartManifold(arguments.Server, site, scenario.Mpm, population.Directives(scenario.Mpm), stop);
        var ready = AwaitReady(manifold, children);
        manifold.AwaitRest(children);
        manifold.Pause(1000);
        var memory = ready.Keys.Select(
            pid => Proc.Memory(pid) ?? throw new BenchException($"child {pid} has ended, or its memory is not readable")).ToList();
        var rest = ready.Keys.Select(Proc.CpuMilliseconds).ToList();
        manifold.CheckLog();
        return new Started(
            ready.Count, Statistics.Median(ready.Values), Statistics.Median(rest),
            Statistics.Median(memory.Select(m => m.Pss)), Statistics.Median(memory.Select(m => m.Private)));
    }

    private static Dictionary<int, double> AwaitReady(Peer manifold, int children)
    {
        var ready = new Dictionary<int, double>();
        long end = Environment.TickCount64 + 60_000;
        while (ready.Count < children)
        {
            if (Environment.TickCount64 > end) throw manifold.Failure($"has {ready.Count} of {children} children ready after a minute");
            foreach (int pid in manifold.Children)
            {
                if (ready.ContainsKey(pid)) continue;
                if (Proc.ThreadNames(pid).Any(LastThreads.Contains)) ready[pid] = Proc.CpuMilliseconds(pid);
            }
            manifold.Pause(3);
        }
        return ready;
    }
}
