using System.Net;
using Manifold.Contracts;
using Manifold.Httpd.Language;
using Manifold.Httpd.Site;

namespace Manifold.Httpd.Modules.Core;

/// <summary>Core directives for listening sockets.</summary>
internal static class ListenDirectives
{
    public static readonly Directive[] Table =
    [
        new("Listen", Arguments.OneOrTwo, Contexts.Server, "[IP-address:]portnumber [protocol]", "a port, or address:port, and a protocol",
            Listen),
        new("ListenBacklog", Arguments.One, Contexts.Server, "backlog", "length of the queue of new connections",
            call => call.ServerSettings<ListenSettings>().Backlog = (int)call.Number(1, int.MaxValue)) { Default = "511" },
        new("ListenCoresBucketsRatio", Arguments.One, Contexts.Server, "ratio", "processors per set of listening sockets; 0 = one set",
            call => call.ServerSettings<ListenSettings>().CoresBucketsRatio = (int)call.Number(0, int.MaxValue))
            { Default = "0", Concerns = _ => true },
        new("SendBufferSize", Arguments.One, Contexts.Server, "bytes", "send buffer of each socket; 0 = the system's default",
            call => call.ServerSettings<ListenSettings>().SendBufferSize = BufferSize(call)) { Default = "0" },
        new("ReceiveBufferSize", Arguments.One, Contexts.Server, "bytes", "receive buffer of each socket; 0 = the system's default",
            call => call.ServerSettings<ListenSettings>().ReceiveBufferSize = BufferSize(call)) { Default = "0" },
        NoEffect.Of("ListenTCPDeferAccept", Arguments.One, Contexts.Server, "value", NoFilter),
        NoEffect.Of("AcceptFilter", Arguments.Two, Contexts.Server, "protocol accept_filter", NoFilter) with
            { Apply = AcceptFilter, Concerns = mpm => mpm.Name == "winnt" },
    ];

    private const string NoFilter = "the MPM decides how the first bytes are waited for";

    /// <summary>An unknown filter is no reason not to start, as in httpd: systems differ in what they have.</summary>
    private static void AcceptFilter(DirectiveCall call)
    {
        string filter = call.Args[1];
        if (filter is not ("data" or "connect" or "none" or "httpready" or "dataready"))
            call.Warn($"AH00331: AcceptFilter on line {call.Line} of {call.File}: '{filter}' is no accept filter; data, connect and none are");
        else NoEffect.Warn(call, NoFilter);
    }

    private static int BufferSize(DirectiveCall call)
    {
        long size = call.Number(0, int.MaxValue);
        return size is 0 or >= 512 ? (int)size : throw call.Fail($"{call.Directive.Name} must be >= 512 bytes, or 0 for system default.");
    }

    private static void Listen(DirectiveCall call)
    {
        string text = call.Args[0];
        string host;
        if (HostPort.TryPort(text, out int port)) host = "*";
        else if (!HostPort.TryParse(text, out host, out port, out string problem)) throw call.Fail($"Listen {text}: {problem}");
        if (port == 0) throw call.Fail($"Listen {text}: Port must be specified");
        string protocol = call.Args.Count > 1 ? call.Args[1].ToLowerInvariant() : port == 443 ? "https" : "http";
        foreach (var address in Resolve(call, host))
        {
            var settings = call.ServerSettings<ListenSettings>();
            if (settings.Addresses.Exists(other => other.Port == port && other.Address.Equals(address)))
                throw call.Fail($"Cannot define multiple Listeners on the same IP:port ({text})");
            settings.Addresses.Add(new ListenAddress(address, port, protocol));
        }
    }

    private static IPAddress[] Resolve(DirectiveCall call, string host)
    {
        if (host is "*" or "") return [IPAddress.IPv6Any];
        if (IPAddress.TryParse(host, out var literal)) return [literal];
        IPAddress[] found = call.Reading?.Surroundings.Addresses(host) ?? [];
        return found.Length > 0 ? found : throw call.Fail($"Listen {call.Args[0]}: Could not resolve host name {host}");
    }
}
