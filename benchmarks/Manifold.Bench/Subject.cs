using Manifold.Httpd.Configuration;
using Manifold.Httpd.Modules;
using Manifold.Mpms;

namespace Manifold.Bench;

/// <summary>
/// What is measured under a workload: an MPM of the server, or httpd's worker, the reference. Knows how many processes and threads it needs
/// to hold so many connections at a time. Which numbers an MPM has is read from its directive table.
/// </summary>
internal sealed class Subject
{
    private const int FewestProcesses = 2, FewestThreads = 40, MostThreads = 250, Spare = 16;

    private readonly Mpm _mpm;
    private readonly HashSet<string> _directives;

    private Subject(MpmModule module, bool isHttpd)
    {
        _mpm = Mpms.Mpm.All[module.Name];
        _directives = module.Directives.Select(directive => directive.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        Name = isHttpd ? "httpd worker" : module.Name;
        IsHttpd = isHttpd;
    }

    /// <summary>Every MPM that the server has, and httpd's worker before them.</summary>
    public static IReadOnlyList<Subject> All { get; } =
        [new(MpmModule.Worker, isHttpd: true), .. ModuleRegistry.Create().Modules.OfType<MpmModule>().Select(mpm => new Subject(mpm, isHttpd: false))];

    public string Name { get; }

    public bool IsHttpd { get; }

    /// <summary>Name of the MPM.</summary>
    public string Mpm => _mpm.Name;

    /// <summary>Where the others have processes that wait for connections this one starts a process for each.</summary>
    public bool StartsPerConnection => Mpm == "inetd";

    /// <summary>Most CPU per keep-alive request, as a share of what httpd's worker needs. The table says whether it was held.</summary>
    public double Target => Mpm == "leader" ? 0.45 : 1;

    /// <summary>Processes and threads for so many connections.</summary>
    public (int Processes, int Threads) Size(int connections)
    {
        int most = connections + Spare;
        if (StartsPerConnection) return (0, 1);
        if (!_mpm.IsThreaded) return (most, 1);
        bool single = !_directives.Contains("StartServers") && !_directives.Contains("NumServers");
        // Where connections wait without a thread the number of threads need not grow with them. The others get a thread for each, and each
        // process no less than the clients of the load: a process may take more of them than its share.
        if (_mpm.IsAsync) return (FewestProcesses, FewestThreads);
        if (single) return (1, Math.Max(most, FewestProcesses * FewestThreads));
        int processes = Math.Max(FewestProcesses, (most + MostThreads - 1) / MostThreads);
        return (processes, Math.Max((most + processes - 1) / processes, FewestThreads));
    }

    /// <summary>The size in words.</summary>
    public string SizeText(int connections)
    {
        var (processes, threads) = Size(connections);
        return processes == 0 ? "a process per connection" : threads == 1 ? $"{processes} processes" : $"{processes} x {threads} threads";
    }

    /// <summary>The size as directives: those that this MPM knows.</summary>
    public IReadOnlyList<string> Directives(int connections)
    {
        var (processes, threads) = Size(connections);
        if (processes == 0) processes = connections + Spare;
        int all = processes * threads;
        (string, int)[] numbers =
        [
            ("StartServers", StartsPerConnection ? 1 : processes), ("NumServers", processes), ("ServerLimit", processes), ("MaxRequestWorkers", all),
            ("MinSpareServers", 1), ("MaxSpareServers", processes),
            ("StartThreads", threads), ("ThreadsPerChild", threads), ("ThreadLimit", threads), ("MaxThreadsPerChild", threads),
            ("MaxThreads", threads), ("MinSpareThreads", Math.Min(threads, 25)), ("MaxSpareThreads", 2 * all),
            ("AsyncRequestWorkerFactor", 25),
        ];
        return [.. numbers.Where(number => _directives.Contains(number.Item1)).Select(number => $"{number.Item1} {number.Item2}")];
    }
}
