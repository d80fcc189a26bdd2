using System.Net;
using Manifold.Contracts;
using Manifold.Heads;
using Manifold.Hosting;
using Manifold.Httpd.Configuration;
using Manifold.Httpd.Modules.Core;
using Manifold.Httpd.Modules.Ssl;
using Manifold.Shared;

namespace Manifold.Httpd.Requests;

/// <summary>Chooses the server for a local address and a host name as in the Host field (empty when there is none).</summary>
public delegate ServerScope ServerSelector(IPEndPoint local, ReadOnlySpan<char> host);

/// <summary>What the request core is made from.</summary>
public sealed record SiteOptions
{
    /// <summary>The configuration as a whole, for per-directory files.</summary>
    public required ServerConfiguration Configuration { get; init; }
    /// <summary>The main server.</summary>
    public required ServerScope Main { get; init; }
    /// <summary>The virtual hosts.</summary>
    public IReadOnlyList<ServerScope> VirtualHosts { get; init; } = [];
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
    /// <summary>Bounds of what each server remembers of targets: their number, and bytes of content. 0 targets switch it off.</summary>
    public (int Targets, long Bytes) CacheBounds { get; init; } = (1024, 16L << 20);
    /// <summary>The servers that speak TLS; null when none does.</summary>
    public SslHosts? Tls { get; init; }
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
        VirtualHosts = configuration.Servers,
        Select = configuration.VirtualHosts.Select,
        SelectByPath = configuration.VirtualHosts.SelectByPath,
        Modules = [.. configuration.Modules.Loaded],
        OpenLog = openLog,
        ErrorLog = errorLog,
        DefaultDocumentRoot = configuration.Resolve("htdocs"),
        Tls = SslHosts.From(configuration, errorLog),
    };
}

/// <summary>
/// All servers of a configuration, made ready for requests. Immutable after construction, used by all threads of a child.
/// </summary>
public sealed class Site : IRequestRouter, IHeadRules
{
    private readonly Dictionary<ServerScope, Server> _servers = [];
    private readonly Dictionary<string, RequestHandler> _handlers = new(StringComparer.Ordinal);

    private readonly HeadRules? _oneHeadRules; // of all addresses

    /// <summary>Compiles sections, handlers, headers and log formats.</summary>
    public Site(SiteOptions options)
    {
        Options = options;
        // Few kinds of queries, here and in what a site is made of: each kind over each type costs a starting child 0.2 ms and more.
        var modules = options.Modules.OfType<RequestModule>().ToList();
        Modules = [.. modules.Where(module => !module.RunsLast), .. modules.Where(module => module.RunsLast)];
        _servers[options.Main] = Main = new Server(options.Main, options);
        foreach (var scope in options.VirtualHosts)
            if (!_servers.ContainsKey(scope)) _servers[scope] = new Server(scope, options);
        if (_servers.Values.All(server => server.HeadRules == Main.HeadRules)) _oneHeadRules = Main.HeadRules;
        foreach (var module in Modules)
        {
            foreach (var (name, handler) in module.Handlers) _handlers.TryAdd(name, handler);
        }
        foreach (var module in Modules) module.Open(this);
        foreach (var server in Servers) server.EarlyModules = Array.FindAll(Modules, module => module.ConcernsEarly(server.Sections.Root.Bag));
    }

    /// <summary>The site of a configuration, in a child.</summary>
    /// <param name="configuration">The accepted configuration.</param>
    /// <param name="resources">What the child inherited.</param>
    public static Site From(ServerConfiguration configuration, ChildResources resources) =>
        new(SiteOptions.From(configuration, resources.FindLog, resources.ErrorLog) with { Resources = resources });

    /// <summary>What the site was made from.</summary>
    public SiteOptions Options { get; }

    /// <summary>The main server.</summary>
    public Server Main { get; }

    /// <summary>Main server and virtual hosts.</summary>
    public IEnumerable<Server> Servers => _servers.Values;

    internal RequestModule[] Modules { get; }

    /// <summary>True for a method that has a name, whether anybody serves it or not.</summary>
    internal bool Knows(string method) => Methods.Known.Contains(method) || Main.Scope.Settings.Get<ProtocolSettings>().Methods.Contains(method);

    /// <summary>True when a request for the server may be served in this process: where children run as different users, only its user's may.</summary>
    internal bool Serves(Server server) => Options.Resources?.User is not { } user || server.User == user;

    /// <inheritdoc/>
    public int UserFor(IPEndPoint local, ReadOnlySpan<char> host) => this[Options.Select(local, host)].User;

    /// <inheritdoc/>
    public HeadRules For(Func<IPEndPoint> local) => _oneHeadRules ?? this[Options.Select(local(), default)].HeadRules;

    /// <summary>The server of a scope.</summary>
    public Server this[ServerScope scope] => _servers[scope];

    /// <summary>The handler of this name; null when no module has it.</summary>
    public RequestHandler? Handler(string name) => _handlers.GetValueOrDefault(name);
}
