using System.IO.Pipelines;
using System.Net.Security;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Manifold.Connections;
using Manifold.Driving;
using Manifold.Os;
using Manifold.Shared;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using Xunit;

namespace Manifold.UnitTests.Connections;

/// <summary>Two threads and one connection, in the orders that hardly ever happen. Each order is forced.</summary>
public class InterleavingTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    /// <summary>The writer of pipeline is between its look at the outbox and its send when the owner closes.</summary>
    [Fact]
    public void ADescriptorIsNotFreeBeforeItsWriterHasLetGo()
    {
        Outbox? outbox = null;
        using var rig = new Rig(new Http(_ => Task.CompletedTask), null, outboxOf: c => outbox = new Outbox(c, new OutputAllowance(1000), _ => { }));
        var (client, connection) = rig.Accept();
        connection.Output.GetSpan(1)[0] = 1;
        var closer = new Thread(connection.Close) { IsBackground = true };
        lock (Gate(outbox!)) // where the writer is
        {
            closer.Start();
            while ((closer.ThreadState & ThreadState.WaitSleepJoin) == 0 && closer.IsAlive) Thread.Yield();
            Assert.False(connection.IsClosed);
        }
        closer.Join();
        Assert.True(connection.IsClosed);
        Assert.Equal(0, rig.State.Connections);
        client.Dispose();
    }

    /// <summary>The parking thread loses the processor as soon as it has parked; the poller takes the connection to rest, and the child ends.</summary>
    [Fact]
    public async Task WhatWasParkedIsNotItsParkersAnyMore()
    {
        SlowToLeave? place = null;
        using var rig = new Rig(Rig.Hello, lot => WaitTable.ParkHere(place = new SlowToLeave((ParkingLot)lot)));
        var (client, connection) = rig.Accept();
        place!.AfterParking = () =>
        {
            Assert.Same(connection, rig.Parking.TakeOutOldest(WaitKind.FirstByte));
            Assert.True(connection.Rest());
            rig.State.End();
        };
        Assert.Equal(DriveEnd.Parked, await rig.Resume(connection, Ready.None).WaitAsync(s_patience));
        Assert.True(place.WasToldToLook); // who else is idle there must go
        Assert.False(connection.IsClosed);
        connection.Close();
        client.Dispose();
    }

    /// <summary>
    /// What the application waits for comes when its owner has decided to park and has not parked yet, and when it has parked and not returned. It goes on in another
    /// thread, to the end of its answer, before the owner does anything.
    /// </summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AnApplicationThatGoesOnWhileItsConnectionIsBeingParkedIsNotForgotten(bool before)
    {
        var go = new TaskCompletionSource();
        SlowToLeave? place = null;
        using var rig = new Rig(async features =>
        {
            if (!go.Task.IsCompleted) await go.Task;
            await Rig.Hello(features);
        }, lot => WaitTable.ParkHere(place = new SlowToLeave((ParkingLot)lot)));
        var (client, connection) = rig.Accept();
        void GoOn()
        {
            if (connection.Wait != WaitKind.Gap) return;
            var other = new Thread(go.SetResult); // the request ends there, and HTTP begins to wait for the next one
            other.Start();
            other.Join();
        }
        if (before) place!.BeforeParking = GoOn;
        else place!.AfterParking = GoOn;
        Rig.Send(client, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.Equal(DriveEnd.Parked, await rig.Resume(connection, Ready.In).WaitAsync(s_patience));
        Assert.EndsWith("hello", Rig.Receive(client, "hello"), StringComparison.Ordinal);
        if (!before) Assert.Equal(DriveEnd.Parked, await rig.Serve().WaitAsync(s_patience)); // it was called
        Assert.Equal((WaitKind.KeepAlive, Wants.Read), (connection.Wait, connection.Wishes.Current));
        Rig.Send(client, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        var served = rig.Serve();
        Assert.EndsWith("hello", Rig.Receive(client, "hello"), StringComparison.Ordinal);
        await served.WaitAsync(s_patience);
        client.Dispose();
    }

    /// <summary>A request ends in a thread of the pool, and the next one begins there, while the thread that had their connection serves somebody else.</summary>
    [Fact]
    public async Task WhatGoesOnWithoutItsThreadLeavesThatThreadsRecordAlone()
    {
        using var board = Scoreboard.Create(1, 1);
        TaskCompletionSource[] go = [new(), new()];
        int request = 0;
        using var rig = new Rig(async features =>
        {
            await go[request++].Task;
            await Rig.Hello(features);
        }, WaitTable.ParkHere, records: new ParkedRecords(board, 0)) { Worker = new WorkerThread("worker 0", board.Row(0, 0)) };
        var (client, connection) = rig.Accept();
        Rig.Send(client, "GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.Equal(DriveEnd.Parked, await rig.Resume(connection, Ready.In).WaitAsync(s_patience));
        rig.Worker.Row.RequestBegins("192.0.2.1", "GET", "/other", "HTTP/1.1", tail: false);
        await Task.Run(go[0].SetResult); // HTTP takes the second request up there
        Assert.Equal("GET /2 HTTP/1.1", board.ParkedView(0, 0).Request);
        Assert.Equal(("GET /other HTTP/1.1", 0L), (board.View(0, 0).Request, board.View(0, 0).Accesses));
        var served = rig.Serve();
        await Task.Run(go[1].SetResult);
        await served.WaitAsync(s_patience);
        Assert.Equal((2L, WorkerStatus.Dead), (board.View(0, 0).Accesses, board.ParkedView(0, 0).Status));
        client.Dispose();
    }

    /// <summary>A read is cancelled after it has found nothing and before anybody waits for it; the owner takes the wish meanwhile.</summary>
    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task ACancelIsNotLostBetweenTheLookAndTheWait(bool parks, bool handsOver)
    {
        var cancelled = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        Connection? connection = null;
        using var rig = new Rig(new Http(async transport =>
        {
            await Task.Run(() => { }).ConfigureAwait(ConfigureAwaitOptions.ForceYielding); // not on the owner's thread any more
            var first = await transport.Input.ReadAsync();
            transport.Input.AdvanceTo(first.Buffer.End);
            await Task.Run(() => { }).ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            var read = transport.Input.ReadAsync();
            transport.Input.CancelPendingRead();
            while ((connection!.Wishes.Current & Wants.Cancel) != 0) await Task.Yield();
            var result = await read;
            cancelled.SetResult(result is { IsCanceled: true, IsCompleted: false }); // not because its time was over
        }), parks || handsOver ? WaitTable.ParkHere : null);
        var (client, accepted) = rig.Accept();
        connection = accepted;
        Rig.Send(client, "x\r\n\r\n");
        var end = handsOver ? Task.Run(() => DriveByTwo(rig, accepted)) : DriveToTheEnd(rig, accepted);
        Assert.True(await cancelled.Task.WaitAsync(s_patience));
        client.Dispose();
        await end.WaitAsync(s_patience);
        Assert.True(connection.IsClosed);
    }

    /// <summary>A flush that waits for a client is cancelled, and one that is only about to wait. What it has not sent goes out with the next.</summary>
    [Theory]
    [InlineData(false, false, true)]
    [InlineData(false, true, true)]
    [InlineData(true, false, true)]
    [InlineData(true, true, true)]
    [InlineData(false, false, false)]
    [InlineData(true, false, false)]
    public async Task AFlushThatWaitsEndsWhenItIsCancelled(bool parks, bool isEncrypted, bool whileItWaits)
    {
        const int Size = 16_000_000; // more than any socket takes
        var cancelled = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        Connection? connection = null;
        using var rig = new Rig(async features =>
        {
            await Task.Run(() => { }).ConfigureAwait(ConfigureAwaitOptions.ForceYielding); // not on the owner's thread any more
            features.Get<IHttpResponseFeature>()!.Headers.ContentLength = Size;
            var body = features.Get<IHttpResponseBodyFeature>()!.Writer;
            body.GetSpan(Size)[..Size].Fill((byte)'x');
            body.Advance(Size);
            if (!whileItWaits) body.CancelPendingFlush(); // nobody waits yet
            while ((connection!.Wishes.Current & Wants.Cancel) != 0) await Task.Yield(); // and the owner has seen it
            var flush = body.FlushAsync();
            if (whileItWaits)
            {
                while ((connection.Wishes.Current & (Wants.Write | Wants.Cancel)) != Wants.Write) await Task.Yield();
                body.CancelPendingFlush();
            }
            bool isCompleted = (await flush).IsCompleted; // HTTP keeps to itself that it was cancelled
            cancelled.SetResult(!isCompleted && connection.Output is { WasCancelled: true, UnflushedBytes: > 0 });
        }, parks ? WaitTable.ParkHere : null, tls: isEncrypted ? new TestTls() : null);
        var (client, accepted) = rig.Accept();
        connection = accepted;
        var end = DriveToTheEnd(rig, accepted);
        Stream text = new NetworkStream(client);
        if (isEncrypted)
        {
            var encrypted = new SslStream(text, leaveInnerStreamOpen: false, (_, certificate, _, _) => certificate is not null);
            await encrypted.AuthenticateAsClientAsync("a.example");
            text = encrypted;
        }
        using (text)
        {
            await text.WriteAsync("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"u8.ToArray());
            Assert.True(await cancelled.Task.WaitAsync(s_patience)); // the client has read nothing
            byte[] buffer = new byte[65536];
            long received = 0;
            for (int n; (n = await text.ReadAsync(buffer)) > 0;) received += n;
            Assert.InRange(received, Size + 1, Size + 500);
        }
        client.Dispose();
        await end.WaitAsync(s_patience);
        Assert.True(connection.IsClosed);
    }

    private static async Task DriveToTheEnd(Rig rig, Connection connection)
    {
        var drive = rig.Resume(connection, Ready.In);
        while (await drive == DriveEnd.Parked) drive = rig.Serve();
    }

    /// <summary>The client ends within a head that is kept from HTTP: that is refused as soon as HTTP may see it.</summary>
    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r")]
    [InlineData("GET / HTTP/1.1\r\n")]
    public async Task AHeadThatIsCutOffIsRefusedWhereItIsHeld(string head)
    {
        using var rig = new Rig(Rig.Http(Rig.Hello), WaitTable.ParkHere, outboxOf: c => new Outbox(c, new OutputAllowance(1_000_000), _ => { }));
        var (client, connection) = rig.Accept();
        Rig.Send(client, head);
        client.Shutdown(SocketShutdown.Send);
        var end = Task.Run(() => DriveByTwo(rig, connection));
        Assert.StartsWith("HTTP/1.1 400 ", Rig.Receive(client, ""));
        client.Dispose();
        await end.WaitAsync(s_patience);
    }

    [Fact]
    public async Task WhatIsPutBeforeABodyHasItsLastWordBeforeAWriterIsDone()
    {
        using var rig = new Rig(Rig.Http(async f =>
        {
            f.Set<IHttpResponseBodyFeature>(new ReplacedBodyTests.Loud(f.Get<IHttpResponseBodyFeature>()!));
            await f.Get<IHttpResponseBodyFeature>()!.Writer.WriteAsync("hello"u8.ToArray());
        }), WaitTable.ParkHere, outboxOf: c => new Outbox(c, new OutputAllowance(1_000_000), _ => { }));
        var (client, connection) = rig.Accept();
        Rig.Send(client, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        client.Shutdown(SocketShutdown.Send);
        var end = Task.Run(() => DriveByTwo(rig, connection));
        Assert.EndsWith("5\r\nHELLO\r\n1\r\n!\r\n0\r\n\r\n", Rig.Receive(client, ""), StringComparison.Ordinal);
        client.Dispose();
        await end.WaitAsync(s_patience);
    }

    /// <summary>As pipeline does: one loop for the network, another one for the application.</summary>
    private static void DriveByTwo(Rig rig, Connection connection)
    {
        bool isHandedOver = false;
        var network = new DriveLoop(WaitTable.ParkHere(rig.Parking), rig.State, _ => isHandedOver = true);
        for (var ready = Ready.In;;)
        {
            isHandedOver = false;
            if (network.Drive(connection, rig.Worker, ready) == DriveEnd.Closed) return;
            if (isHandedOver && rig.Drive.Drive(connection, rig.Worker, Ready.None) == DriveEnd.Closed) return;
            ready = Await(rig);
        }
    }

    private static Ready Await(Rig rig)
    {
        for (;;)
        {
            for (int i = rig.Parking.Wait(long.MaxValue) - 1; i >= 0; i--)
                if (rig.Parking.TakeOut(rig.Poller.Fd(i)) is not null) return rig.Poller.Found(i);
            if (rig.Parking.TakeOutCalled() is not null) return Ready.None;
        }
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_gate")]
    private static extern ref Lock Gate(Outbox outbox);

    /// <summary>In place of Kestrel: what it does with the two halves is the test's.</summary>
    private sealed class Http(Func<IDuplexPipe, Task> run) : IHttpEngine
    {
        public IFeatureCollection Features { get; } = new FeatureCollection();

        public Task Run(ConnectionContext connection) => run(connection.Transport);
    }

    private sealed class SlowToLeave(ParkingLot lot) : IParking
    {
        public Action? BeforeParking { get; set; }

        public Action? AfterParking { get; set; }

        public bool WasToldToLook { get; private set; }

        public bool Park(Connection connection, Wants known, Ready wanted, Ready unused = Ready.None)
        {
            BeforeParking?.Invoke();
            bool parked = lot.Park(connection, known, wanted, unused);
            AfterParking?.Invoke();
            return parked;
        }

        public void LookAround() => WasToldToLook = true;
    }
}
