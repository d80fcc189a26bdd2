using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using Manifold.Child;
using Manifold.Connections;
using Manifold.Contracts;
using Manifold.Driving;
using Manifold.Mpms;
using Manifold.Os;
using Manifold.Shared;
using Manifold.UnitTests.Connections;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using Xunit;

namespace Manifold.UnitTests.Child;

/// <summary>What goes wrong in one connection, in a way nobody foresaw, costs that connection: no thread, and nobody else's bytes.</summary>
public class FailureTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    /// <summary>The page for a head that does not come throws, as a module's log may. Twice: the threads are there for the second one, too.</summary>
    [Theory]
    [InlineData("event")]
    [InlineData("worker")]
    [InlineData("prefork")]
    [InlineData("pipeline")]
    [InlineData("percore")]
    [InlineData("leader")]
    public async Task ALogThatThrowsEndsOneConnection(string mpm)
    {
        var head = new ReadTimeout(TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(50), 0);
        var child = Child(mpm, new NoHttp(_ => Task.CompletedTask), out var address, head);
        Mpm.All[mpm].Start(child);
        for (int i = 0; i < 3; i++)
        {
            using var client = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = 20_000 };
            await client.ConnectAsync(address);
            client.Send("\r\n"u8); // of no request: only a page answers that
            Assert.Equal("", Rig.Receive(client, ""));
        }
        while (child.State.Connections > 0) await Task.Delay(1);
    }

    /// <summary>HTTP runs in a thread of the pool when its driver fails: the number of the descriptor is not free before that thread has let go.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task ADescriptorIsNotFreeBeforeHttpHasEnded(int failures)
    {
        var mayEnd = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var flushed = new TaskCompletionSource<FlushResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        var child = Child("event", new NoHttp(async transport =>
        {
            await mayEnd.Task;
            transport.Output.GetSpan(1)[0] = (byte)'x';
            transport.Output.Advance(1);
            flushed.SetResult(await transport.Output.FlushAsync());
        }), out var address);
        using var client = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = 20_000 };
        await client.ConnectAsync(address);
        client.Send("x"u8);
        var place = new BrokenPlace(failures);
        var me = new WorkerThread("worker 0", WorkerRow.OffTheBoard());
        Assert.True(child.State.EnterAccept());
        byte[] peer = new byte[SockAddr.Longest];
        int descriptor = child.Listeners[0].Accept(peer);
        child.State.LeaveAccept(1);
        var connection = child.NewConnection(descriptor, SockAddr.Read(peer), child.Listeners[0]);

        _ = child.Serve(new DriveLoop(WaitTable.ParkHere(place), child.State), connection, me, Ready.In);
        Assert.True(connection.IsAborted);
        Assert.Equal("", Rig.Receive(client, "")); // it has ended for the client
        Assert.False(connection.IsClosed);
        Assert.Equal(1, child.State.Connections);
        mayEnd.SetResult();
        Assert.True((await flushed.Task.WaitAsync(s_patience)).IsCompleted);
        if (failures == 1) // it is parked as any other, and comes back
            Assert.Equal(DriveEnd.Closed, await Task.Run(() => Again(child, place, connection, me)).WaitAsync(s_patience));
        while (child.State.Connections > 0) await Task.Delay(1);
        Assert.True(connection.IsClosed);
    }

    private static DriveEnd Again(ChildServer child, BrokenPlace place, Connection connection, WorkerThread me)
    {
        place.Called.Wait();
        connection.Wishes.EndSleep();
        return child.Serve(new DriveLoop(WaitTable.ParkHere(place), child.State), connection, me, Ready.None);
    }

    private static ChildServer Child(string mpm, IHttpEngine http, out IPEndPoint address, ReadTimeout? head = null)
    {
        var socket = ListeningSocket.Open(new IPEndPoint(IPAddress.Loopback, 0), "http", new ListeningSocket.Setup(16, 0, 0, false, 0));
        address = ConnectionSocket.LocalAddress(socket.Number);
        var options = new ManifoldOptions { Sizing = Mpm.All[mpm].Complete(new Sizing()) };
        var state = new ChildState(0);
        var services = new ConnectionServices(
            http, state, new BrokenPages(), options.Timeout, options.KeepAliveTimeout, head ?? options.HeadTimeout, options.BodyTimeout);
        var heritage = Rig.BareHeritage(mpm);
        return new ChildServer(heritage, options, "mpm_" + mpm, Scoreboard.Create(1, options.Sizing.ThreadLimit), [socket], null, state, services, new ErrorLog());
    }

    private sealed class BrokenPages : IRejectedRequestHandler
    {
        public ReadOnlyMemory<byte> Answer(IMpmExchangeFeature exchange, int status, ReadOnlySpan<byte> head) =>
            throw new InvalidOperationException("a log that throws");
    }

    private sealed class NoHttp(Func<IDuplexPipe, Task> run) : IHttpEngine
    {
        public IFeatureCollection Features { get; } = new FeatureCollection();

        public Task Run(ConnectionContext connection) => run(connection.Transport);
    }

    private sealed class BrokenPlace(int failures) : IParking, IOwner
    {
        private int _left = failures;

        public ManualResetEventSlim Called { get; } = new();

        public bool Park(Connection connection, Wants known, Ready wanted, Ready unused = Ready.None)
        {
            if (_left-- > 0) throw new InvalidOperationException("a place that is broken");
            connection.Wishes.Owner = this;
            return connection.Wishes.BeginSleep(known);
        }

        public void LookAround()
        {
        }

        public void Call(Connection connection) => Called.Set();
    }
}
