using System.Collections.Concurrent;
using System.Net;
using Manifold.Contracts;
using Manifold.Heads;
using Manifold.Hosting;
using Manifold.Httpd.Language;
using Manifold.Httpd.Requests.Filters;
using Manifold.Httpd.Site;
using Manifold.Shared;

namespace Manifold.Httpd.Requests;

/// <summary>Chooses the server for a local address and a host name as in the Host field (empty when there is none).</summary>
public delegate ServerScope ServerSelector(IPEndPoint local, ReadOnlySpan<char> host);

/// <summary>What the request core is made from.</summary>
public sealed record SiteOptions
{
    private const int LeastTargets = 1024, MostTargets = 16 * 1024, TargetsForHost = 4;

    /// <summary>The configuration as a whole, for per-directory files.</summary>
    public required ServerConfiguration Configuration { get; init; }
    /// <summary>The main server.</summary>
    public required ServerScope Main { get; init; }
    /// <summary>Chooses the server.</summary>
    public required ServerSelector Select { get; init; }
    /// <summary>Chooses the server for a client that names no host, by ServerPath; null when none has that path.</summary>
    public Func<IPEndPoint, string, ServerScope?> SelectByPath { get; init; } = static (_, _) => null;
    /// <summary>The loaded modules; those that take part in requests are asked in this order.</summary>
    public required IReadOnlyList<Module> Modules { get; init; }
    /// <summary>The opened log of a target; null when it could not be opened.</summary>
    public Func<LogTarget, LogFile?> OpenLog { get; init; } = _ => null;
    /// <summary>The main error log.</summary>
    public required ErrorLog ErrorLog { get; init; }
    /// <summary>DocumentRoot where no directive sets one.</summary>
    public string DefaultDocumentRoot { get; init; } = BuiltIn.ServerRoot + "/htdocs";
    /// <summary>Bounds of what all servers together remember of targets: their number, and bytes of content. 0 targets switch it off.</summary>
    public (int Targets, long Bytes) CacheBounds { get; init; } = (LeastTargets, 16L << 20);
    /// <summary>The servers that speak TLS; null when none does.</summary>
    public ITlsServers? Tls { get; init; }
    /// <summary>What the child inherited; null outside a server.</summary>
    public ChildResources? Resources { get; init; }
    /// <summary>The clock.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>What a configuration says.</summary>
    /// <param name="configuration">The accepted configuration.</param>
    /// <param name="openLog">The opened log of a target.</param>
    /// <param name="errorLog">The main error log.</param>
    public static SiteOptions From(ServerConfiguration configuration, Func<LogTarget, LogFile?> openLog, ErrorLog errorLog) => new()
    {
        Configuration = configuration,
        Main = configuration.Main,
        Select = configuration.VirtualHosts.Select,
        SelectByPath = configuration.VirtualHosts.SelectByPath,
        Modules = [.. configuration.Modules.Loaded],
        OpenLog = openLog,
        ErrorLog = errorLog,
        DefaultDocumentRoot = configuration.Resolve("htdocs"),
        Tls = configuration.Modules.Loaded.OfType<RequestModule>().Select(module => module.Encrypt(configuration, errorLog)).FirstOrDefault(tls => tls is not null),
        CacheBounds = (Math.Min(LeastTargets + configuration.Servers.Count * TargetsForHost, MostTargets), 16L << 20),
    };
}

/// <summary>
/// All servers of a configuration. Used by all threads of a child; what a virtual host needs is made when it is first asked for, by the thread that asks, and
/// others that want a new one meanwhile wait.
/// </summary>
public sealed class ServedSite : IRequestRouter, IHeadRules
{
    /// <summary>Of more addresses nobody looks whether they have the same rules for heads: each is asked for its own.</summary>
    private const int MostCompared = 16;

    private readonly ConcurrentDictionary<ServerScope, Server> _servers = new(1, 31);
    private readonly Dictionary<(int Seconds, int Requests), KeepAliveField> _keepAlive = []; // under _making
    private readonly Lock _making = new();
    private readonly Dictionary<string, RequestHandler> _handlers = new(StringComparer.Ordinal);

    private readonly Dictionary<string, OutputFilter> _outputFilters = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, InputFilter> _inputFilters = new(StringComparer.OrdinalIgnoreCase);

    private readonly HeadRules? _oneHeadRules; // of all addresses

    /// <summary>Makes the main server ready.</summary>
    public ServedSite(SiteOptions options)
    {
        Options = options;
        // Few kinds of queries, here and in what a site is made of: each kind over each type costs a starting child 0.2 ms and more.
        var modules = options.Modules.OfType<RequestModule>().ToList();
        Modules = [.. modules.Where(module => !module.RunsLast), .. modules.Where(module => module.RunsLast)];
        foreach (var module in Modules)
        {
            foreach (var (name, handler) in module.Handlers) _handlers.TryAdd(name, handler);
            foreach (var filter in module.OutputFilters) _outputFilters.TryAdd(filter.Name, filter);
            foreach (var filter in module.InputFilters) _inputFilters.TryAdd(filter.Name, filter);
        }
        Main = this[options.Main];
        var addresses = options.Configuration.VirtualHosts.Groups;
        if (addresses.Count <= MostCompared && addresses.TrueForAll(address => this[address.Hosts[0]].HeadRules == Main.HeadRules)) _oneHeadRules = Main.HeadRules;
    }

    /// <summary>The site of a configuration, in a child.</summary>
    /// <param name="configuration">The accepted configuration.</param>
    /// <param name="resources">What the child inherited.</param>
    public static ServedSite From(ServerConfiguration configuration, ChildResources resources) =>
        new(SiteOptions.From(configuration, resources.FindLog, resources.ErrorLog) with { Resources = resources });

    /// <summary>What the site was made from.</summary>
    public SiteOptions Options { get; }

    /// <summary>The main server.</summary>
    public Server Main { get; }

    internal RequestModule[] Modules { get; }

    /// <summary>True for a method that has a name, whether anybody serves it or not.</summary>
    internal bool Knows(string method) => Methods.Known.Contains(method) || Main.Scope.Settings.Get<ProtocolSettings>().Methods.Contains(method);

    /// <summary>True when a request for the server may be served in this process: where children run as different users, only its user's may.</summary>
    internal bool Serves(Server server) => Options.Resources?.User is not { } user || server.User == user;

    /// <inheritdoc/>
    public int UserFor(IPEndPoint local, ReadOnlySpan<char> host) => this[Options.Select(local, host)].User;

    /// <inheritdoc/>
    public HeadRules For(Func<IPEndPoint> local) => _oneHeadRules ?? this[Options.Select(local(), default)].HeadRules;

    /// <summary>The server of a scope, made ready if nobody has asked for it yet.</summary>
    public Server this[ServerScope scope] => _servers.TryGetValue(scope, out var server) ? server : Make(scope);

    /// <summary>How many servers have been made ready.</summary>
    internal int Ready => _servers.Count;

    /// <summary>The handler of this name; null when no module has it.</summary>
    public RequestHandler? Handler(string name) => _handlers.GetValueOrDefault(name);

    internal OutputFilter? OutputFilter(string name) => _outputFilters.GetValueOrDefault(name);

    internal InputFilter? InputFilter(string name) => _inputFilters.GetValueOrDefault(name);

    private Server Make(ServerScope scope)
    {
        lock (_making)
        {
            if (_servers.TryGetValue(scope, out var server)) return server;
            server = new Server(scope, Options, Main, KeepAliveFor);
            server.EarlyModules = Array.FindAll(Modules, module => module.ConcernsEarly(server.Sections.Root.Bag));
            foreach (var module in Modules) module.Open(server, Options);
            return _servers[scope] = server;
        }
    }

    private KeepAliveField KeepAliveFor(ConnectionSettings settings)
    {
        var key = KeepAliveField.KeyOf(settings);
        return _keepAlive.TryGetValue(key, out var field) ? field : _keepAlive[key] = new KeepAliveField(settings);
    }
}
