namespace Manifold.Bench;

/// <summary>Something that can be measured by name: who takes part, who is compared with whom, and how.</summary>
/// <param name="Name">For the command line and the file of results.</param>
/// <param name="Title">For the report.</param>
/// <param name="Measurement">How.</param>
/// <param name="Pairs">All that is compared. The aims are those of issue 5.</param>
internal sealed record Scenario(string Name, string Title, Measurement Measurement, params IReadOnlyList<Pair> Pairs)
{
    /// <summary>What httpd calls like that; leader has no counterpart there and is held against worker.</summary>
    private static readonly Dictionary<string, string> s_counterparts =
        new() { ["prefork"] = "httpd prefork", ["worker"] = "httpd worker", ["event"] = "httpd event" };

    private static readonly Pair[] s_files = [new("event", "nginx", 1.10), new("percore", "nginx", 1.10), new("event", "httpd event"), new("Kestrel", "nginx")];

    private static readonly Pair[] s_tls =
        [.. s_counterparts.Select(mpm => new Pair(mpm.Key, mpm.Value)), new("event", "nginx"), new("percore", "nginx"), new("percore", "Kestrel")];

    /// <summary>All of them, in the order in which they are measured.</summary>
    public static IReadOnlyList<Scenario> All { get; } =
    [
        new("keepalive", "Keep-alive, small static file", new RequestCost(new("keepalive", "32 clients on kept connections, a file of 45 bytes", Workload.Usual)),
            [.. BesideHttpd(0.33, "prefork", "worker", "event", "leader"), new("event", "nginx"), new("percore", "nginx", 0.65)]),
        new("cold", "The first five seconds after a start", new Cold(seconds: 5), new("prefork", "httpd prefork", 0.60), new("event", "httpd event"), new("worker", "httpd worker")),
        new("constant", "Keep-alive, constant answer", new RequestCost(new("constant", "32 clients on kept connections, the same 45 bytes from memory, or from a file where it says so",
                Workload.Usual, Path: Site.Constant), logs: false),
            new("percore", "Kestrel", 0.55), new("percore", "C loop", 1.20), new("percore file", "percore", 1.15), new("event", "Kestrel"), new("event", "C loop"), new("event file", "event", 1.15),
            new("Kestrel file", "Kestrel")),
        new("close", "A connection per request", new RequestCost(new("close", "32 clients, a connection for each request of 45 bytes", Workload.Usual, Closes: true)),
            [.. BesideHttpd(0.60, "prefork", "worker", "event"), new("percore", "nginx", 1.20)]),
        new("file100k", "A file of 100 kB", new RequestCost(new("file100k", "32 clients on kept connections", Workload.Usual, Path: Site.Medium)), s_files),
        new("file10m", "A file of 10 MB", new RequestCost(new("file10m", "8 clients on kept connections", 8, Path: Site.Large)), s_files),
        new("idle", "Idle keep-alive connections", new IdleMemory(holding: 10_000, holdSeconds: 10),
            new("event", AtMost: 1.0), new("percore", AtMost: 1.0), new("pipeline", AtMost: 1.0), new("nginx"), new("Kestrel"), new("httpd event")),
        new("beside", "1,000 idle connections held beside the load", new BesideIdle(1000),
            new("event", "event alone", 1.10), new("percore", "percore alone", 1.10), new("nginx", "nginx alone"), new("httpd event", "httpd event alone")),
        new("pipelined", "Pipelined requests", new RequestCost(new("pipelined", "32 clients on kept connections that send 16 requests at a time", Workload.Usual, Pipelined: 16)),
            new("event", "nginx"), new("percore", "nginx"), new("event", "httpd event")),
        new("tls", "TLS, kept connections", new RequestCost(new("tls", "32 clients on kept connections, TLS 1.3, a file of 45 bytes", Workload.Usual), tls: true), s_tls),
        new("handshake", "TLS, a handshake per request", new RequestCost(new("handshake", "32 clients, a connection with a full handshake of TLS 1.3 for each request of 45 bytes, "
                + "no session is resumed", Workload.Usual, Closes: true), tls: true), s_tls),
        new("wait", "A handler that blocks for 50 ms", new RequestCost(new("wait", "64 clients on kept connections", 64, Path: Site.Wait), logs: false, latency: true),
            new("prefork"), new("worker"), new("pipeline"), new("percore", "Kestrel"), new("event", "Kestrel")),
        new("halfload", "Latency at half load", new HalfLoad(), new("percore", "nginx", 1.0), new("event", "nginx")),
        new("spawn", "100 held connections after a start", new SpawnBurst(100), [.. AllMpms(), .. s_counterparts.Select(mpm => new Pair(mpm.Key, mpm.Value))]),
        new("startup", "A child before its first request", new StartUp(), [.. StartUps()]),
        new("hosts", "5,000 virtual hosts", new ManyHosts(5000), [.. Hosts("prefork"), .. Hosts("event")]),
        new("inetd", "A process for each connection", new RequestCost(new("inetd", "4 clients, a connection for each request of 45 bytes", 4, Closes: true)), new Pair("inetd", AtMost: 15_000)),
        new("restart", "A graceful restart of 32 children under load", new RestartTime(clients: 16), new("prefork", AtMost: 600), new("httpd prefork")),
        new("reload", "Reloads under load", new Loss(crash: false, events: 10, clients: 16),
            [.. Each(0, "prefork", "worker", "event", "percore"), .. Each(null, "httpd prefork", "httpd worker", "httpd event", "nginx")]),
        new("crash", "Crashes under load", new Loss(crash: true, events: 5, clients: 16),
            [.. Each(1, "prefork"), .. Each(null, "worker", "event", "percore", "httpd prefork", "httpd worker", "httpd event", "nginx")]),
        new("curve", "Cost over the number of connections", new CostCurve(5000, 1, 10, 100, 1000, 5000, 15_000),
            [.. Each(null, "percore", "event", "pipeline", "worker", "prefork", "nginx", "Kestrel", "httpd event")]),
    ];

    /// <summary>For everyday use: in under two minutes whether something has become much worse.</summary>
    public static IReadOnlyList<string> Quick { get; } = ["keepalive", "close", "startup"];

    /// <summary>The servers that a quick run is about.</summary>
    public static IReadOnlyList<string> QuickServers { get; } = ["event", "percore"];

    /// <summary>Null when nothing has that name.</summary>
    public static Scenario? Find(string name) => All.FirstOrDefault(scenario => scenario.Name == name);

    /// <summary>What is compared in this run, as far as this build has it, with all quantities filled in.</summary>
    public IReadOnlyList<Pair> PairsFor(Arguments arguments) =>
        [.. Wanted(arguments).Where(pair => Contestant.Find(pair.Server) is not null && (pair.Against is null || Contestant.Find(pair.Against) is not null))
            .Select(pair => pair with { Quantity = pair.Quantity ?? Measurement.Quantity })];

    /// <summary>Who takes part in this run.</summary>
    public IReadOnlyList<Contestant> Contestants(Arguments arguments) =>
        [.. Labels(PairsFor(arguments)).Select(label => Contestant.Find(label)!)];

    /// <summary>Those that this build does not have.</summary>
    public IReadOnlyList<string> Missing(Arguments arguments) => [.. Labels(Wanted(arguments)).Where(label => Contestant.Find(label) is null)];

    /// <summary>About how long it takes.</summary>
    public double SecondsFor(Arguments arguments) => Measurement.Seconds(arguments, Contestants(arguments).Count);

    private IEnumerable<Pair> Wanted(Arguments arguments) => Pairs.Where(pair => arguments.Servers.Count == 0 || arguments.Servers.Contains(Contestant.ServerOf(pair.Server)));

    private static IEnumerable<string> Labels(IEnumerable<Pair> pairs) =>
        pairs.SelectMany(pair => pair.Against is null ? [pair.Server] : new[] { pair.Server, pair.Against }).Distinct();

    /// <summary>Every MPM beside httpd's of the same name, or worker; those named have an aim. Not one that starts a process for each connection: ./bench mpms has it.</summary>
    private static IEnumerable<Pair> BesideHttpd(double atMost, params string[] withAim) =>
        Subject.Mpms.Where(mpm => !mpm.StartsPerConnection).Select(mpm => mpm.Name).Union(withAim)
            .Where(mpm => mpm != "percore") // which is held against nginx
            .Select(mpm => new Pair(mpm, s_counterparts.GetValueOrDefault(mpm, "httpd worker"), withAim.Contains(mpm) ? atMost : null));

    private static IEnumerable<Pair> Each(double? atMost, params string[] servers) => servers.Select(server => new Pair(server, AtMost: atMost));

    private static Pair[] Hosts(string mpm) =>
    [
        new(mpm, AtMost: 100, Quantity: StartUp.Ready), new(mpm, AtMost: 12, Quantity: StartUp.Own), new(mpm, mpm + " " + Contestant.Alone, 1.10), new(mpm, s_counterparts[mpm]),
    ];

    private static IEnumerable<Pair> StartUps() => Subject.Mpms.Where(mpm => !mpm.StartsPerConnection)
        .SelectMany(mpm => new[] { new Pair(mpm.Name, AtMost: 70, Quantity: StartUp.Ready), new Pair(mpm.Name, AtMost: 8, Quantity: StartUp.Pss) });

    private static IEnumerable<Pair> AllMpms() => Subject.Mpms.Where(mpm => !s_counterparts.ContainsKey(mpm.Name)).Select(mpm => new Pair(mpm.Name));
}
