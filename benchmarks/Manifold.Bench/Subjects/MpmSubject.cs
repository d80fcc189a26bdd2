using Manifold.Httpd.Site;
using Manifold.Mpms;

namespace Manifold.Bench;

/// <summary>
/// An MPM of the server, or httpd's of the same name. Knows how many processes and threads it needs to hold so many connections at a time.
/// Which numbers an MPM has is read from its directive table, so that a new one needs no line here.
/// </summary>
internal sealed class MpmSubject : Subject
{
    private const int FewestProcesses = 2, FewestThreads = 40, MostThreads = 250, Spare = 16, SIGUSR1 = 10;

    private readonly Mpm _mpm;
    private readonly HashSet<string> _directives;

    public MpmSubject(MpmModule module, bool isHttpd)
    {
        _mpm = Manifold.Mpms.Mpm.All[module.Name];
        _directives = module.Directives.Select(directive => directive.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        Name = isHttpd ? "httpd " + module.Name : module.Name;
        IsReference = isHttpd;
    }

    public override string Name { get; }

    public override bool IsReference { get; }

    /// <summary>Name of the MPM.</summary>
    public string Mpm => _mpm.Name;

    /// <summary>Where the others have processes that wait for connections this one starts a process for each.</summary>
    public bool StartsPerConnection => Mpm == "inetd";

    /// <summary>Most CPU per keep-alive request, as a share of what httpd's worker needs. The table says whether it was held.</summary>
    public double Target => Mpm == "leader" ? 0.33 : 1;

    public override int MostConnections => !_mpm.IsThreaded ? 100 : _mpm.IsAsync ? base.MostConnections : 1000;

    public override int GracefulSignal => SIGUSR1;

    /// <summary>True where connections need no thread and the threads grow by themselves, as beside a reactor for each processor: its defaults are right.</summary>
    private bool SizesItself => _mpm.IsAsync && (_directives.Contains("StartThreads") || !_directives.Contains("ThreadsPerChild"));

    /// <summary>Processes and threads for so many connections; no processes where each connection starts one, no threads where the MPM decides.</summary>
    public (int Processes, int Threads) Size(int connections)
    {
        int most = connections + Spare;
        if (StartsPerConnection) return (0, 1);
        if (SizesItself) return (1, 0);
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
    public string SizeText(int connections) => Size(connections) switch
    {
        (0, _) => "a process per connection",
        (_, 0) => "its own defaults",
        (var processes, 1) => $"{processes} processes",
        var (processes, threads) => $"{processes} x {threads} threads",
    };

    /// <summary>The size as directives: those that this MPM knows. Without connections only those that lift a default which is too low for 100.</summary>
    public IReadOnlyList<string> Directives(int connections)
    {
        if (SizesItself) return [];
        if (connections == 0) return Known(_directives.Contains("StartThreads") ? MostThreadsOnly : !_directives.Contains("StartServers") ? [("ThreadsPerChild", Hundred)] : []);
        var (processes, threads) = Size(connections);
        if (processes == 0) processes = connections + Spare;
        int all = processes * threads;
        return Known(
        [
            ("StartServers", StartsPerConnection ? 1 : processes), ("NumServers", processes), ("ServerLimit", processes), ("MaxRequestWorkers", all),
            ("MinSpareServers", 1), ("MaxSpareServers", processes),
            ("StartThreads", threads), ("ThreadsPerChild", threads), ("ThreadLimit", threads), ("MaxThreadsPerChild", threads),
            ("MaxThreads", threads), ("MinSpareThreads", Math.Min(threads, 25)), ("MaxSpareThreads", 2 * all),
            // Parked connections are allowed for each idle thread: room for twice as many, since a child may take more than its share.
            ("AsyncRequestWorkerFactor", Math.Max(25, 2 * connections / all + 1)),
        ]);
    }

    public override int Children(Setup setup) => setup.Connections == 0 && !StartsPerConnection ? 1 : Size(setup.Connections).Processes;

    public override Peer Start(Arguments arguments, Site site, Setup setup, CancellationToken stop)
    {
        string program = IsReference ? Machine.Apache : setup.Handlers ? arguments.BenchServer : arguments.Server;
        if (!File.Exists(program)) throw new BenchException($"{program} is missing: run ./build");
        var place = site.Lodge(Name, setup.Tls);
        List<string> directives = [.. Directives(setup.Connections), "KeepAliveTimeout 600", "TimeOut 600"];
        if (setup.Handlers)
        {
            directives.Add("LoadModule bench_module -");
            foreach (string handler in Site.Handlers) directives.AddRange([$"<Location /{handler}>", $"SetHandler {handler}", "</Location>"]);
        }
        directives.AddRange(Enumerable.Range(0, setup.Hosts).Select(number => ServerFiles.HttpdHost(place, number)));
        File.WriteAllText(place.File("httpd.conf"), ServerFiles.Httpd(place, Mpm, setup.Logs, directives));
        return new Peer(this, place, [program, "-d", place.Directory, "-f", place.File("httpd.conf"), "-DFOREGROUND"], stop);
    }

    private const int Hundred = 100 + Spare;
    private static readonly (string, int)[] MostThreadsOnly =
        [("MaxThreads", Hundred), ("MaxRequestWorkers", Hundred), ("MaxThreadsPerChild", Hundred), ("ThreadLimit", Hundred)];

    private string[] Known(IEnumerable<(string Name, int Number)> numbers) =>
        [.. numbers.Where(number => _directives.Contains(number.Name)).Select(number => $"{number.Name} {number.Number}")];
}
