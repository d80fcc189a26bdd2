using System.Security.Authentication;
using System.Text;
using Manifold.Connections;
using Manifold.Driving;
using Microsoft.AspNetCore.Http.Features;
using Xunit;

namespace Manifold.UnitTests.Connections;

/// <summary>HTTP over TLS: the same as without it, whatever the records and packets are that it comes in.</summary>
public class TlsTests
{
    private const string Get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private const string LastGet = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    /// <summary>How the waits of a connection are made: its thread blocks, or it parks.</summary>
    public static TheoryData<bool> Waits => [false, true];

    [Theory, MemberData(nameof(Waits))]
    public async Task AKeptConnectionHasManyRequests(bool parks)
    {
        var tls = new TestTls();
        var schemes = new List<string>();
        using var rig = Make(parks, f =>
        {
            schemes.Add(f.Get<IHttpRequestFeature>()!.Scheme);
            Assert.Same(tls.Options, f.Get<IMpmConnectionFeature>()!.Tls);
            return Rig.Hello(f);
        }, tls);
        var (socket, driving, connection) = rig.Connect();
        driving = Served(rig, driving);
        using (var client = new TlsClient(socket))
        {
            Assert.Equal("CN=a.example", client.Subject);
            for (int i = 0; i < 5; i++)
            {
                client.Send(Get);
                string answer = client.Receive("hello");
                Assert.StartsWith("HTTP/1.1 200", answer, StringComparison.Ordinal);
                Assert.EndsWith("\r\n\r\nhello", answer, StringComparison.Ordinal);
            }
        }
        await driving.WaitAsync(s_patience);
        Assert.Equal(5, connection.RequestCount);
        Assert.All(schemes, scheme => Assert.Equal("https", scheme));
        Assert.Equal(["", "a.example"], tls.Hosts);
        Assert.Empty(tls.Failures);
        Assert.Equal(0, rig.State.Connections);
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task BothVersionsAreSpoken(SslProtocols version)
    {
        using var rig = new Rig(Rig.Hello, tls: new TestTls(version));
        var (socket, driving, _) = rig.Connect();
        using (var client = new TlsClient(socket))
        {
            client.Send(LastGet);
            Assert.EndsWith("hello", client.Receive(""), StringComparison.Ordinal);
        }
        Assert.Equal(DriveEnd.Closed, await driving.WaitAsync(s_patience));
    }

    [Theory, MemberData(nameof(Waits))]
    public async Task PipelinedRequestsInOneRecordAreAllAnswered(bool parks) => await Pipelined(parks, Get + Get + LastGet);

    [Theory, MemberData(nameof(Waits))]
    public async Task PipelinedRequestsInRecordsOfOnePacketAreAllAnswered(bool parks) => await Pipelined(parks, Get, Get, LastGet);

    [Theory, MemberData(nameof(Waits))]
    public async Task RecordsThatDoNotEndWhereRequestsDoAreAllAnswered(bool parks) => await Pipelined(parks, Get + Get[..9], Get[9..] + LastGet[..20], LastGet[20..]);

    /// <summary>TLS has read ahead: the socket has no bytes for the second request, and yet it has bytes and a time of its own.</summary>
    [Fact]
    public async Task ARequestThatCameWithTheOneBeforeHasItsOwnBytesAndTime()
    {
        var seen = new List<(long Bytes, long Started)>();
        using var rig = new Rig(f =>
        {
            var exchange = f.Get<IMpmExchangeFeature>()!;
            seen.Add((exchange.BytesReceived, exchange.Started));
            return Rig.Hello(f);
        }, tls: new TestTls());
        var (socket, driving, _) = rig.Connect();
        using var client = new TlsClient(socket);
        // The first request fills the buffer that HTTP reads into; where the next ones begin, TLS alone knows.
        string first = Get.Replace("Host: a", "Host: a\r\nX: " + new string('x', 4096 - Get.Length - "X: \r\n".Length), StringComparison.Ordinal);
        Assert.Equal(4096, first.Length);
        client.Send(first + Get + LastGet);
        Assert.EndsWith("hello", client.Receive(""), StringComparison.Ordinal);
        Assert.Equal(DriveEnd.Closed, await driving.WaitAsync(s_patience));
        Assert.Equal(3, seen.Count);
        Assert.All(seen, request => Assert.True(request.Bytes >= Get.Length, $"{request.Bytes} bytes"));
        Assert.Equal(seen.Select(request => request.Started).Distinct().Order(), seen.Select(request => request.Started));
    }

    [Theory, MemberData(nameof(Waits))]
    public async Task ARequestInRecordsOfOneByteIsOneRequest(bool parks)
    {
        using var rig = Make(parks, Rig.Hello);
        var (socket, driving, connection) = rig.Connect();
        driving = Served(rig, driving);
        using (var client = new TlsClient(socket))
        {
            foreach (char c in LastGet) client.Send(c.ToString());
            Assert.EndsWith("hello", client.Receive(""), StringComparison.Ordinal);
        }
        await driving.WaitAsync(s_patience);
        Assert.Equal(1, connection.RequestCount);
    }

    [Theory, MemberData(nameof(Waits))]
    public async Task HandshakeAndRequestInPacketsOfOneByteAreUnderstood(bool parks)
    {
        using var rig = Make(parks, Rig.Hello);
        var (socket, driving, connection) = rig.Connect();
        driving = Served(rig, driving);
        using (var client = new TlsClient(socket, inSingleBytes: true))
        {
            client.Send(LastGet);
            Assert.EndsWith("hello", client.Receive(""), StringComparison.Ordinal);
        }
        await driving.WaitAsync(s_patience);
        Assert.Equal(1, connection.RequestCount);
    }

    [Theory, MemberData(nameof(Waits))]
    public async Task ASlowReaderGetsEverything(bool parks)
    {
        const int size = 8_000_000;
        using var rig = Make(parks, async f =>
        {
            f.Get<IHttpResponseFeature>()!.Headers.ContentLength = size;
            var body = f.Get<IHttpResponseBodyFeature>()!.Writer;
            for (int done = 0; done < size;)
            {
                int n = Math.Min(size - done, 64 * 1024);
                var span = body.GetSpan(n)[..n];
                for (int i = 0; i < n; i++) span[i] = (byte)((done + i) % 251);
                body.Advance(n);
                done += n;
                await body.FlushAsync();
            }
        });
        var (socket, driving, connection) = rig.Connect();
        driving = Served(rig, driving);
        using (var client = new TlsClient(socket))
        {
            client.Send(LastGet);
            await Until(() => connection.Wait == WaitKind.Write); // the socket is full, and the client has not begun to read
            byte[] buffer = new byte[5000];
            var head = new StringBuilder();
            while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
            {
                Assert.Equal(1, client.Receive(buffer.AsSpan(0, 1)));
                head.Append((char)buffer[0]);
            }
            int received = 0;
            for (int n; (n = client.Receive(buffer)) > 0; received += n)
                for (int i = 0; i < n; i++)
                    if (buffer[i] != (byte)((received + i) % 251)) Assert.Fail($"byte {received + i} is another's");
            Assert.Equal(size, received);
        }
        await driving.WaitAsync(s_patience);
    }

    [Fact]
    public async Task ATlsConnectionNeverRests()
    {
        using var rig = new Rig(Rig.Hello, WaitTable.ParkHere, keepAlive: TimeSpan.FromSeconds(120), tls: new TestTls());
        var (socket, driving, connection) = rig.Connect();
        driving = Served(rig, driving, once: true);
        using var client = new TlsClient(socket);
        client.Send(Get);
        client.Receive("hello");
        Assert.Equal(DriveEnd.Parked, await driving.WaitAsync(s_patience));
        Assert.Equal(1, rig.Parking.Count(WaitKind.KeepAlive));
        await rig.LetTheIdleRest();
        Assert.Equal(0, rig.State.Rested);
        Assert.False(connection.IsNew);
        driving = rig.Serve();
        client.Send(Get);
        Assert.EndsWith("hello", client.Receive("hello"), StringComparison.Ordinal);
        Assert.Equal(DriveEnd.Parked, await driving.WaitAsync(s_patience));
        connection.Close();
    }

    /// <summary>Whoever has not spoken yet has nothing that could be lost.</summary>
    [Fact]
    public async Task AConnectionThatNeverSaidAnythingRestsAndIsEncryptedAfterwards()
    {
        using var rig = new Rig(Rig.Hello, WaitTable.ParkHere, tls: new TestTls());
        var (socket, driving, _) = rig.Connect();
        Assert.Equal(DriveEnd.Parked, await driving.WaitAsync(s_patience));
        await rig.LetTheIdleRest();
        Assert.Equal(1, rig.State.Rested);
        driving = Served(rig, rig.Serve());
        using (var client = new TlsClient(socket))
        {
            client.Send(LastGet);
            Assert.EndsWith("hello", client.Receive(""), StringComparison.Ordinal);
        }
        await driving.WaitAsync(s_patience);
    }

    internal static Rig Make(bool parks, Func<IFeatureCollection, Task> application, TestTls? tls = null) =>
        new(application, parks ? parking => WaitTable.ParkAlways([parking], [parking]) : null, tls: tls ?? new TestTls());

    /// <summary>Whoever finds the connection parked serves it on, to its end; or, with <paramref name="once"/>, until it waits for another request.</summary>
    internal static async Task<DriveEnd> Served(Rig rig, Task<DriveEnd> driving, bool once = false)
    {
        for (;;)
        {
            if (await driving == DriveEnd.Closed) return DriveEnd.Closed;
            if (once && rig.Parking.Count(WaitKind.KeepAlive) > 0) return DriveEnd.Parked;
            driving = rig.Serve();
        }
    }

    internal static async Task Until(Func<bool> holds)
    {
        for (var patience = System.Diagnostics.Stopwatch.StartNew(); !holds(); await Task.Delay(5))
            Assert.True(patience.Elapsed < s_patience, "did not happen");
    }

    private static async Task Pipelined(bool parks, params string[] records)
    {
        using var rig = Make(parks, Rig.Hello);
        var (socket, driving, connection) = rig.Connect();
        driving = Served(rig, driving);
        using var client = new TlsClient(socket);
        client.Send(records);
        Assert.Equal(3, client.Receive("").Split("hello").Length - 1);
        await driving.WaitAsync(s_patience);
        Assert.Equal(3, connection.RequestCount);
    }
}
