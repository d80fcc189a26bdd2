using System.Text;
using Manifold.Child;
using Manifold.Connections;
using Manifold.Driving;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using Xunit;

namespace Manifold.UnitTests.Connections;

/// <summary>Connections that idle give HTTP up, and their clients do not notice.</summary>
public class RestTests
{
    private const string Get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan s_long = TimeSpan.FromSeconds(120);

    [Fact]
    public async Task ARestingConnectionIsServedAgainAndAgain()
    {
        var seen = new List<(long Id, int Number, string Remote)>();
        using var rig = new Rig(f =>
        {
            var connection = f.Get<IMpmConnectionFeature>()!;
            seen.Add((connection.Id, connection.RequestCount, connection.RemoteAddress));
            return Rig.Hello(f);
        }, WaitTable.ParkHere, keepAlive: s_long);
        var (client, connection) = await rig.ParkedAfterARequest();
        for (int request = 1; request <= 3; request++)
        {
            long deadline = connection.Deadline;
            await rig.LetTheIdleRest();
            Assert.True(connection.IsNew);
            Assert.Equal(1, rig.Parking.Count(WaitKind.KeepAlive));
            Assert.Equal(deadline, connection.Deadline);
            Assert.Equal(request, rig.State.Rested);
            var driving = rig.Serve();
            Rig.Send(client, Get);
            Assert.EndsWith("hello", Rig.Receive(client, "hello"));
            Assert.Equal(DriveEnd.Parked, await driving.WaitAsync(s_patience));
            Assert.False(connection.IsNew);
        }
        Assert.Equal([(1, 0, "127.0.0.1"), (1, 1, "127.0.0.1"), (1, 2, "127.0.0.1"), (1, 3, "127.0.0.1")], seen);
        client.Dispose();
        Assert.Equal(DriveEnd.Closed, await rig.Serve().WaitAsync(s_patience));
        Assert.Equal(0, rig.State.Connections);
    }

    [Fact]
    public async Task WhatComesWhileItGoesToRestIsAnswered()
    {
        using var rig = new Rig(Rig.Hello, WaitTable.ParkHere, keepAlive: s_long);
        var (client, connection) = await rig.ParkedAfterARequest();
        Rig.Send(client, Get + Get); // nobody has looked yet
        await rig.LetTheIdleRest();
        Assert.True(connection.IsNew);
        Assert.Equal(DriveEnd.Parked, await rig.Serve().WaitAsync(s_patience));
        Assert.Equal(3, connection.RequestCount);
        string answers = "";
        while (answers.Split("hello").Length < 3) answers += Rig.Receive(client, "hello");
        client.Dispose();
    }

    [Fact]
    public async Task NothingOfHttpIsHeld()
    {
        var held = new List<WeakReference>();
        using var rig = new Rig(f =>
        {
            held.Add(new WeakReference(f));
            return Rig.Hello(f);
        }, WaitTable.ParkHere, keepAlive: s_long);
        var (client, connection) = await rig.ParkedAfterARequest();
        await rig.LetTheIdleRest();
        for (int i = 0; i < 50 && held[0].IsAlive; i++)
        {
            GC.Collect();
            await Task.Delay(20); // the thread that drove may not be gone yet
        }
        Assert.False(held[0].IsAlive);
        GC.KeepAlive(connection);
        client.Dispose();
    }

    [Fact]
    public async Task AConnectionThatNeverSaidAnythingRestsToo()
    {
        using var rig = new Rig(Rig.Hello, WaitTable.ParkHere);
        var (client, driving, connection) = rig.Connect();
        Assert.Equal(DriveEnd.Parked, await driving.WaitAsync(s_patience));
        await rig.LetTheIdleRest();
        Assert.Equal(1, rig.State.Rested);
        Assert.Equal(1, rig.Parking.Count(WaitKind.FirstByte));
        driving = rig.Serve();
        Rig.Send(client, Get);
        Assert.EndsWith("hello", Rig.Receive(client, "hello"));
        await driving.WaitAsync(s_patience);
        client.Dispose();
    }

    [Fact]
    public async Task TheKeepAliveTimeEndsWhenItWouldHave()
    {
        using var rig = new Rig(Rig.Hello, WaitTable.ParkHere, keepAlive: s_long);
        var (client, connection) = await rig.ParkedAfterARequest();
        await rig.LetTheIdleRest();
        Assert.Null(rig.Parking.TakeOutExpired(connection.Deadline - 1, idleToo: false));
        Assert.Same(connection, rig.Parking.TakeOutExpired(connection.Deadline, idleToo: false));
        connection.TimedOut();
        Assert.Equal(DriveEnd.Closed, await rig.Resume(connection, Manifold.Os.Ready.None).WaitAsync(s_patience));
        Assert.Equal("", Rig.Receive(client, ""));
    }

    [Fact]
    public async Task AChildThatEndsClosesThoseThatRest()
    {
        using var rig = new Rig(Rig.Hello, WaitTable.ParkHere, keepAlive: s_long);
        var (client, connection) = await rig.ParkedAfterARequest();
        await rig.LetTheIdleRest();
        Assert.Same(connection, rig.Parking.TakeOutExpired(Environment.TickCount64, idleToo: true));
        connection.TimedOut();
        Assert.Equal(DriveEnd.Closed, await rig.Resume(connection, Manifold.Os.Ready.None).WaitAsync(s_patience));
        Assert.Equal("", Rig.Receive(client, ""));
        Assert.Equal(0, rig.State.Connections);
    }

    [Fact]
    public async Task HalfAHeadKeepsItsHttp()
    {
        using var rig = new Rig(Rig.Hello, parking => WaitTable.ParkAlways([parking], [parking]), keepAlive: s_long);
        var (client, connection) = await rig.ParkedAfterARequest();
        Rig.Send(client, Get[..10]);
        Assert.Equal(DriveEnd.Parked, await rig.Serve().WaitAsync(s_patience));
        Assert.Equal(WaitKind.Head, connection.Wait);
        await rig.LetTheIdleRest();
        Assert.False(connection.IsNew);
        var driving = rig.Serve();
        Rig.Send(client, Get[10..]);
        Assert.EndsWith("hello", Rig.Receive(client, "hello"));
        await driving.WaitAsync(s_patience);
        client.Dispose();
    }

    [Fact]
    public async Task AnUpgradedConnectionKeepsItsHttp()
    {
        var read = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var rig = new Rig(async f =>
        {
            await using var stream = await f.Get<IHttpUpgradeFeature>()!.UpgradeAsync();
            byte[] bytes = new byte[10];
            int n = await stream.ReadAsync(bytes);
            read.SetResult(Encoding.ASCII.GetString(bytes, 0, n));
        }, parking => WaitTable.ParkAlways([parking], [parking]), keepAlive: s_long);
        var (client, driving, connection) = rig.Connect();
        Assert.Equal(DriveEnd.Parked, await driving.WaitAsync(s_patience));
        driving = rig.Serve();
        Rig.Send(client, "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: test\r\n\r\n");
        Assert.Equal(DriveEnd.Parked, await driving.WaitAsync(s_patience));
        await rig.LetTheIdleRest();
        Assert.Equal(0, rig.State.Rested);
        driving = rig.Serve();
        Rig.Send(client, "hello");
        Assert.Equal("hello", await read.Task.WaitAsync(s_patience));
        client.Dispose();
        while (await driving.WaitAsync(s_patience) == DriveEnd.Parked) driving = rig.Serve();
    }

    /// <summary>Kestrel ends at once. Whatever does not, loses nothing either.</summary>
    [Fact]
    public async Task HttpMayTakeItsTimeToEnd()
    {
        var engine = new SlowEngine();
        using var rig = new Rig(engine, WaitTable.ParkHere, keepAlive: s_long);
        var (client, driving, connection) = rig.Connect();
        Assert.Equal(DriveEnd.Parked, await driving.WaitAsync(s_patience));
        driving = rig.Serve();
        Rig.Send(client, "GET /x HTTP/1.0\r\n\r\n");
        Assert.Equal("ok", Rig.Receive(client, "ok"));
        Assert.Equal(DriveEnd.Parked, await driving.WaitAsync(s_patience));
        await rig.LetTheIdleRest();
        Assert.False(connection.IsNew); // not over yet
        Assert.Equal(1, rig.Parking.Count(WaitKind.KeepAlive));
        Rig.Send(client, "GET /y HTTP/1.0\r\n\r\n");
        driving = rig.Serve();
        engine.MayEnd.SetResult();
        Assert.Equal(DriveEnd.Parked, await driving.WaitAsync(s_patience));
        if (connection.RequestCount == 1) Assert.Equal(DriveEnd.Parked, await rig.Serve().WaitAsync(s_patience)); // its end was seen first
        Assert.Equal("ok", Rig.Receive(client, "ok"));
        Assert.Equal(2, connection.RequestCount);
        Assert.Equal(1, rig.State.Rested);
        client.Dispose();
    }

    [Fact]
    public async Task ACalledConnectionDoesNotRest()
    {
        using var rig = new Rig(Rig.Hello, WaitTable.ParkHere, keepAlive: s_long);
        var (client, connection) = await rig.ParkedAfterARequest();
        connection.Input.CancelPendingRead();
        await rig.LetTheIdleRest();
        Assert.Equal(0, rig.State.Rested);
        Assert.Same(connection, rig.Parking.TakeOutCalled());
        client.Dispose();
        connection.Close();
    }

    [Fact]
    public void MemoryIsGivenBackOnceManyRestAndNoMoreCome()
    {
        using var state = new ChildState(0);
        int collected = 0;
        long heap = 1_000_000;
        var memory = new IdleMemory(state, () => collected++, () => heap);
        for (int i = 0; i < 100; i++) state.ConnectionRests();
        Look(0); // they came within the last second
        Look(0); // not worth it
        for (int i = 0; i < 900; i++) state.ConnectionRests();
        Look(0);
        Look(1);
        Look(1);
        heap = 100_000_000; // little of it can be theirs
        for (int i = 0; i < 1000; i++) state.ConnectionRests();
        Look(1);
        Look(1);
        heap = 10_000_000;
        Look(2);

        void Look(int expected)
        {
            memory.Look();
            Assert.Equal(expected, collected);
        }
    }

    /// <summary>A connection that has had a request and is parked.</summary>
    /// <summary>Answers every message with "ok"; its end waits.</summary>
    private sealed class SlowEngine : IHttpEngine
    {
        public TaskCompletionSource MayEnd { get; } = new();

        public IFeatureCollection Features { get; } = new FeatureCollection();

        public async Task Run(ConnectionContext connection)
        {
            var exchange = (Exchange)connection.Features.Get<IMpmExchangeFeature>()!;
            for (;;)
            {
                var result = await connection.Transport.Input.ReadAsync();
                if (result.Buffer.IsEmpty) break;
                exchange.Begins(new HttpRequestFeature { Method = "GET", RawTarget = "/", Scheme = "http", Protocol = "HTTP/1.1" }, connection.Features);
                connection.Transport.Input.AdvanceTo(result.Buffer.End);
                "ok"u8.CopyTo(connection.Transport.Output.GetSpan(2));
                connection.Transport.Output.Advance(2);
                await connection.Transport.Output.FlushAsync();
                exchange.ApplicationEnds();
                exchange.Ends();
            }
            await MayEnd.Task;
        }
    }
}
