using System.Security.Authentication;
using Manifold.Contracts;
using Manifold.Httpd.Expressions;
using Manifold.Httpd.Language;
using Manifold.Httpd.Modules.Authz;
using Manifold.Httpd.Requests;
using Manifold.Httpd.Site;
using Manifold.Shared;

namespace Manifold.Httpd.Modules.Ssl;

/// <summary>
/// The directives for TLS. The work is .NET's, with the system's OpenSSL: ciphers and curves are those that its configuration allows. What the
/// directives come to is in <see cref="SslHosts"/>.
/// </summary>
internal sealed class SslModule : RequestModule, IExpressionWords
{
    /// <summary>What is offered where nothing else is said.</summary>
    internal const SslProtocols All = SslProtocols.Tls12 | SslProtocols.Tls13;

    /// <inheritdoc/>
    public override string Identifier => "ssl_module";

    /// <inheritdoc/>
    public override string Source => "mod_ssl.c";

    /// <inheritdoc/>
    protected override IReadOnlyList<Directive> Table() =>
    [
        new("SSLEngine", Arguments.One, Contexts.SV, "on|off", "TLS for this server; without it, on where there is a certificate and Listen says https", Engine)
            { Default = "off" },
        new("SSLCertificateFile", Arguments.One, Contexts.SV, "file-path", "PEM file with the server's certificate, then those between it and the authority's",
            call => call.ServerSettings<SslSettings>().Certificate = First(call, call.ServerSettings<SslSettings>().Certificate, "certificate, and that is")),
        new("SSLCertificateKeyFile", Arguments.One, Contexts.SV, "file-path", "PEM file with the private key, not encrypted; without it, the certificate's file",
            call => call.ServerSettings<SslSettings>().Key = First(call, call.ServerSettings<SslSettings>().Key, "key, and that is in")),
        new("SSLCertificateChainFile", Arguments.One, Contexts.SV, "file-path", "PEM file with further certificates between the server's and the authority's",
            call => call.ServerSettings<SslSettings>().Chain = Read(call)),
        new("SSLProtocol", Arguments.AtLeastOne, Contexts.SV, "[+|-]protocol ...", "versions of TLS: all, TLSv1.2, TLSv1.3; older ones are not offered",
            call => call.ServerSettings<SslSettings>().Protocols = Protocols(call)) { Default = "all" },
        new("SSLSessionTickets", Arguments.Flag, Contexts.SV, "on|off", "whether a client may take up an earlier session, with the child that it began it with",
            call => call.ServerSettings<SslSettings>().Resumes = call.On) { Default = "on" },
        new("SSLRequireSSL", Arguments.None, Contexts.DAuthConfig, "", "refuses requests that are not encrypted",
            call => call.DirectorySettings<SslDirectory>().Required = true),
        new("SSLOptions", Arguments.AtLeastOne, Contexts.SVD | Contexts.Options, "[+|-]option ...", "which variables conditions, fields and logs find in the environment: StdEnvVars, ExportCertData", Options),
        .. SslIdle.Table,
    ];

    /// <inheritdoc/>
    public override ValueTask<int> Access(Request request, Resource resource)
    {
        if (!resource.Settings.Get<SslDirectory>().Required || request.Connection.Tls is not null) return new(Outcome.Declined);
        request.Report("ssl", LogLevel.Error, $"AH02219: access to {resource.FileName} failed, reason: SSL connection required");
        return new(403);
    }

    /// <inheritdoc/>
    public override bool Concerns(SettingsBag settings) => true;

    /// <inheritdoc/>
    public override void Prepare(Request request, Resource resource, bool late)
    {
        if (late && request.Connection.Tls is not null) SslVariables.Export(request, resource.Settings.Get<SslDirectory>().Effective);
    }

    /// <summary>A redirect that a later module makes has the variables, too.</summary>
    public override ValueTask<int> Fixup(Request request, Resource resource)
    {
        Prepare(request, resource, late: true);
        return new(Outcome.Declined);
    }

    /// <summary>The rules that Require gets with this module. No client shows a certificate, since none is asked for one.</summary>
    internal static IReadOnlyDictionary<string, AuthzProvider> Providers { get; } = new Dictionary<string, AuthzProvider>(StringComparer.Ordinal)
    {
        ["ssl"] = (call, args) => args.Count == 0 ? static request => request.Connection.Tls is not null : throw call.Fail("'Require ssl' does not take arguments"),
        ["ssl-verify-client"] = (call, args) =>
        {
            if (args.Count > 0) throw call.Fail("'Require ssl-verify-client' does not take arguments");
            call.Warn($"Require ssl-verify-client on line {call.Line} of {call.File} lets nobody pass: clients are not asked for certificates");
            return static _ => false;
        },
    };

    /// <inheritdoc/>
    public override ITlsServers? Encrypt(ServerConfiguration configuration, ErrorLog log) => SslHosts.From(configuration, log);

    VariableReader? IExpressionWords.Variable(string name) => SslVariables.Find(name);

    TextFunction? IExpressionWords.Function(string name) =>
        name.Equals("ssl", StringComparison.OrdinalIgnoreCase) ? static (ref Evaluation e, string a) => SslVariables.Value(e.Request, a) : null;

    private static void Options(DirectiveCall call)
    {
        var settings = call.DirectorySettings<SslDirectory>();
        foreach (string arg in call.Args)
        {
            char sign = arg[0] is '+' or '-' ? arg[0] : ' ';
            var option = arg.TrimStart('+', '-').ToLowerInvariant() switch
            {
                "stdenvvars" => SslOptions.StdEnvVars,
                "exportcertdata" => SslOptions.ExportCertData,
                "fakebasicauth" or "strictrequire" or "optrenegotiate" or "legacydnstringformat" => SslOptions.None,
                _ => throw call.Fail($"SSLOptions: Illegal option '{arg.TrimStart('+', '-')}'"),
            };
            if (option == SslOptions.None && sign != '-') NoEffect.Warn(call, $"{arg}: clients are not asked for certificates, and names have the form of RFC 2253");
            if (sign == '+') (settings.Added, settings.Removed) = (settings.Added | option, settings.Removed & ~option);
            else if (sign == '-') (settings.Added, settings.Removed) = (settings.Added & ~option, settings.Removed | option);
            else settings.Options = (settings.Options ?? SslOptions.None) | option;
        }
    }

    private static void Engine(DirectiveCall call) => call.ServerSettings<SslSettings>().Engine = call.Args[0].ToLowerInvariant() switch
    {
        "on" => true,
        "off" => false,
        _ => throw call.Fail("SSLEngine must be on or off"),
    };

    /// <summary>A server has one of the kind: what comes after the first is told of, and not read.</summary>
    private static PemFile First(DirectiveCall call, PemFile? first, string what)
    {
        if (first is null) return Read(call);
        NoEffect.Warn(call, $"a server has one {what} {first.Path}");
        return first;
    }

    private static PemFile Read(DirectiveCall call)
    {
        string path = call.ResolvePath(call.Args[0]);
        string? text = call.Reading?.Surroundings.Text(path);
        if (text is null) throw call.Fail($"{call.Directive.Name}: file '{path}' cannot be read: {call.Reading?.Surroundings.WhyNoText(path)}");
        return text.Length > 0 ? new PemFile(path, text) : throw call.Fail($"{call.Directive.Name}: file '{path}' is empty");
    }

    /// <summary>As in httpd: a name with a sign adds or takes away, one without replaces what was said before it.</summary>
    private static SslProtocols Protocols(DirectiveCall call)
    {
        var chosen = SslProtocols.None;
        foreach (string word in call.Args)
        {
            bool adds = word.StartsWith('+'), takes = word.StartsWith('-');
            var named = (adds || takes ? word[1..] : word).ToLowerInvariant() switch
            {
                "all" => All,
                "tlsv1.3" => SslProtocols.Tls13,
                "tlsv1.2" => SslProtocols.Tls12,
                "tlsv1" or "tlsv1.1" or "sslv3" => SslProtocols.None,
                "sslv2" when takes => SslProtocols.None,
                _ => throw call.Fail($"SSLProtocol: Illegal protocol '{word}'"),
            };
            if (named == SslProtocols.None && !takes) NoEffect.Warn(call, $"{word} is not offered any more");
            if (!adds && !takes && chosen != SslProtocols.None)
                call.Warn($"SSLProtocol on line {call.Line} of {call.File}: {word} replaces what stands before it; is a + missing?");
            chosen = adds ? chosen | named : takes ? chosen & ~named : named;
        }
        return chosen != SslProtocols.None ? chosen : throw call.Fail("SSLProtocol: No SSL protocols available");
    }
}
