using Manifold.Heads;
using Manifold.Httpd.Language;
using Manifold.Httpd.Requests;
using Manifold.Httpd.Site;

namespace Manifold.Httpd.Modules.Core;

/// <summary>Core directives that bound what a client may send.</summary>
internal static class LimitDirectives
{
    public static readonly Directive[] Table =
    [
        new("LimitRequestLine", Arguments.One, Contexts.SV, "bytes", "most bytes of a request line",
            call => call.ServerSettings<RequestLimits>().Line = Bytes(call)) { Default = "8190" },
        new("LimitRequestFields", Arguments.One, Contexts.SV, "number", "most header fields of a request; 0 = unlimited",
            call => call.ServerSettings<RequestLimits>().Fields = (int)call.Number(0, int.MaxValue)) { Default = "100" },
        new("LimitRequestFieldsize", Arguments.One, Contexts.SV, "bytes", "most bytes of a header field",
            call => call.ServerSettings<RequestLimits>().FieldSize = Bytes(call)) { Default = "8190" },
        new("HttpProtocolOptions", Arguments.AtLeastOne, Contexts.SV, "[Strict|Unsafe] [RegisteredMethods|LenientMethods] [Allow0.9|Require1.0]",
            "how strictly requests are read", ProtocolOptions) { Default = "Strict LenientMethods Allow0.9" },
        new("StrictHostCheck", Arguments.Flag, Contexts.SV, "ON|OFF", "refuse hosts that the chosen virtual host does not name",
            call => call.ServerSettings<RequestLimits>().StrictHost = call.On) { Default = "OFF" },
        new("LimitRequestBody", Arguments.One, Contexts.SVDH, "bytes", "most bytes of a request's body; 0 = unlimited",
            call => call.DirectorySettings<BodyLimit>().SetBytes = call.Number(0, long.MaxValue)) { Default = "1073741824" },
    ];

    /// <summary>A limit of a line. What a server could not hold is refused here, and not when somebody sends it.</summary>
    private static int Bytes(DirectiveCall call)
    {
        long bytes = call.Number(0, int.MaxValue);
        if (bytes > HeadRules.LongestHead) throw call.Fail($"{call.Directive.Name} \"{call.Args[0]}\" must not be more than {HeadRules.LongestHead}");
        return (int)bytes;
    }

    private static void ProtocolOptions(DirectiveCall call)
    {
        var settings = call.ServerSettings<RequestLimits>();
        foreach (string word in call.Args)
        {
            switch (word.ToLowerInvariant())
            {
                case "strict" or "unsafe":
                    settings.Strict = Once(settings.Strict, word, "strict");
                    break;
                case "registeredmethods" or "lenientmethods":
                    settings.Registered = Once(settings.Registered, word, "registeredmethods");
                    break;
                case "allow0.9" or "require1.0":
                    settings.Simple = Once(settings.Simple, word, "allow0.9");
                    break;
                default:
                    throw call.Fail("HttpProtocolOptions accepts 'Unsafe' or 'Strict' (default), 'RegisteredMethods' or 'LenientMethods' (default), and 'Require1.0' or 'Allow0.9' (default)");
            }
        }

        bool Once(bool? before, string word, string whenTrue)
        {
            bool value = word.Equals(whenTrue, StringComparison.OrdinalIgnoreCase);
            if (before is { } other && other != value) throw call.Fail($"HttpProtocolOptions: '{word}' contradicts what was said before");
            return value;
        }
    }
}
