using System.IO.Pipelines;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Manifold.Connections;
using Manifold.Heads;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Manifold.Tls;

/// <summary>
/// TLS between a connection and its HTTP: .NET's <see cref="SslStream"/> over the connection's halves, and over that the halves that HTTP sees.
/// It never waits by itself: its reads and flushes are the connection's, so the drive loop's time-outs hold for the handshake too. Runs where
/// HTTP runs. Why not Kestrel's own: docs/adr/0011.
/// </summary>
internal sealed class TlsSide(HttpSide http, Connection connection, ITlsConfiguration configuration)
    : IEncryption, IDuplexPipe, ITlsConnectionFeature, ITlsHandshakeFeature, ITlsApplicationProtocolFeature, ISslStreamFeature
{
    private const byte HandshakeRecord = 22;

    private TlsOutput? _output;

    /// <summary>What makes it for the connections that are to be encrypted, and none for the others.</summary>
    public static Func<HttpSide, Connection, IEncryption?> Of(ITlsConfiguration configuration) =>
        (http, connection) => configuration.OptionsFor(connection.Local, "") is null ? null : new TlsSide(http, connection, configuration);

    HttpInput? IEncryption.Input => Input;

    private TlsInput? Input { get; set; }

    /// <inheritdoc/>
    public SslServerAuthenticationOptions? Options { get; private set; }

    /// <inheritdoc/>
    public async Task Run(IHttpEngine engine)
    {
        if (http.Input.Unread[0] != HandshakeRecord)
        {
            http.Refusal.Say(IRejectedRequestHandler.PlainHttp);
            return;
        }
        http.Input.ForgetHead();
        var stream = new SslStream(new TransportStream(http.Input, http.Output), leaveInnerStreamOpen: true);
        Input = new TlsInput(stream, http.Input, connection);
        _output = new TlsOutput(stream, http, connection);
        try
        {
            Options = await ShakeHands(stream);
            if (Options is null) return;
            connection.Exchange.HandshakeEnds();
            http.Features.Set<ITlsConnectionFeature>(this);
            http.Features.Set<ITlsHandshakeFeature>(this);
            http.Features.Set<ITlsApplicationProtocolFeature>(this);
            http.Features.Set<ISslStreamFeature>(this);
            http.Transport = this;
            await engine.Run(http);
            await SayGoodbye(stream, _output);
        }
        finally
        {
            await stream.DisposeAsync(); // first: from now on it puts nothing into a buffer
            Input.Reset();
            _output.Complete();
        }
    }

    PipeReader IDuplexPipe.Input => Input!;

    PipeWriter IDuplexPipe.Output => _output!;

    X509Certificate2? ITlsConnectionFeature.ClientCertificate { get; set; }

    Task<X509Certificate2?> ITlsConnectionFeature.GetClientCertificateAsync(CancellationToken cancellationToken) => Task.FromResult<X509Certificate2?>(null);

    ReadOnlyMemory<byte> ITlsApplicationProtocolFeature.ApplicationProtocol => Input!.Session.NegotiatedApplicationProtocol.Protocol;

    SslStream ISslStreamFeature.SslStream => Input!.Session;

    SslProtocols ITlsHandshakeFeature.Protocol => Input!.Session.SslProtocol;

    TlsCipherSuite? ITlsHandshakeFeature.NegotiatedCipherSuite => Input!.Session.NegotiatedCipherSuite;

    string ITlsHandshakeFeature.HostName => Input!.Session.TargetHostName;

#pragma warning disable SYSLIB0058 // the interface has them
    CipherAlgorithmType ITlsHandshakeFeature.CipherAlgorithm => Input!.Session.CipherAlgorithm;

    int ITlsHandshakeFeature.CipherStrength => Input!.Session.CipherStrength;

    HashAlgorithmType ITlsHandshakeFeature.HashAlgorithm => Input!.Session.HashAlgorithm;

    int ITlsHandshakeFeature.HashStrength => Input!.Session.HashStrength;

    ExchangeAlgorithmType ITlsHandshakeFeature.KeyExchangeAlgorithm => Input!.Session.KeyExchangeAlgorithm;

    int ITlsHandshakeFeature.KeyExchangeStrength => Input!.Session.KeyExchangeStrength;
#pragma warning restore SYSLIB0058

    /// <summary>With what the connection is encrypted from now on; null when client and server have not come to terms.</summary>
    private async ValueTask<SslServerAuthenticationOptions?> ShakeHands(SslStream stream)
    {
        SslServerAuthenticationOptions? chosen = null;
        try
        {
            await stream.AuthenticateAsServerAsync((_, hello, _, _) =>
            {
                chosen = configuration.OptionsFor(connection.Local, hello.ServerName);
                return new ValueTask<SslServerAuthenticationOptions>(chosen!);
            }, null, CancellationToken.None);
            return chosen;
        }
        catch (Exception e) when (e is AuthenticationException or IOException or InvalidOperationException or NotSupportedException)
        {
            // NotSupported: nothing in the first message made sense, so nobody was asked for a certificate, and there is none.
            configuration.HandshakeFailed(connection, e);
            return null;
        }
    }

    private async ValueTask SayGoodbye(SslStream stream, TlsOutput output)
    {
        if (connection.IsAborted) return;
        try
        {
            await output.Say(http.Refusal.Unsaid);
            await stream.ShutdownAsync();
            await stream.FlushAsync();
        }
        catch (Exception e) when (e is IOException or InvalidOperationException)
        {
            // The client has gone first.
        }
    }
}
