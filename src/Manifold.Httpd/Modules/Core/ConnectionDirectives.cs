using Manifold.Httpd.Language;
using Manifold.Httpd.Site;

namespace Manifold.Httpd.Modules.Core;

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
