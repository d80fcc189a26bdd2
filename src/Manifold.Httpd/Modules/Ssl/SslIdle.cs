using Manifold.Httpd.Language;

namespace Manifold.Httpd.Modules.Ssl;

/// <summary>
/// httpd's directives for TLS that come to nothing here. What only tunes is accepted, and says so; what protects, and would not, is refused: nobody shall
/// believe that a certificate was asked for.
/// </summary>
internal static class SslIdle
{
    private const string TheSystemDecides = "the system's OpenSSL decides";
    private const string OwnSessions = "each child remembers its own sessions";
    private const string NoClients = "clients are not asked for certificates";
    private const string NoProxy = "there is no proxy";
    private const string NoStapling = "no OCSP answers are stapled";

    public static Directive[] Table =>
    [
        new("SSLCipherSuite", Arguments.OneOrTwo, Contexts.SVD | Contexts.AuthConfig, "[protocol] cipher-spec", "accepted without effect: " + TheSystemDecides, call =>
        {
            if (call.Args.Count > 1 && call.Args[0] is not ("SSL" or "TLSv1.3")) throw call.Fail($"protocol '{call.Args[0]}' not supported");
            NoEffect.Warn(call, TheSystemDecides);
        }),
        NoEffect.Of("SSLHonorCipherOrder", Arguments.Flag, Contexts.SV, "on|off", TheSystemDecides),
        NoEffect.Of("SSLRandomSeed", Arguments.TwoOrThree, Contexts.Server, "context source [bytes]", TheSystemDecides),
        NoEffect.Of("SSLOpenSSLConfCmd", Arguments.Two, Contexts.SV, "command value", TheSystemDecides),
        NoEffect.Of("SSLPassPhraseDialog", Arguments.One, Contexts.Server, "type", "encrypted keys are not supported"),
        NoEffect.Of("SSLSessionCache", Arguments.One, Contexts.Server, "type", OwnSessions),
        NoEffect.Of("SSLSessionCacheTimeout", Arguments.One, Contexts.SV, "seconds", OwnSessions),
        NoEffect.Of("SSLSessionTicketKeyFile", Arguments.One, Contexts.SV, "file-path", OwnSessions),
        NoEffect.Of("SSLSRPVerifierFile", Arguments.One, Contexts.SV, "file-path", "TLS-SRP is not offered"),
        NoEffect.Of("SSLSRPUnknownUserSeed", Arguments.One, Contexts.SV, "text", "TLS-SRP is not offered"),
        NoEffect.Of("SSLRenegBufferSize", Arguments.One, Contexts.DAuthConfig, "bytes", "nothing is negotiated anew"),
        Only("SSLInsecureRenegotiation", Contexts.SV, "off", refused: null),
        Only("SSLCompression", Contexts.SV, "off", "TLS does not compress here, which would betray secrets"),
        Only("SSLFIPS", Contexts.Server, "off", "the system's OpenSSL decides about FIPS mode"),
        Only("SSLCryptoDevice", Contexts.Server, "builtin", "there are no other devices", Arguments.One),
        Only("SSLStrictSNIVHostCheck", Contexts.SV, "off", "clients that name no host get the first one"),
        Only("SSLVHostSNIPolicy", Contexts.Server, "secure", refused: null, Arguments.One),

        .. Of(NoClients, Contexts.SVD | Contexts.AuthConfig, "SSLCACertificatePath", "SSLCACertificateFile", "SSLVerifyDepth", "SSLUserName"),
        .. Of(NoClients, Contexts.SV, "SSLCADNRequestPath", "SSLCADNRequestFile", "SSLCARevocationPath", "SSLCARevocationFile", "SSLOCSPEnable",
            "SSLOCSPDefaultResponder", "SSLOCSPResponseTimeSkew", "SSLOCSPResponseMaxAge", "SSLOCSPResponderTimeout", "SSLOCSPProxyURL",
            "SSLOCSPResponderCertificateFile"),
        NoEffect.Of("SSLCARevocationCheck", Arguments.OneOrTwo, Contexts.SV, "chain|leaf|none [flag]", NoClients),
        .. Flags(NoClients, "SSLOCSPOverrideResponder", "SSLOCSPUseRequestNonce", "SSLOCSPNoVerify"),
        new("SSLVerifyClient", Arguments.One, Contexts.SVD | Contexts.AuthConfig, "none|optional|optional_no_ca|require",
            "whether clients are asked for certificates, which they are not: require is refused", VerifyClient) { Default = "none" },
        Refused("SSLRequire", Arguments.Raw, Contexts.DAuthConfig, "expression", "write Require expr, which asks the same in httpd's expression language"),

        .. Of(NoStapling, Contexts.Server, "SSLStaplingCache"),
        .. Of(NoStapling, Contexts.SV, "SSLStaplingResponseTimeSkew", "SSLStaplingResponderTimeout", "SSLStaplingResponseMaxAge",
            "SSLStaplingStandardCacheTimeout", "SSLStaplingErrorCacheTimeout", "SSLStaplingForceURL"),
        .. Flags(NoStapling, "SSLUseStapling", "SSLStaplingReturnResponderErrors", "SSLStaplingFakeTryLater"),

        .. Of(NoProxy, Contexts.SV, "SSLProxyVerify", "SSLProxyVerifyDepth", "SSLProxyCACertificateFile", "SSLProxyCACertificatePath",
            "SSLProxyCARevocationPath", "SSLProxyCARevocationFile", "SSLProxyMachineCertificateFile", "SSLProxyMachineCertificatePath",
            "SSLProxyMachineCertificateChainFile"),
        NoEffect.Of("SSLProxyProtocol", Arguments.AtLeastOne, Contexts.SV, "[+|-]protocol ...", NoProxy),
        NoEffect.Of("SSLProxyCipherSuite", Arguments.OneOrTwo, Contexts.SV, "[protocol] cipher-spec", NoProxy),
        NoEffect.Of("SSLProxyCARevocationCheck", Arguments.OneOrTwo, Contexts.SV, "chain|leaf|none [flag]", NoProxy),
        .. Flags(NoProxy, "SSLProxyEngine", "SSLProxyCheckPeerExpire", "SSLProxyCheckPeerCN", "SSLProxyCheckPeerName"),

        Refused("SSLLog", Arguments.One, Contexts.SVDH, "file", "no longer supported - use ErrorLog."),
        Refused("SSLLogLevel", Arguments.One, Contexts.SVDH, "level", "no longer supported - use LogLevel."),
    ];

    private static IEnumerable<Directive> Of(string reason, Contexts contexts, params string[] names) =>
        names.Select(name => NoEffect.Of(name, Arguments.One, contexts, "value", reason));

    private static IEnumerable<Directive> Flags(string reason, params string[] names) => names.Select(name =>
        new Directive(name, Arguments.Flag, Contexts.SV, "on|off", $"on is accepted without effect: {reason}", call =>
        {
            if (call.On) NoEffect.Warn(call, reason);
        }) { Default = "off" });

    /// <summary>A directive of which one value is what this server does; any other is refused, or where that is harmless has no effect.</summary>
    private static Directive Only(string name, Contexts contexts, string only, string? refused, Arguments arguments = Arguments.Flag) =>
        new(name, arguments, contexts, only, refused is null ? "anything else is accepted without effect" : "anything else is refused: " + refused, call =>
        {
            if (call.Args[0].Equals(only, StringComparison.OrdinalIgnoreCase)) return;
            if (refused is not null) throw call.Fail($"{name} {call.Args[0]} is not possible: {refused}");
            NoEffect.Warn(call, $"it is always {only}");
        }) { Default = only };

    private static Directive Refused(string name, Arguments arguments, Contexts contexts, string syntax, string why) =>
        new(name, arguments, contexts, syntax, "refused: " + why, call => throw call.Fail($"{name} is {(why.StartsWith("no ", StringComparison.Ordinal) ? why : "not supported: " + why)}"));

    private static void VerifyClient(DirectiveCall call)
    {
        switch (call.Args[0].ToLowerInvariant())
        {
            case "none" or "off":
                break;
            case "optional" or "optional_no_ca":
                NoEffect.Warn(call, NoClients);
                break;
            case "require" or "on":
                throw call.Fail($"SSLVerifyClient {call.Args[0]} is not possible: {NoClients}, and everybody would get in");
            default:
                throw call.Fail("SSLVerifyClient: Invalid argument '" + call.Args[0] + "'");
        }
    }
}
