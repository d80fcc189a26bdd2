using System.Net.Sockets;
using System.Text;
using Manifold.Connections;
using Manifold.Driving;
using Manifold.Hosting;
using Manifold.UnitTests.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Xunit;

namespace Manifold.UnitTests.Hosting;

/// <summary>What a connection offers HTTP and the application does what it does on a connection that Kestrel has accepted: both are asked.</summary>
public class ConnectionFeatureTests
{
    private const string Get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private const string Post = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n01234";
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    public static TheoryData<string> Servers => ["stock", "blocks", "parks"];

    [Theory, MemberData(nameof(Servers))]
    public void APlainConnectionHasALifeAndNoTls(string kind)
    {
        string said = Ask(kind, tls: false, f => string.Join(' ', Present<IConnectionHeartbeatFeature>(f), Present<IConnectionLifetimeNotificationFeature>(f),
            Present<ITlsConnectionFeature>(f), Present<ITlsHandshakeFeature>(f), Present<ITlsApplicationProtocolFeature>(f), Present<ISslStreamFeature>(f)));
        Assert.Equal("True True False False False False", said);
    }

    [Theory, MemberData(nameof(Servers))]
    public void AnEncryptedConnectionTellsOfItsHandshake(string kind)
    {
        string said = Ask(kind, tls: true, f =>
        {
            var shaken = f.Get<ITlsHandshakeFeature>()!;
            return string.Join(' ', Present<IConnectionHeartbeatFeature>(f), Present<IConnectionLifetimeNotificationFeature>(f), Present<ITlsConnectionFeature>(f),
                shaken.Protocol, kind == "stock" ? "" : shaken.HostName, shaken.NegotiatedCipherSuite is not null, Encoding.ASCII.GetString(f.Get<ITlsApplicationProtocolFeature>()!.ApplicationProtocol.Span),
                f.Get<ISslStreamFeature>()!.SslStream.SslProtocol == shaken.Protocol);
        });
        string host = kind == "stock" ? "" : "a.example"; // which Kestrel tells only where a callback chooses the certificate
        Assert.Equal($"True True True Tls13 {host} True http/1.1 True", said);
    }

    [Theory, MemberData(nameof(Servers))]
    public void TheHeartbeatBeatsWhileARequestWaits(string kind)
    {
        using var server = new AskedServer(kind, async f =>
        {
            var beaten = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            int left = 3;
            f.Get<IConnectionHeartbeatFeature>()!.OnHeartbeat(_ => Interlocked.Increment(ref left), "another");
            f.Get<IConnectionHeartbeatFeature>()!.OnHeartbeat(state =>
            {
                if (Interlocked.Add(ref left, -2) <= 0) ((TaskCompletionSource)state).TrySetResult();
            }, beaten);
            await beaten.Task;
            await Answer(f, "beaten");
        });
        using var client = server.Connect();
        Rig.Send(client, Get);
        Assert.EndsWith("\r\n\r\nbeaten", Rig.Receive(client, "beaten"), StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Servers))]
    public void ABodyThatComesTooSlowlyIsRefused(string kind)
    {
        using var server = new AskedServer(kind, async f =>
        {
            f.Get<IHttpMinRequestBodyDataRateFeature>()!.MinDataRate = new MinDataRate(1000, TimeSpan.FromMilliseconds(1100));
            await f.Get<IHttpRequestFeature>()!.Body.CopyToAsync(Stream.Null);
            await Answer(f, "hello");
        });
        using var client = server.Connect();
        Rig.Send(client, Post);
        Assert.StartsWith("HTTP/1.1 408", Rig.Receive(client, ""), StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Servers))]
    public async Task AnAnswerThatIsTakenTooSlowlyIsCutOff(string kind)
    {
        var ended = new TaskCompletionSource<Exception?>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var server = new AskedServer(kind, async f =>
        {
            try
            {
                f.Get<IHttpMinResponseDataRateFeature>()!.MinDataRate = new MinDataRate(100_000_000, TimeSpan.FromMilliseconds(1100));
                var body = f.Get<IHttpResponseBodyFeature>()!.Writer;
                byte[] much = new byte[1_000_000];
                for (int i = 0; i < 1000; i++)
                    if ((await body.WriteAsync(much)).IsCompleted) break;
                ended.SetResult(null);
            }
            catch (Exception e)
            {
                ended.SetResult(e);
                throw;
            }
        });
        using var client = server.Connect();
        Rig.Send(client, Get);
        await ended.Task.WaitAsync(s_patience);
        byte[] buffer = new byte[65536];
        long received = 0;
        try
        {
            for (int n; (n = client.Receive(buffer)) > 0;) received += n;
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionReset)
        {
        }
        Assert.InRange(received, 1, 999_999_999);
    }

    [Theory, MemberData(nameof(Servers))]
    public void AnApplicationMayEndItsConnection(string kind)
    {
        using var server = new AskedServer(kind, f =>
        {
            var life = f.Get<IConnectionLifetimeNotificationFeature>()!;
            Assert.False(life.ConnectionClosedRequested.IsCancellationRequested);
            life.RequestClose();
            return Answer(f, life.ConnectionClosedRequested.IsCancellationRequested ? "ended" : "not");
        });
        using var client = server.Connect();
        Rig.Send(client, Get);
        string answer = Rig.Receive(client, "");
        Assert.EndsWith("\r\n\r\nended", answer, StringComparison.Ordinal);
        Assert.Contains("\r\nConnection: close\r\n", answer, StringComparison.Ordinal);
    }

    /// <summary>Kestrel's own tells the application first: what it answers at once promises to keep a connection that then ends.</summary>
    [Theory, MemberData(nameof(Servers))]
    public void ARequestThatWaitsHearsOfAGracefulEnd(string kind)
    {
        var waits = new SemaphoreSlim(0);
        using var server = new AskedServer(kind, async f =>
        {
            var heard = new TaskCompletionSource(); // goes on where it is told
            f.Get<IConnectionLifetimeNotificationFeature>()!.ConnectionClosedRequested.Register(heard.SetResult);
            waits.Release();
            await heard.Task.ConfigureAwait(false);
            await Answer(f, "heard");
        });
        using var client = server.Connect();
        Rig.Send(client, Get);
        Assert.True(waits.Wait(s_patience));
        server.EndGracefully();
        string answer = Rig.Receive(client, "");
        Assert.EndsWith("\r\n\r\nheard", answer, StringComparison.Ordinal);
        Assert.Equal(kind != "stock", answer.Contains("\r\nConnection: close\r\n", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("stock", false), InlineData("blocks", false), InlineData("parks", false)]
    [InlineData("stock", true), InlineData("blocks", true), InlineData("parks", true)]
    public async Task ABodyIsStillReadAfterAGracefulEndHasBegun(string kind, bool tls)
    {
        var heard = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var waits = new SemaphoreSlim(0);
        using var server = new AskedServer(kind, async f =>
        {
            f.Get<IConnectionLifetimeNotificationFeature>()!.ConnectionClosedRequested.Register(heard.SetResult);
            var body = f.Get<IHttpRequestFeature>()!.Body;
            byte[] bytes = new byte[10];
            await body.ReadExactlyAsync(bytes.AsMemory(0, 5));
            waits.Release();
            await body.ReadExactlyAsync(bytes.AsMemory(5));
            await Answer(f, Encoding.ASCII.GetString(bytes));
        }, tls);
        using var socket = server.Connect();
        using var client = tls ? new TlsClient(socket) : null;
        Send(socket, client, Post);
        Assert.True(await waits.WaitAsync(s_patience));
        server.EndGracefully();
        await heard.Task.WaitAsync(s_patience);
        Send(socket, client, "56789");
        string answer = client?.Receive("0123456789") ?? Rig.Receive(socket, "");
        Assert.EndsWith("\r\n\r\n0123456789", answer, StringComparison.Ordinal);
        if (kind != "stock") Assert.Contains("\r\nConnection: close\r\n", answer, StringComparison.Ordinal); // Kestrel's own may not know it yet
    }

    /// <summary>Here Kestrel's own transport closes at once, and what is on its way is lost.</summary>
    [Theory]
    [InlineData("blocks", false), InlineData("parks", false), InlineData("blocks", true), InlineData("parks", true)]
    public void AKeptConnectionIsToldWithTheAnswerToItsNextRequest(string kind, bool tls)
    {
        using var server = new AskedServer(kind, Rig.Hello, tls);
        using var socket = server.Connect();
        using var client = tls ? new TlsClient(socket) : null;
        Send(socket, client, Get);
        Assert.DoesNotContain("Connection:", client?.Receive("hello") ?? Rig.Receive(socket, "hello"), StringComparison.Ordinal);
        server.EndGracefully();
        Send(socket, client, Get);
        string answer = client?.Receive("") ?? Rig.Receive(socket, "");
        Assert.StartsWith("HTTP/1.1 200", answer, StringComparison.Ordinal);
        Assert.Contains("\r\nConnection: close\r\n", answer, StringComparison.Ordinal);
    }

    [Fact]
    public void AClientThatWasPromisedAKeptConnectionHasIt()
    {
        var halfSaid = new SemaphoreSlim(0);
        var goesOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var server = new AskedServer("parks", async f =>
        {
            if (f.Get<IMpmExchangeFeature>()!.Number > 0)
            {
                await Answer(f, "second");
                return;
            }
            f.Get<IHttpResponseFeature>()!.Headers.ContentLength = 5;
            await f.Get<IHttpResponseBodyFeature>()!.Writer.WriteAsync("he"u8.ToArray());
            int beats = 0;
            f.Get<IConnectionHeartbeatFeature>()!.OnHeartbeat(_ =>
            {
                if (++beats == 3) goesOn.TrySetResult();
            }, this);
            halfSaid.Release();
            await goesOn.Task;
            await f.Get<IHttpResponseBodyFeature>()!.Writer.WriteAsync("llo"u8.ToArray());
        });
        using var client = server.Connect();
        Rig.Send(client, Get);
        Assert.True(halfSaid.Wait(s_patience));
        server.EndGracefully();
        Assert.DoesNotContain("Connection:", Rig.Receive(client, "hello"), StringComparison.Ordinal);
        Rig.Send(client, Get);
        string answer = Rig.Receive(client, "");
        Assert.EndsWith("second", answer, StringComparison.Ordinal);
        Assert.Contains("\r\nConnection: close\r\n", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheHeartbeatKnowsOnlyConnectionsOnWhichHttpRuns()
    {
        var engine = Rig.Http(Rig.Hello);
        using var rig = new Rig(engine, WaitTable.ParkHere, keepAlive: TimeSpan.FromSeconds(120));
        Assert.Equal(0, engine.Heartbeat.Count);
        var (first, _) = await rig.ParkedAfterARequest();
        Assert.Equal(1, engine.Heartbeat.Count);
        var (second, _) = await rig.ParkedAfterARequest();
        Assert.Equal(2, engine.Heartbeat.Count);
        await rig.LetTheIdleRest();
        Assert.Equal(0, engine.Heartbeat.Count);
        var driving = rig.Serve();
        Rig.Send(second, Get);
        Rig.Receive(second, "hello");
        await driving.WaitAsync(s_patience);
        Assert.Equal(1, engine.Heartbeat.Count);
        second.Dispose();
        Assert.Equal(DriveEnd.Closed, await rig.Serve().WaitAsync(s_patience));
        Assert.Equal(0, engine.Heartbeat.Count);
        first.Dispose();
    }

    /// <summary>HTTP's own limits are out of the way: the heartbeat does not end what the drive loop lets live.</summary>
    [Fact]
    public async Task AKeptConnectionOutlivesTheBeats()
    {
        var engine = Rig.Http(Rig.Hello);
        using var rig = new Rig(engine, WaitTable.ParkHere, keepAlive: TimeSpan.FromSeconds(120));
        var (client, connection) = await rig.ParkedAfterARequest();
        var beaten = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        int beats = 0;
        var http = new Microsoft.AspNetCore.Connections.DefaultConnectionContext();
        var life = new ConnectionLife(http, engine.Heartbeat); // behind the other one
        life.OnHeartbeat(_ =>
        {
            if (++beats == 3) beaten.SetResult();
        }, this);
        await beaten.Task.WaitAsync(s_patience);
        life.Dispose();
        Assert.Equal(Wants.Read, connection.Wishes.Current);
        var driving = rig.Serve();
        Rig.Send(client, Get);
        Assert.EndsWith("hello", Rig.Receive(client, "hello"), StringComparison.Ordinal);
        Assert.Equal(DriveEnd.Parked, await driving.WaitAsync(s_patience));
        client.Dispose();
    }

    private static bool Present<T>(IFeatureCollection features) => features.Get<T>() is not null;

    private static string Ask(string kind, bool tls, Func<IFeatureCollection, string> question)
    {
        using var server = new AskedServer(kind, f => Answer(f, question(f)), tls);
        using var socket = server.Connect();
        using var client = tls ? new TlsClient(socket, alpn: "http/1.1") : null;
        Send(socket, client, "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        return (client?.Receive("") ?? Rig.Receive(socket, "")).Split("\r\n\r\n")[1];
    }

    private static void Send(Socket socket, TlsClient? client, string text)
    {
        if (client is null) Rig.Send(socket, text);
        else client.Send(text);
    }

    private static async Task Answer(IFeatureCollection features, string text)
    {
        features.Get<IHttpResponseFeature>()!.Headers.ContentLength = text.Length;
        await features.Get<IHttpResponseBodyFeature>()!.Writer.WriteAsync(Encoding.ASCII.GetBytes(text));
    }
}
