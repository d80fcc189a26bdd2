using Manifold.Httpd.Configuration;

namespace Manifold.Httpd.Modules.Core;

/// <summary>How long a connection may wait and how often it may be used.</summary>
public sealed class ConnectionSettings : ISettings<ConnectionSettings>
{
    internal TimeSpan? SetTimeout { get; set; }
    internal TimeSpan? SetKeepAliveTimeout { get; set; }
    internal bool? SetKeepAlive { get; set; }
    internal int? SetMaxKeepAliveRequests { get; set; }

    /// <summary>Longest wait for data.</summary>
    public TimeSpan Timeout => SetTimeout ?? TimeSpan.FromSeconds(60);

    /// <summary>Longest wait for the next request.</summary>
    public TimeSpan KeepAliveTimeout => SetKeepAliveTimeout ?? TimeSpan.FromSeconds(5);

    /// <summary>Whether a connection serves more than one request.</summary>
    public bool KeepAlive => SetKeepAlive ?? true;

    /// <summary>Requests after the first on one connection; 0 = unlimited.</summary>
    public int MaxKeepAliveRequests => SetMaxKeepAliveRequests ?? 100;

    /// <inheritdoc/>
    public ConnectionSettings Merge(ConnectionSettings over) => new()
    {
        SetTimeout = over.SetTimeout ?? SetTimeout,
        SetKeepAliveTimeout = over.SetKeepAliveTimeout ?? SetKeepAliveTimeout,
        SetKeepAlive = over.SetKeepAlive ?? SetKeepAlive,
        SetMaxKeepAliveRequests = over.SetMaxKeepAliveRequests ?? SetMaxKeepAliveRequests,
    };
}

/// <summary>Core directives for connections.</summary>
internal static class ConnectionDirectives
{
    public static readonly Directive[] Table =
    [
        new("Timeout", Arguments.One, Contexts.SV, "seconds", "longest wait for data in seconds",
            call => call.ServerSettings<ConnectionSettings>().SetTimeout = TimeSpan.FromSeconds(Math.Max(0, call.Number())))
            { Default = "60", Concerns = _ => true },
        new("KeepAlive", Arguments.Flag, Contexts.SV, "On|Off", "whether connections serve more than one request",
            call => call.ServerSettings<ConnectionSettings>().SetKeepAlive = call.On) { Default = "On", Concerns = _ => true },
        new("KeepAliveTimeout", Arguments.One, Contexts.SV, "num[ms]", "longest wait for the next request, in seconds or with a unit",
            call => call.ServerSettings<ConnectionSettings>().SetKeepAliveTimeout = call.Duration()) { Default = "5", Concerns = _ => true },
        new("MaxKeepAliveRequests", Arguments.One, Contexts.SV, "number", "most requests on one connection; 0 = unlimited",
            call => call.ServerSettings<ConnectionSettings>().SetMaxKeepAliveRequests = Math.Max(0, call.Number()))
            { Default = "100", Concerns = _ => true },
    ];
}
