namespace Manifold.Bench;

/// <summary>What a comparison found: CPU microseconds per request in each turn, of httpd and of Manifold, in pairs.</summary>
internal sealed record Compared(IReadOnlyList<(double Httpd, double Manifold)> Turns)
{
    public double Httpd => Statistics.Median(Turns.Select(t => t.Httpd));

    public double Manifold => Statistics.Median(Turns.Select(t => t.Manifold));

    public IReadOnlyList<double> Ratios => [.. Turns.Select(t => t.Manifold / t.Httpd)];
}

/// <summary>
/// Both servers under the same load in turns, so that what else happens on the machine meets both. While one is loaded the other rests.
/// </summary>
internal sealed class Comparison(Arguments arguments, Site site, CancellationToken stop)
{
    public Compared Run(Scenario scenario, LoadKind kind)
    {
        var population = Population.ForLoad(scenario.Mpm);
        using var httpd = Peer.StartHttpd(site, scenario.Mpm, population.Directives(scenario.Mpm), stop);
        using var manifold = Peer.StartManifold(arguments.Server, site, scenario.Mpm, population.Directives(scenario.Mpm), stop);
        Peer[] both = [httpd, manifold];
        foreach (var peer in both)
        {
            peer.AwaitRest(population.Servers);
            peer.Check();
        }
        foreach (var peer in both)
        {
            WarmUp.Run(peer.Name, arguments.WarmUp, () => Turn(peer, kind, arguments.WarmUp));
            peer.AwaitRest(population.Servers);
        }
        var turns = new List<(double, double)>();
        for (int i = 0; i < arguments.Turns; i++)
        {
            turns.Add((Turn(httpd, kind, arguments.Seconds), Turn(manifold, kind, arguments.Seconds)));
            Console.Error.WriteLine($"  turn {i + 1}: httpd {turns[i].Item1:0.0} µs, Manifold {turns[i].Item2:0.0} µs");
        }
        foreach (var peer in both) peer.CheckLog();
        return new Compared(turns);
    }

    private double Turn(Peer peer, LoadKind kind, int seconds)
    {
        long before = peer.Cpu;
        long requests = Load.Run(peer, kind, seconds, stop);
        return (peer.Cpu - before) / (double)requests;
    }
}
