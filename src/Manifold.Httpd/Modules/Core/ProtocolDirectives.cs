using Manifold.Httpd.Language;
using Manifold.Httpd.Requests;
using Manifold.Httpd.Site;

namespace Manifold.Httpd.Modules.Core;

/// <summary>Core directives about protocols and their methods.</summary>
internal static class ProtocolDirectives
{
    public static readonly Directive[] Table =
    [
        new("Protocol", Arguments.One, Contexts.SV, "http|https", "https: the server is encrypted where it has a certificate, whatever its Listen line says",
            call => call.ServerSettings<ProtocolSettings>().Protocol = call.Args[0].ToLowerInvariant()) { Default = "that of Listen" },
        new("Protocols", Arguments.AtLeastOne, Contexts.SV, "protocol ...", "http/1.1; others are accepted without effect", Protocols) { Default = "http/1.1" },
        new("ProtocolsHonorOrder", Arguments.Flag, Contexts.SV, "On|Off", "whose order of protocols counts, with one protocol to choose from", static _ => { })
            { Default = "On" },
        new("RegisterHttpMethod", Arguments.AtLeastOne, Contexts.Server, "method ...", "further methods that are known: 405, not 501, where nobody serves them",
            call => call.ServerSettings<ProtocolSettings>().Methods.UnionWith(call.Args)),
        new("Port", Arguments.One, Contexts.SV, "port", "refused: Listen took its place", call => throw call.Fail("Port was replaced with Listen in Apache 2.0")),
    ];

    private static void Protocols(DirectiveCall call)
    {
        foreach (string protocol in call.Args)
        {
            if (!protocol.TrimStart('+', '-').Equals("http/1.1", StringComparison.OrdinalIgnoreCase)) NoEffect.Warn(call, $"{protocol} is not spoken here, http/1.1 is");
        }
    }
}
