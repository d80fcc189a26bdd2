using System.Collections.Frozen;
using System.Net;
using Manifold.Hosting;
using Manifold.Httpd.Configuration;
using Manifold.Shared;

namespace Manifold.Httpd.Requests;

/// <summary>The rules for connections and request sizes of one server, as core's server-wide directives set them.</summary>
public sealed record ServerRules
{
    /// <summary>True when connections are kept.</summary>
    public bool KeepAlive { get; init; } = true;
    /// <summary>How long a connection waits for its next request.</summary>
    public TimeSpan KeepAliveTimeout { get; init; } = TimeSpan.FromSeconds(5);
    /// <summary>After how many requests a connection announces its end; 0 = never.</summary>
    public int MaxKeepAliveRequests { get; init; } = 100;
    /// <summary>How long a read or write may wait.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(60);
    /// <summary>Most bytes of one header field; the line may have one byte more, as in httpd.</summary>
    public int LimitRequestFieldSize { get; init; } = 8190;
    /// <summary>Most bytes of a request body; 0 = unlimited.</summary>
    public long LimitRequestBody { get; init; } = 1L << 30;
    /// <summary>The administrator's address; null = not given.</summary>
    public string? ServerAdmin { get; init; }
    /// <summary>Where this server's errors go; null = the main error log.</summary>
    public ErrorLog? ErrorLog { get; init; }
}

/// <summary>What the request core is made from.</summary>
public sealed record SiteOptions
{
    /// <summary>The main server.</summary>
    public required ServerScope Main { get; init; }
    /// <summary>The virtual hosts.</summary>
    public IReadOnlyList<ServerScope> VirtualHosts { get; init; } = [];
    /// <summary>Chooses the server by the local address and the host name (lower case, without port).</summary>
    public required Func<IPEndPoint, string?, ServerScope> Select { get; init; }
    /// <summary>The loaded modules; those that take part in requests are asked in this order.</summary>
    public required IReadOnlyList<Module> Modules { get; init; }
    /// <summary>Core's server-wide rules.</summary>
    public Func<ServerScope, ServerRules> Rules { get; init; } = _ => new ServerRules();
    /// <summary>The opened log of a target; null when it could not be opened.</summary>
    public Func<LogTarget, LogFile?> OpenLog { get; init; } = _ => null;
    /// <summary>The main error log.</summary>
    public required ErrorLog ErrorLog { get; init; }
    /// <summary>DocumentRoot where no directive sets one.</summary>
    public string DefaultDocumentRoot { get; init; } = "/usr/local/manifold/htdocs";
    /// <summary>The product in the Server header.</summary>
    public string Product { get; init; } = "Manifold/0.1.0";
    /// <summary>Bounds of the file cache of each server: number of files and bytes of content. 0 files switch it off.</summary>
    public (int Files, long Bytes) FileCache { get; init; } = (1024, 16L << 20);
    /// <summary>The clock.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}

/// <summary>All servers of a configuration, made ready for requests. Immutable after construction, used by all threads of a child.</summary>
public sealed class Site
{
    private readonly FrozenDictionary<ServerScope, Server> _servers;
    private readonly FrozenDictionary<string, RequestHandler> _handlers;

    /// <summary>Compiles sections, handlers, headers and log formats.</summary>
    public Site(SiteOptions options)
    {
        Options = options;
        Modules = [.. options.Modules.OfType<RequestModule>()];
        _servers = options.VirtualHosts.Prepend(options.Main).Distinct().ToFrozenDictionary(scope => scope, scope => new Server(scope, options));
        Main = _servers[options.Main];
        var handlers = new Dictionary<string, RequestHandler>(StringComparer.Ordinal);
        foreach (var module in Modules)
        {
            foreach (var (name, handler) in module.Handlers) handlers.TryAdd(name, handler);
        }
        _handlers = handlers.ToFrozenDictionary(StringComparer.Ordinal);
        foreach (var module in Modules) module.Open(this);
    }

    /// <summary>What the site was made from.</summary>
    public SiteOptions Options { get; }

    /// <summary>The main server.</summary>
    public Server Main { get; }

    /// <summary>Main server and virtual hosts.</summary>
    public IEnumerable<Server> Servers => _servers.Values;

    internal RequestModule[] Modules { get; }

    /// <summary>The server of a scope.</summary>
    public Server this[ServerScope scope] => _servers[scope];

    /// <summary>The handler of this name; null when no module has it.</summary>
    public RequestHandler? Handler(string name) => _handlers.GetValueOrDefault(name);
}
