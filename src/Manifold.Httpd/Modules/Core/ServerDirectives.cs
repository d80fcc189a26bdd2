using Manifold.Httpd.Language;
using Manifold.Httpd.Requests;
using Manifold.Httpd.Site;

namespace Manifold.Httpd.Modules.Core;

/// <summary>Core directives that name a server.</summary>
internal static class ServerDirectives
{
    public static readonly Directive[] Table =
    [
        new("ServerName", Arguments.One, Contexts.SV, "[scheme://]domain-name|ip-address[:port]", "name and port of the server", SetName),
        new("ServerAlias", Arguments.AtLeastOne, Contexts.VirtualHost, "hostname [hostname] ...",
            "further names of a virtual host; * and ? are wildcards", call => call.Server.Aliases = [.. call.Server.Aliases, .. call.Args]),
        new("ServerPath", Arguments.One, Contexts.SV, "URL-path", "path by which clients that name no host reach a virtual host",
            call => call.Server.Path = call.Args[0]),
        new("ServerAdmin", Arguments.One, Contexts.SV, "email-address|URL", "whom to turn to",
            call => call.ServerSettings<AdminSettings>().Admin = call.Args[0]),
        new("NameVirtualHost", Arguments.One, Contexts.SV, "addr[:port]", "accepted without effect",
            call => call.Warn($"AH00548: NameVirtualHost on line {call.Line} of {call.File} has no effect: hosts are told apart by name " +
                "wherever several share an address")),
    ];

    private static void SetName(DirectiveCall call)
    {
        string text = call.Args[0];
        int scheme = text.IndexOf("://", StringComparison.Ordinal);
        if (scheme > 0 && text[..scheme].All(c => char.IsAsciiLetterOrDigit(c) || c is '+' or '-' or '.'))
        {
            call.Server.Scheme = text[..scheme].ToLowerInvariant();
            text = text[(scheme + 3)..];
        }
        if (!HostPort.TryParse(text, out string name, out int port, out string problem) || name.Length == 0)
            throw call.Fail($"ServerName \"{call.Args[0]}\" is invalid: {(problem.Length > 0 ? problem : "the name is missing")}");
        call.Server.Name = name.Contains(':', StringComparison.Ordinal) ? $"[{name}]" : name;
        call.Server.Port = port; // a name without one takes that of the section away
    }
}
