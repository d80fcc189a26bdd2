using Manifold.Httpd.Language;

namespace Manifold.Httpd.Modules.Core;

/// <summary>Core directives of httpd about things that do not exist here. Files that have them can be read; each use says so.</summary>
internal static class IdleDirectives
{
    private const string NoScripts = "no scripts are run", NoXml = "no module reads XML bodies";

    public static readonly Directive[] Table =
    [
        NoEffect.Of("CGIPassAuth", Arguments.Flag, Contexts.DAuthConfig, "On|Off", NoScripts),
        new("CGIVar", Arguments.Two, Contexts.SVDFileInfo, "variable rule", "accepted without effect: " + NoScripts, call =>
        {
            if (!call.Args[0].Equals("REQUEST_URI", StringComparison.OrdinalIgnoreCase)) throw call.Fail($"Unrecognized CGI variable: \"{call.Args[0]}\"");
            if (call.Args[1].ToLowerInvariant() is not ("current-uri" or "original-uri")) throw call.Fail("Valid rules for REQUEST_URI are 'current-uri' and 'original-uri'");
            NoEffect.Warn(call, NoScripts);
        }),
        NoEffect.Of("RLimitCPU", Arguments.OneOrTwo, Contexts.SVDH, "seconds|max [seconds|max]", NoScripts),
        NoEffect.Of("RLimitMEM", Arguments.OneOrTwo, Contexts.SVDH, "bytes|max [bytes|max]", NoScripts),
        NoEffect.Of("RLimitNPROC", Arguments.OneOrTwo, Contexts.SVDH, "number|max [number|max]", NoScripts),
        NoEffect.Of("LimitXMLRequestBody", Arguments.One, Contexts.SVDH, "bytes", NoXml),
        NoEffect.Of("FlushMaxPipelined", Arguments.One, Contexts.SV, "number", "Kestrel decides when pipelined responses are sent"),
        NoEffect.Of("FlushMaxThreshold", Arguments.One, Contexts.SV, "bytes", "Kestrel decides when a response is sent"),
        NoEffect.Of("ReadBufferSize", Arguments.One, Contexts.SVD, "bytes", "files are read in pieces of 64 KiB"),
        NoEffect.Of("WatchdogInterval", Arguments.One, Contexts.Server, "time", "there is no module mod_watchdog"),
        NoEffect.Of("MergeTrailers", Arguments.Flag, Contexts.SV, "On|Off", "trailers are never merged into the head"),
        new("DefaultType", Arguments.One, Contexts.SVDFileInfo, "none", "accepted for old files; only none is possible", call =>
        {
            if (!call.Args[0].Equals("none", StringComparison.OrdinalIgnoreCase)) NoEffect.Warn(call, "files without a known type have none");
        }) { Default = "none" },
    ];
}
