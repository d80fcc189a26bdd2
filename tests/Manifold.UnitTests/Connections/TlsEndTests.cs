using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using Manifold.Connections;
using Manifold.Contracts;
using Manifold.Driving;
using Manifold.Hosting;
using Microsoft.AspNetCore.Http.Features;
using Xunit;

namespace Manifold.UnitTests.Connections;

/// <summary>How encrypted connections end, and what is answered to what is no TLS, or no HTTP inside it.</summary>
public class TlsEndTests
{
    private const string Get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private const string LastGet = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    private const byte Alert = 21;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);
    private static readonly KestrelEngine s_http = Rig.Http(Rig.Hello);

    [Theory, MemberData(nameof(TlsTests.Waits), MemberType = typeof(TlsTests))]
    public async Task AClientThatLeavesWithoutAWordEndsTheConnection(bool parks)
    {
        using var rig = TlsTests.Make(parks, Rig.Hello);
        var (socket, driving, _) = rig.Connect();
        driving = TlsTests.Served(rig, driving);
        var client = new TlsClient(socket);
        client.Send(Get);
        client.Receive("hello");
        client.Dispose();
        Assert.Equal(DriveEnd.Closed, await driving.WaitAsync(s_patience));
        Assert.Equal(0, rig.State.Connections);
    }

    [Theory, MemberData(nameof(TlsTests.Waits), MemberType = typeof(TlsTests))]
    public async Task AClientThatSaysGoodbyeIsAnsweredWithGoodbye(bool parks)
    {
        using var rig = TlsTests.Make(parks, Rig.Hello);
        var (socket, driving, _) = rig.Connect();
        driving = TlsTests.Served(rig, driving);
        using var client = new TlsClient(socket);
        client.Send(Get);
        client.Receive("hello");
        client.SayGoodbye();
        Assert.Equal("", client.Receive(""));
        Assert.Equal(DriveEnd.Closed, await driving.WaitAsync(s_patience));
    }

    /// <summary>close_notify comes before the end of the connection: the client knows that nobody has cut the response off.</summary>
    [Theory, MemberData(nameof(TlsTests.Waits), MemberType = typeof(TlsTests))]
    public async Task TheServerSaysGoodbyeWhenItCloses(bool parks)
    {
        using var rig = TlsTests.Make(parks, Rig.Hello, new TestTls(SslProtocols.Tls12));
        var (socket, driving, _) = rig.Connect();
        driving = TlsTests.Served(rig, driving);
        using var client = new TlsClient(socket);
        client.Send(LastGet);
        Assert.EndsWith("hello", client.Receive(""), StringComparison.Ordinal);
        Assert.Equal(Alert, client.LastRecord);
        client.Dispose();
        Assert.Equal(DriveEnd.Closed, await driving.WaitAsync(s_patience));
    }

    [Fact]
    public async Task TheServerSaysGoodbyeWhenTheKeepAliveTimeIsOver()
    {
        using var rig = new Rig(Rig.Hello, keepAlive: TimeSpan.FromMilliseconds(50), tls: new TestTls(SslProtocols.Tls12));
        var (socket, driving, _) = rig.Connect();
        using var client = new TlsClient(socket);
        client.Send(Get);
        client.Receive("hello");
        Assert.Equal("", client.Receive(""));
        Assert.Equal(Alert, client.LastRecord);
        Assert.Equal(DriveEnd.Closed, await driving.WaitAsync(s_patience));
    }

    [Theory]
    [InlineData("noise")]
    [InlineData("zeros")]
    [InlineData("hello")]
    [InlineData("cut")]
    public async Task GarbageInTheHandshakeIsToldOfAndEndsTheConnection(string kind)
    {
        byte[] noise = new byte[300];
        new Random(7).NextBytes(noise);
        byte[] bytes = kind switch
        {
            "noise" => [0x16, .. noise],
            "zeros" => [0x16, .. new byte[300]],
            "hello" => [0x16, 3, 1, 0, 100, .. noise[..100]], // a whole record with nothing that makes sense
            _ => [0x16, 3, 1, 2, 0, 1, 0, 1, 252],
        };
        var tls = new TestTls();
        using var rig = new Rig(_ => throw new InvalidOperationException("no request"), tls: tls);
        var (socket, driving, _) = rig.Connect();
        socket.Send(bytes);
        socket.Shutdown(SocketShutdown.Send);
        Assert.DoesNotContain("HTTP", Rig.Receive(socket, ""), StringComparison.Ordinal);
        Assert.Equal(DriveEnd.Closed, await driving.WaitAsync(s_patience));
        Assert.Single(tls.Failures);
        Assert.Equal(0, rig.State.Connections);
        socket.Dispose();
    }

    /// <summary>Whatever is wrong in the client's first message, the failure is told of, once, and nothing is left.</summary>
    [Fact]
    public async Task AFirstMessageWithAnyErrorIsToldOf()
    {
        byte[] good = TlsClient.FirstMessage();
        var random = new Random(11);
        for (int i = 0; i < 300; i++)
        {
            byte[] bad = [.. good];
            for (int flips = 1 + i % 5; flips > 0; flips--) bad[random.Next(1, bad.Length)] = (byte)random.Next(256);
            var tls = new TestTls();
            using var rig = new Rig(s_http, null, tls: tls);
            var (socket, driving, _) = rig.Connect();
            socket.Send(bad);
            socket.Shutdown(SocketShutdown.Send); // good or bad, the handshake gets no further
            Rig.Receive(socket, "");
            Assert.Equal(DriveEnd.Closed, await driving.WaitAsync(s_patience));
            Assert.True(tls.Failures.Count == 1, $"{tls.Failures.Count} failures: {Convert.ToHexString(bad)}");
            socket.Dispose();
        }
    }

    [Fact]
    public async Task AVersionThatTheServerDoesNotSpeakIsToldOf()
    {
        var tls = new TestTls(SslProtocols.Tls13);
        using var rig = new Rig(Rig.Hello, tls: tls);
        var (socket, driving, _) = rig.Connect();
        var refused = Assert.ThrowsAny<Exception>(() => new TlsClient(socket, protocols: SslProtocols.Tls12));
        Assert.Contains("alert protocol version", refused.ToString(), StringComparison.Ordinal); // it was told why
        socket.Dispose();
        Assert.Equal(DriveEnd.Closed, await driving.WaitAsync(s_patience));
        Assert.IsType<AuthenticationException>(Assert.Single(tls.Failures));
    }

    [Fact]
    public async Task AHandshakeThatStopsEndsWithTheTimeOfAHead()
    {
        var tls = new TestTls();
        var pages = new Pages();
        using var rig = new Rig(Rig.Hello, refusals: pages, tls: tls, head: Short);
        var (socket, driving, _) = rig.Connect();
        socket.Send([0x16, 3, 1]);
        Assert.DoesNotContain("\0", Rig.Receive(socket, ""), StringComparison.Ordinal);
        Assert.Equal(DriveEnd.Closed, await driving.WaitAsync(s_patience));
        Assert.Single(tls.Failures);
        socket.Dispose();
    }

    [Fact]
    public async Task PlainHttpIsAnsweredInPlain()
    {
        var tls = new TestTls();
        var pages = new Pages();
        using var rig = new Rig(_ => throw new InvalidOperationException("no request"), refusals: pages, tls: tls);
        var (socket, driving, _) = rig.Connect();
        Rig.Send(socket, Get);
        Assert.Equal("HTTP/1.1 497 Own page\r\n\r\n", Rig.Receive(socket, ""));
        socket.Dispose();
        Assert.Equal(DriveEnd.Closed, await driving.WaitAsync(s_patience));
        Assert.Equal((497, Get), (pages.Status, pages.Head));
        Assert.Empty(tls.Failures);
    }

    [Theory]
    [InlineData("Content-Length: 3", false)]
    [InlineData("Content-Length: +3", true)]
    public async Task BadFramingIsSeen(string field, bool malformed)
    {
        string post = $"POST / HTTP/1.1\r\nHost: a\r\n{field}\r\n\r\nabc";
        string plain = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc";
        string last = LastGet;
        using var rig = new Rig(async f =>
        {
            await f.Get<IHttpRequestFeature>()!.Body.CopyToAsync(Stream.Null);
            await Rig.Hello(f);
        }, tls: new TestTls());
        foreach (string[] records in (string[][])[[post + last], [plain + post + last], [plain, post, last], [plain[..^1], plain[^1..] + post[..40], post[40..] + last]])
        {
            var (socket, driving, _) = rig.Connect();
            using var client = new TlsClient(socket);
            client.Send(records);
            string received = client.Receive("");
            int good = string.Concat(records).Split(" HTTP/1.1\r\n").Length - 1 - (malformed ? 2 : 0);
            Assert.Equal(good, received.Split("HTTP/1.1 200 ").Length - 1);
            Assert.Equal(malformed ? 1 : 0, received.Split("HTTP/1.1 400 ").Length - 1); // and nothing behind it is a request
            client.Dispose();
            Assert.Equal(DriveEnd.Closed, await driving.WaitAsync(s_patience));
        }
    }

    [Theory]
    [InlineData("garbage\r\n\r\n", 400)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nbad header\r\n\r\n", 400)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n\r\nGARBAGE\r\n\r\n", 400)]
    public async Task RefusedHeadsAreAnsweredEncrypted(string input, int status)
    {
        using var rig = new Rig(Rig.Hello, tls: new TestTls());
        var (socket, driving, _) = rig.Connect();
        using var client = new TlsClient(socket);
        client.Send(input);
        string received = client.Receive("");
        Assert.Contains($"HTTP/1.1 {status} Bad Request\r\n", received, StringComparison.Ordinal);
        Assert.Equal(input.Contains("GARB", StringComparison.Ordinal), received.Contains("hello", StringComparison.Ordinal));
        client.Dispose(); // the server lingers
        Assert.Equal(DriveEnd.Closed, await driving.WaitAsync(s_patience));
    }

    [Theory, MemberData(nameof(TlsTests.Waits), MemberType = typeof(TlsTests))]
    public async Task HalfAHeadGetsItsPageEncryptedInTheEnd(bool parks)
    {
        var pages = new Pages();
        using var rig = new Rig(Rig.Hello, parks ? parking => WaitTable.ParkAlways([parking], [parking]) : null, refusals: pages, tls: new TestTls(), head: Short);
        var (socket, driving, _) = rig.Connect();
        driving = TlsTests.Served(rig, driving);
        using var client = new TlsClient(socket);
        client.Send(Get[..10]);
        Assert.Equal("HTTP/1.1 408 Own page\r\n\r\n", client.Receive(""));
        Assert.Equal(DriveEnd.Closed, await driving.WaitAsync(s_patience));
        Assert.Equal((408, Get[..10], 1), (pages.Status, pages.Head, pages.Count));
    }

    private static ReadTimeout Short => new(TimeSpan.FromMilliseconds(300), TimeSpan.Zero, 0);

    private sealed class Pages : IRejectedRequestHandler
    {
        public int Count { get; private set; }

        public int Status { get; private set; }

        public string Head { get; private set; } = "";

        public ReadOnlyMemory<byte> Answer(IMpmExchangeFeature exchange, int status, ReadOnlySpan<byte> head)
        {
            Count++;
            Status = status;
            Head = Encoding.ASCII.GetString(head);
            return Encoding.ASCII.GetBytes($"HTTP/1.1 {status} Own page\r\n\r\n");
        }
    }
}
