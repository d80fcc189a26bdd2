using System.Net.Security;
using System.Runtime.CompilerServices;
using System.Text;
using Manifold.Contracts;
using Manifold.Heads;
using Manifold.Httpd.Language;
using Manifold.Httpd.Site;
using Manifold.Shared;
using Microsoft.Extensions.Primitives;

namespace Manifold.Httpd.Requests;

/// <summary>One server (main or virtual host) made ready for requests: compiled sections, prepared header values, its file cache.</summary>
public sealed class Server
{
    private readonly KeepAliveField _keepAlive;
    private object?[] _state = [];

    /// <summary>Makes a host ready.</summary>
    /// <param name="scope">Its configuration.</param>
    /// <param name="options">What all servers are made from.</param>
    /// <param name="main">The main server; null while that is made.</param>
    /// <param name="keepAlive">The Keep-Alive field's values for the server's settings.</param>
    internal Server(ServerScope scope, SiteOptions options, Server? main, Func<ConnectionSettings, KeepAliveField> keepAlive)
    {
        Scope = scope;
        Main = main;
        Connections = scope.Settings.Get<ConnectionSettings>();
        var limits = scope.Settings.Get<RequestLimits>();
        HeadRules = limits.RulesWith(options.Main.Settings.Get<ProtocolSettings>().Methods) with { Scheme = scope.Scheme };
        StrictHost = limits.StrictHost ?? false;
        Admin = scope.Settings.Get<AdminSettings>().Admin;
        var core = scope.Settings.Get<CoreRequests>();
        DocumentRoot = (core.DocumentRoot ?? options.DefaultDocumentRoot).TrimEnd('/');
        EncodedSlashes = core.EncodedSlashes ?? EncodedSlashes.Off;
        MergeSlashes = core.MergeSlashes ?? true;
        Trace = core.Trace ?? TraceMode.On;
        Tokens = main?.Tokens ?? ServerTokens.Render(core.ServerTokens ?? "Full");
        ConnectionLines = scope.Settings.Get<ErrorLogFormats>().ConnectionLines;
        RequestLines = scope.Settings.Get<ErrorLogFormats>().RequestLines;
        ErrorLog = OwnLog(options) ?? options.ErrorLog;
        Sections = new SectionWalk(main?.Sections, scope);
        PerDirectoryFiles = new PerDirectoryFiles(options.Configuration, scope);
        Cache = new ResolutionCache(main?.Cache.Room ?? new CacheRoom(options.CacheBounds.Targets, options.CacheBounds.Bytes));
        Tls = options.Tls?.Of(scope);
        Port = scope.Port != 0 ? scope.Port : scope.Scheme == "https" || Tls is not null ? 443 : 80;
        Name = scope.Name ?? options.Main.Name ?? "localhost";
        User = scope.Settings.Get<UserSettings>().Number;
        StatusName = Encoding.ASCII.GetBytes($"{Name}:{Port}");
        _keepAlive = keepAlive(Connections);
    }

    /// <summary>The configuration.</summary>
    public ServerScope Scope { get; }

    /// <summary>The main server; null for that itself.</summary>
    internal Server? Main { get; }

    /// <summary>The number of the account whose child processes serve it; 0 = the main one.</summary>
    internal int User { get; }

    /// <summary>With what its connections are encrypted; null = they are plain.</summary>
    internal SslServerAuthenticationOptions? Tls { get; }

    /// <summary>How long connections are kept.</summary>
    internal ConnectionSettings Connections { get; }

    /// <summary>Whom to turn to; null when not given.</summary>
    public string? Admin { get; }

    /// <summary>What is taken as a head by the first server of an address.</summary>
    internal HeadRules HeadRules { get; }

    /// <summary>True to refuse hosts that the configuration does not name.</summary>
    internal bool StrictHost { get; }

    /// <summary>The name for URLs that point to this server.</summary>
    public string Name { get; }

    /// <summary>The canonical port: that of ServerName, or the scheme's.</summary>
    public int Port { get; }

    /// <summary>Absolute, without a slash at the end.</summary>
    public string DocumentRoot { get; }

    /// <summary>The value of the Server header.</summary>
    public StringValues Tokens { get; }

    internal EncodedSlashes EncodedSlashes { get; }

    internal bool MergeSlashes { get; }

    internal TraceMode Trace { get; }

    internal ErrorLog ErrorLog { get; }

    /// <summary>The lines that are written once about a connection, before the first record about it.</summary>
    internal IReadOnlyList<ErrorLogFormat> ConnectionLines { get; }

    /// <summary>The lines that are written once about a request.</summary>
    internal IReadOnlyList<ErrorLogFormat> RequestLines { get; }

    internal SectionWalk Sections { get; }

    internal PerDirectoryFiles PerDirectoryFiles { get; }

    internal ResolutionCache Cache { get; }

    /// <summary>The modules that look at each request before all else; set before anybody sees the server.</summary>
    internal RequestModule[] EarlyModules { get; set; } = [];

    /// <summary>What a module keeps of this server; null when it has set nothing. Any thread.</summary>
    public T? Get<T>(ServerSlot<T> slot) where T : class
    {
        ArgumentNullException.ThrowIfNull(slot);
        return slot.Index < _state.Length ? Unsafe.As<T>(_state[slot.Index]) : null; // only Set writes there, and takes no other type
    }

    /// <summary>Keeps something of this server. Only while modules are opened, before anybody sees the server.</summary>
    public void Set<T>(ServerSlot<T> slot, T value) where T : class
    {
        ArgumentNullException.ThrowIfNull(slot);
        if (slot.Index >= _state.Length) Array.Resize(ref _state, slot.Index + 1);
        _state[slot.Index] = value;
    }

    /// <summary>"name:port" for the scoreboard.</summary>
    internal byte[] StatusName { get; }

    /// <summary>The error log of a virtual host that has its own, or its own levels.</summary>
    private ErrorLog? OwnLog(SiteOptions options)
    {
        var settings = Scope.Settings.Get<ErrorLogSettings>();
        var main = options.Main.Settings.Get<ErrorLogSettings>();
        var format = Scope.Settings.Get<ErrorLogFormats>().Format;
        if (!Scope.IsVirtual || (settings.Target == main.Target && settings.Levels == main.Levels && format == options.Main.Settings.Get<ErrorLogFormats>().Format)) return null;
        var layout = format?.Layout(options.Main.Name ?? "localhost");
        if (settings.Target is not { } target || target == main.Target) return options.ErrorLog.Beside(settings.Levels ?? LogLevels.Default, layout);
        if (options.OpenLog(target) is not { } file) return null;
        var log = new ErrorLog();
        log.Open(file, settings.Levels ?? LogLevels.Default, layout);
        return log;
    }

    /// <summary>The value of the Keep-Alive header when <paramref name="left"/> further requests are allowed.</summary>
    internal StringValues KeepAlive(int left) => _keepAlive.Value(left);
}

/// <summary>The Server header in the detail that ServerTokens allows.</summary>
internal static class ServerTokens
{
    public static string Render(string detail)
    {
        string product = BuiltIn.ServerVersion.Split(' ')[0];
        int slash = product.IndexOf('/', StringComparison.Ordinal);
        string name = product[..slash];
        string[] numbers = product[(slash + 1)..].Split('.');
        return detail.ToLowerInvariant() switch
        {
            "prod" or "productonly" => name,
            "major" => $"{name}/{numbers[0]}",
            "minor" => $"{name}/{string.Join('.', numbers.Take(2))}",
            "min" or "minimal" => product,
            _ => BuiltIn.ServerVersion,
        };
    }
}
