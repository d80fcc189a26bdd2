using System.Net.Sockets;
using System.Text;
using Manifold.Connections;
using Manifold.Driving;
using Manifold.Os;
using Microsoft.AspNetCore.Http.Features;
using Xunit;

namespace Manifold.UnitTests.Connections;

/// <summary>The transport over real sockets: which thread runs what, what a wait does, how a connection ends.</summary>
public class DriveLoopTests
{
    private const string Get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task StartsAConnectionOnTheCallersThread()
    {
        string? thread = null;
        using var rig = new Rig(f =>
        {
            thread = Thread.CurrentThread.Name;
            return Rig.Hello(f);
        });
        var (client, driving, _) = rig.Connect();
        Rig.Send(client, Get);
        Assert.EndsWith("hello", Rig.Receive(client, "hello"));
        Rig.Send(client, Get);
        Assert.EndsWith("hello", Rig.Receive(client, "hello"));
        client.Dispose();
        Assert.Equal(DriveEnd.Closed, await driving.WaitAsync(s_patience));
        Assert.Equal("worker 0", thread);
    }

    [Fact]
    public async Task PipelinedRequestsAreAllAnswered()
    {
        using var rig = new Rig(Rig.Hello);
        var (client, driving, connection) = rig.Connect();
        Rig.Send(client, Get + Get + "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        string all = Rig.Receive(client, "");
        Assert.Equal(3, all.Split("hello").Length - 1);
        Assert.Equal(DriveEnd.Closed, await driving.WaitAsync(s_patience));
        Assert.Equal(3, connection.RequestCount);
    }

    [Fact]
    public async Task AHeadInSinglesBytesIsOneRequest()
    {
        using var rig = new Rig(Rig.Hello);
        var (client, driving, _) = rig.Connect();
        client.NoDelay = true;
        foreach (char c in Get) Rig.Send(client, c.ToString());
        Assert.StartsWith("HTTP/1.1 200", Rig.Receive(client, "hello"));
        client.Dispose();
        await driving.WaitAsync(s_patience);
    }

    [Fact]
    public async Task AnAwaitInTheApplicationBringsTheConnectionHome()
    {
        string? after = null;
        using var rig = new Rig(async f =>
        {
            await Task.Run(() => { });
            await Task.Yield(); // on the pool now
            await Rig.Hello(f);
            await f.Get<IHttpResponseBodyFeature>()!.Writer.FlushAsync();
            after = Thread.CurrentThread.Name;
        });
        var (client, driving, _) = rig.Connect();
        Rig.Send(client, Get);
        Assert.EndsWith("hello", Rig.Receive(client, "hello"));
        Rig.Send(client, Get);
        Assert.EndsWith("hello", Rig.Receive(client, "hello"));
        client.Dispose();
        Assert.Equal(DriveEnd.Closed, await driving.WaitAsync(s_patience));
        Assert.NotEqual("worker 0", after);
    }

    [Fact]
    public async Task ASlowReaderGetsEverything()
    {
        const int Size = 20_000_000;
        using var rig = new Rig(async f =>
        {
            f.Get<IHttpResponseFeature>()!.Headers.ContentLength = Size;
            var body = f.Get<IHttpResponseBodyFeature>()!.Writer;
            for (int left = Size; left > 0;)
            {
                int n = Math.Min(left, 64 * 1024);
                body.GetSpan(n)[..n].Fill((byte)'x');
                body.Advance(n);
                left -= n;
                await body.FlushAsync();
            }
        });
        var (client, driving, _) = rig.Connect();
        Rig.Send(client, "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        byte[] buffer = new byte[4096];
        long received = 0;
        for (int n; (n = client.Receive(buffer)) > 0;) received += n;
        Assert.InRange(received, Size + 1, Size + 500);
        Assert.Equal(DriveEnd.Closed, await driving.WaitAsync(s_patience));
    }

    [Fact]
    public async Task ARequestBodyIsRead()
    {
        using var rig = new Rig(async f =>
        {
            using var reader = new StreamReader(f.Get<IHttpRequestFeature>()!.Body);
            string body = await reader.ReadToEndAsync();
            var response = f.Get<IHttpResponseFeature>()!;
            response.Headers.ContentLength = body.Length;
            await f.Get<IHttpResponseBodyFeature>()!.Writer.WriteAsync(Encoding.ASCII.GetBytes(body));
        });
        var (client, driving, _) = rig.Connect();
        Rig.Send(client, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n01234");
        Rig.Send(client, "56789");
        Assert.EndsWith("\r\n\r\n0123456789", Rig.Receive(client, "0123456789"));
        client.Dispose();
        await driving.WaitAsync(s_patience);
    }

    [Fact]
    public async Task AClientThatLeavesEndsTheConnection()
    {
        using var rig = new Rig(Rig.Hello);
        var (client, driving, _) = rig.Connect();
        client.Dispose(); // without a word
        Assert.Equal(DriveEnd.Closed, await driving.WaitAsync(s_patience));
        Assert.Equal(0, rig.State.Connections);
    }

    [Fact]
    public async Task AnIdleConnectionIsClosedAfterItsKeepAliveTime()
    {
        using var rig = new Rig(Rig.Hello, keepAlive: TimeSpan.FromMilliseconds(50));
        var (client, driving, _) = rig.Connect();
        Rig.Send(client, Get);
        Rig.Receive(client, "hello");
        Assert.Equal("", Rig.Receive(client, "")); // end of file
        Assert.Equal(DriveEnd.Closed, await driving.WaitAsync(s_patience));
    }

    [Fact]
    public async Task WhenTheChildEndsIdleConnectionsAreClosedAtOnce()
    {
        using var rig = new Rig(Rig.Hello);
        var (client, driving, _) = rig.Connect();
        Rig.Send(client, Get);
        Rig.Receive(client, "hello");
        rig.State.End();
        rig.Worker.Interrupt(); // as ChildServer has it called
        Assert.Equal(DriveEnd.Closed, await driving.WaitAsync(s_patience));
    }

    [Fact]
    public async Task BetweenRequestsAConnectionParksAndComesBack()
    {
        using var rig = new Rig(Rig.Hello, WaitTable.ParkHere);
        var (client, driving, connection) = rig.Connect();
        if (await driving.WaitAsync(s_patience) == DriveEnd.Parked) driving = rig.Serve(); // nothing had come yet
        Rig.Send(client, Get);
        Assert.EndsWith("hello", Rig.Receive(client, "hello"));
        Assert.Equal(DriveEnd.Parked, await driving.WaitAsync(s_patience));
        Assert.Equal(1, rig.Parking.Count(WaitKind.KeepAlive));
        driving = rig.Serve();
        Rig.Send(client, Get);
        Assert.EndsWith("hello", Rig.Receive(client, "hello"));
        Assert.Equal(DriveEnd.Parked, await driving.WaitAsync(s_patience));
        driving = rig.Serve();
        client.Dispose();
        Assert.Equal(DriveEnd.Closed, await driving.WaitAsync(s_patience));
        Assert.True(connection.IsClosed);
    }

    [Fact]
    public async Task APauseBetweenTwoHeaderLinesIsStillTheHead()
    {
        using var rig = new Rig(Rig.Hello);
        var (client, driving, connection) = rig.Connect();
        Rig.Send(client, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +3\r\n");
        await Until(() => connection.Wait == WaitKind.Head);
        Rig.Send(client, "\r\nabc");
        Assert.StartsWith("HTTP/1.1 400 ", Rig.Receive(client, "")); // the line from before the pause was still there to be checked
        client.Dispose();
        await driving.WaitAsync(s_patience);
    }

    [Fact]
    public async Task ABodyThatTheApplicationLeavesDoesNotCountForTheNextRequest()
    {
        var received = new List<long>();
        using var rig = new Rig(f =>
        {
            received.Add(f.Get<IMpmExchangeFeature>()!.BytesReceived);
            return Rig.Hello(f);
        });
        var (client, driving, _) = rig.Connect();
        Rig.Send(client, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n");
        Assert.EndsWith("hello", Rig.Receive(client, "hello")); // answered before the body has come
        Rig.Send(client, "0123456789");
        Rig.Send(client, Get);
        Assert.EndsWith("hello", Rig.Receive(client, "hello"));
        Assert.Equal(Get.Length, received[1]);
        client.Dispose();
        await driving.WaitAsync(s_patience);
    }

    [Fact]
    public async Task AHalfClosedClientThatDoesNotReadStaysParked()
    {
        using var rig = new Rig(async f =>
        {
            f.Get<IHttpResponseFeature>()!.Headers.ContentLength = 50_000_000;
            var body = f.Get<IHttpResponseBodyFeature>()!.Writer;
            body.GetSpan(50_000_000)[..50_000_000].Clear();
            body.Advance(50_000_000);
            await body.FlushAsync();
        }, WaitTable.ParkHere);
        var (client, driving, connection) = rig.Connect();
        if (await driving.WaitAsync(s_patience) == DriveEnd.Parked && connection.Wait == WaitKind.FirstByte) driving = rig.Serve();
        Rig.Send(client, Get);
        client.Shutdown(SocketShutdown.Send);
        Assert.Equal(DriveEnd.Parked, await driving.WaitAsync(s_patience));
        Assert.Equal(WaitKind.Write, connection.Wait);
        for (int i = rig.Poller.Wait(100) - 1; i >= 0; i--) Assert.Null(rig.Parking.TakeOut(rig.Poller.Fd(i))); // nothing to do until the client reads
        client.Dispose();
    }

    /// <summary>Full duplex: one side of the application waits for room to send, the other begins to read while the connection is parked.</summary>
    [Fact]
    public async Task AReadThatBeginsWhileTheConnectionIsParkedForWritingIsServed()
    {
        var writes = new TaskCompletionSource();
        var mayRead = new TaskCompletionSource();
        var read = new TaskCompletionSource<string>();
        using var rig = new Rig(async f =>
        {
            await using var stream = await f.Get<IHttpUpgradeFeature>()!.UpgradeAsync();
            var writing = stream.WriteAsync(new byte[50_000_000]);
            writes.SetResult();
            await mayRead.Task.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            byte[] bytes = new byte[10];
            int n = await stream.ReadAsync(bytes);
            read.SetResult(Encoding.ASCII.GetString(bytes, 0, n));
            try
            {
                await writing;
            }
            catch (IOException)
            {
                // The client left.
            }
        }, WaitTable.ParkHere);
        var (client, driving, connection) = rig.Connect();
        if (await driving.WaitAsync(s_patience) == DriveEnd.Parked && connection.Wait == WaitKind.FirstByte) driving = rig.Serve();
        Rig.Send(client, "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: test\r\n\r\n");
        await writes.Task.WaitAsync(s_patience);
        Assert.Equal(DriveEnd.Parked, await driving.WaitAsync(s_patience));
        Assert.Equal(WaitKind.Write, connection.Wait);
        driving = rig.Serve();
        mayRead.SetResult();
        Assert.Equal(DriveEnd.Parked, await driving.WaitAsync(s_patience)); // called, and parked again for both
        Rig.Send(client, "hello");
        driving = rig.Serve();
        Assert.Equal("hello", await read.Task.WaitAsync(s_patience));
        await driving.WaitAsync(s_patience);
        client.Dispose();
    }

    [Fact]
    public async Task APendingReadOfAParkedConnectionCanBeCancelled()
    {
        using var rig = new Rig(Rig.Hello, WaitTable.ParkHere);
        var (client, driving, connection) = await ParkedAfterARequest(rig);
        connection.Input.CancelPendingRead();
        await driving.WaitAsync(s_patience);
        Assert.Equal(Wants.None, connection.Wishes.Current & Wants.Cancel);
        client.Dispose();
    }

    [Fact]
    public async Task AnAbortOfAParkedConnectionIsCarriedOut()
    {
        using var rig = new Rig(Rig.Hello, WaitTable.ParkHere);
        var (client, driving, connection) = await ParkedAfterARequest(rig);
        connection.Abort();
        Assert.Equal(DriveEnd.Closed, await driving.WaitAsync(s_patience));
        client.Dispose();
    }

    [Fact]
    public async Task AConnectionCanMoveFromOneLotToAnother()
    {
        using var rig = new Rig(Rig.Hello, WaitTable.ParkHere);
        using var elsewhere = new Epoll(16);
        using var other = new ParkingLot(elsewhere, number: 1);
        var (client, driving, connection) = rig.Connect();
        Assert.Equal(DriveEnd.Parked, await driving.WaitAsync(s_patience));
        rig.Parking.Call(connection);
        Assert.Same(connection, rig.Parking.TakeOutOldest(WaitKind.FirstByte));
        Assert.True(other.Park(connection, Wants.Read, Ready.In));
        rig.Parking.Call(connection); // too late: it is not there any more
        Assert.Null(rig.Parking.TakeOutCalled());
        connection.Input.CancelPendingRead();
        Assert.Same(connection, other.TakeOutCalled());
        Assert.False(other.Park(connection, Wants.Read, Ready.In)); // something else is wanted of it
        Assert.True(other.Park(connection, Wants.Read | Wants.Cancel, Ready.In));
        Rig.Send(client, "x");
        Connection? found = null;
        while (found is null)
            for (int i = other.Wait(long.MaxValue) - 1; i >= 0; i--) found ??= other.TakeOut(elsewhere.Fd(i));
        Assert.Same(connection, found);
        for (int i = rig.Poller.Wait(0) - 1; i >= 0; i--) Assert.Null(rig.Parking.TakeOut(rig.Poller.Fd(i)));
        client.Dispose();
        connection.Close();
    }

    [Fact]
    public async Task ParkingWakesAPollerThatWouldSleepLonger()
    {
        using var rig = new Rig(Rig.Hello, WaitTable.ParkHere, keepAlive: TimeSpan.FromMilliseconds(300));
        var (client, driving, _) = rig.Connect();
        if (await driving.WaitAsync(s_patience) == DriveEnd.Parked) driving = rig.Serve();
        var sleeping = driving.ContinueWith(_ => rig.Serve(), TaskScheduler.Default).Unwrap();
        Rig.Send(client, Get);
        Rig.Receive(client, "hello");
        Assert.Equal("", Rig.Receive(client, "")); // nobody but the deadline ends it
        Assert.Equal(DriveEnd.Closed, await sleeping.WaitAsync(s_patience));
        client.Dispose();
    }

    [Fact]
    public async Task RefusedHeadsAreAnsweredAndNothingBehindThem()
    {
        using var rig = new Rig(Rig.Hello);
        var (client, driving, _) = rig.Connect();
        Rig.Send(client, "GET / HTTP/1.1\r\nHost: a\r\nbad header\r\n\r\n" + Get);
        string received = Rig.Receive(client, "");
        Assert.StartsWith("HTTP/1.1 400 Bad Request\r\n", received);
        Assert.DoesNotContain("hello", received, StringComparison.Ordinal);
        client.Dispose();
        Assert.Equal(DriveEnd.Closed, await driving.WaitAsync(s_patience));
    }

    private static async Task Until(Func<bool> holds)
    {
        for (var patience = System.Diagnostics.Stopwatch.StartNew(); !holds(); await Task.Delay(5))
            Assert.True(patience.Elapsed < s_patience, "did not happen");
    }

    /// <summary>A connection that has had a request and is parked; who serves it next is waiting for it.</summary>
    private static async Task<(Socket Client, Task<DriveEnd> Driving, Connection Connection)> ParkedAfterARequest(Rig rig)
    {
        var (client, driving, connection) = rig.Connect();
        if (await driving.WaitAsync(s_patience) == DriveEnd.Parked) driving = rig.Serve();
        Rig.Send(client, Get);
        Rig.Receive(client, "hello");
        Assert.Equal(DriveEnd.Parked, await driving.WaitAsync(s_patience));
        driving = rig.Serve();
        return (client, driving, connection);
    }
}
