using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Manifold.Connections;
using Manifold.Tests;
using Manifold.Tls;

namespace Manifold.UnitTests.Connections;

/// <summary>Encrypts every connection with one certificate, and keeps what went wrong in handshakes.</summary>
internal sealed class TestTls(SslProtocols protocols = SslProtocols.None) : ITlsConfiguration
{
    private static readonly TestCertificate s_certificate = TestCertificate.For("a.example");

    private readonly SslServerAuthenticationOptions _options = new()
    {
        ServerCertificateContext = SslStreamCertificateContext.Create(X509Certificate2.CreateFromPem(s_certificate.Certificate, s_certificate.Key), null, offline: true),
        EnabledSslProtocols = protocols,
        ApplicationProtocols = [SslApplicationProtocol.Http11],
    };

    public SslServerAuthenticationOptions Options => _options;

    /// <summary>The hosts that were asked for; the first is the empty one that the connection itself asks for.</summary>
    public ConcurrentQueue<string> Hosts { get; } = new();

    public ConcurrentQueue<Exception> Failures { get; } = new();

    public SslServerAuthenticationOptions? OptionsFor(IPEndPoint local, string host)
    {
        Hosts.Enqueue(host);
        return _options;
    }

    public void HandshakeFailed(IMpmConnectionFeature connection, Exception reason) => Failures.Enqueue(reason);
}
