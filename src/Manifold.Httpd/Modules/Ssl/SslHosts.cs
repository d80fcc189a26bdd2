using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Manifold.Connections;
using Manifold.Contracts;
using Manifold.Httpd.Language;
using Manifold.Httpd.Requests;
using Manifold.Httpd.Site;
using Manifold.Shared;

namespace Manifold.Httpd.Modules.Ssl;

/// <summary>
/// The servers that speak TLS. The address decides whether a connection is encrypted: as the first server there is. Which certificate
/// it gets, the host that the client names decides. What a server needs is made when it is first asked for; any thread.
/// </summary>
internal sealed class SslHosts : ITlsServers
{
    private readonly ConcurrentDictionary<ServerScope, SslServerAuthenticationOptions?> _options = new(1, 31);
    private readonly Dictionary<(PemFile, PemFile?, PemFile?, SslProtocols?, bool?), SslServerAuthenticationOptions> _alike = []; // under _making
    private readonly Lock _making = new();
    private readonly ServerConfiguration _configuration;
    private readonly ErrorLog _log;

    private SslHosts(ServerConfiguration configuration, ErrorLog log)
    {
        _configuration = configuration;
        _log = log;
    }

    /// <summary>What a configuration that was checked says; null when it encrypts nothing.</summary>
    /// <param name="configuration">The configuration.</param>
    /// <param name="log">Where handshakes that fail are told of.</param>
    public static SslHosts? From(ServerConfiguration configuration, ErrorLog log)
    {
        if (configuration.Modules.Find("ssl_module") is null) return null;
        var hosts = new SslHosts(configuration, log);
        // Nothing is encrypted without a certificate. Which hosts are is not looked up at a child's start.
        if (configuration.HostsMention("SSLCertificateFile") is { } mentioned)
            return mentioned || configuration.Main.Settings.Get<SslSettings>().Certificate is not null ? hosts : null;
        return configuration.Servers.Prepend(configuration.Main).Any(hosts.Encrypts) ? hosts : null;
    }

    /// <summary>Throws <see cref="ConfigurationException"/> when a server cannot be encrypted as it is to be: its certificate or key cannot be used.</summary>
    /// <param name="configuration">The configuration.</param>
    public static void Check(ServerConfiguration configuration)
    {
        if (From(configuration, new ErrorLog()) is not { } hosts) return;
        if (OperatingSystem.IsWindows()) throw new ConfigurationException("SSLEngine: there is no TLS on Windows yet");
        if (configuration.Mpm == "perchild")
            throw new ConfigurationException("SSLEngine: perchild reads a request's Host before it knows whose process may read the request; use another MPM for TLS");
        foreach (var server in configuration.Servers.Prepend(configuration.Main)) _ = hosts.Of(server);
    }

    /// <inheritdoc/>
    public SslServerAuthenticationOptions? Of(ServerScope server)
    {
        if (_options.TryGetValue(server, out var known)) return known;
        lock (_making) return _options.TryGetValue(server, out known) ? known : _options[server] = Encrypts(server) ? Alike(server) : null;
    }

    /// <inheritdoc/>
    public SslServerAuthenticationOptions? OptionsFor(IPEndPoint local, string host)
    {
        var first = Of(_configuration.VirtualHosts.Select(local, ""));
        return first is null || host.Length == 0 ? first : Of(_configuration.VirtualHosts.Select(local, host)) ?? first;
    }

    /// <inheritdoc/>
    public void HandshakeFailed(IMpmConnectionFeature connection, Exception reason)
    {
        if (!_log.Enabled("ssl", LogLevel.Info)) return;
        string why = reason.InnerException is { } inner ? $"{reason.Message} ({inner.Message})" : reason.Message;
        _log.Write("ssl", LogLevel.Info, $"AH02008: SSL library error in handshake: {why}", client: $"{connection.RemoteAddress}:{connection.Remote.Port}", about: connection);
    }

    /// <summary>The object of all servers that are encrypted in the same way.</summary>
    private SslServerAuthenticationOptions Alike(ServerScope server)
    {
        var settings = server.Settings.Get<SslSettings>();
        if (settings.Certificate is null) throw new ConfigurationException($"AH02572: Failed to configure at least one certificate and key for {NameOf(server)}");
        var key = (settings.Certificate, settings.Key, settings.Chain, settings.Protocols, settings.Resumes);
        return _alike.TryGetValue(key, out var options) ? options : _alike[key] = Make(settings, settings.Certificate);
    }

    private bool Encrypts(ServerScope server)
    {
        var settings = server.Settings.Get<SslSettings>();
        return settings.Engine ?? (settings.Certificate is not null && (server.Settings.Get<ProtocolSettings>().Protocol == "https" || ListensForHttps(server)));
    }

    private static SslServerAuthenticationOptions Make(SslSettings settings, PemFile file)
    {
        try
        {
            var certificate = X509Certificate2.CreateFromPem(file.Text, (settings.Key ?? file).Text);
            var further = new X509Certificate2Collection();
            further.ImportFromPem(file.Text);
            if (settings.Chain is { } chain) further.ImportFromPem(chain.Text);
            return new SslServerAuthenticationOptions
            {
                ServerCertificateContext = SslStreamCertificateContext.Create(certificate, further, offline: true),
                EnabledSslProtocols = settings.Protocols ?? SslModule.All,
                AllowTlsResume = settings.Resumes ?? true,
                AllowRenegotiation = false,
                ApplicationProtocols = [SslApplicationProtocol.Http11],
            };
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException or NotSupportedException)
        {
            throw new ConfigurationException(
                $"AH02577: SSLCertificateFile '{file.Path}' and SSLCertificateKeyFile '{(settings.Key ?? file).Path}' cannot be used together: {e.Message}");
        }
    }

    private bool ListensForHttps(ServerScope server)
    {
        var listeners = _configuration.Main.Settings.Get<ListenSettings>().Addresses;
        if (!server.IsVirtual) return listeners.TrueForAll(listener => listener.Protocol == "https");
        return server.Addresses.All(address => HostPort.TryParse(address, out _, out int port, out _)
            && listeners.Exists(listener => listener.Port == port && listener.Protocol == "https"));
    }

    private static string NameOf(ServerScope server) => server.IsVirtual ? $"{server.Name ?? server.Addresses[0]} ({server.File}:{server.Line})" : server.Name ?? "the main server";
}
