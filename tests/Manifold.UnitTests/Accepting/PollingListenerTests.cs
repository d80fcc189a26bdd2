using System.Net;
using System.Net.Sockets;
using Manifold.Accepting;
using Manifold.Child;
using Manifold.Connections;
using Manifold.Contracts;
using Manifold.HandOffs;
using Manifold.Mpms;
using Manifold.Os;
using Manifold.Shared;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using Manifold.UnitTests.Connections;
using Xunit;

namespace Manifold.UnitTests.Accepting;

/// <summary>A listener on a real socket; a bare epoll plays the sibling process that waits for connections too.</summary>
public class PollingListenerTests
{
    [Fact]
    public async Task AListenerWhoseWorkersAreAllBusyLeavesTheNextConnectionToItsSiblings()
    {
        var socket = ListeningSocket.Open(new IPEndPoint(IPAddress.Loopback, 0), "http", new ListeningSocket.Setup(16, 0, 0, false, 0));
        var address = ConnectionSocket.LocalAddress(socket.Number);
        var jobs = new JobQueue();
        var child = Child(socket);
        var listener = new PollingListener(child, jobs);
        var busy = new TaskCompletionSource();
        Start(() =>
        {
            var me = new WorkerThread("worker 0", WorkerRow.OffTheBoard());
            var connection = jobs.Pop(me, listener.WorkerIsSpare)!.Value.Connection;
            connection.OwnedBy(me);
            _ = connection.BeginWait(Wants.Read);
            Assert.True(listener.Parking.Park(connection, Wants.Read, Ready.In));
            _ = jobs.Pop(me, listener.WorkerIsSpare);
            busy.SetResult();
            Thread.Sleep(Timeout.Infinite); // a long request
        });
        Start(() => listener.Run(new WorkerThread("listener", WorkerRow.OffTheBoard())));
        using var first = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        first.Connect(address);
        while (listener.Parking.Count(WaitKind.FirstByte) == 0 || jobs.Spare == 0 || child.Record.NotAccepting != 0) await Task.Delay(1);
        first.Send("x"u8); // the parked connection makes the only worker busy
        await busy.Task;

        // Added last, so the kernel wakes the listener first if that still waits. Unlike a process it never looks by itself once a second.
        using var sibling = new Epoll(1);
        sibling.AddShared(socket.Number);
        var woken = new TaskCompletionSource<int>();
        Start(() => woken.SetResult(sibling.Wait(10_000)));
        using var second = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        second.Connect(address);
        Assert.Equal(1, await woken.Task);
    }

    private static ChildServer Child(ListeningSocket socket)
    {
        var options = new ManifoldOptions
        {
            Sizing = Mpm.All["event"].Complete(new Sizing { ThreadsPerChild = 1, MaxRequestWorkers = 1 }),
        };
        var state = new ChildState(0);
        var services = new ConnectionServices(
            new NoHttp(), state, null, options.Timeout, options.KeepAliveTimeout, options.HeadTimeout, options.BodyTimeout);
        var heritage = Rig.BareHeritage("event");
        return new ChildServer(heritage, options, "mpm_event", Scoreboard.Create(1, 1), [socket], null, state, services, new ErrorLog());
    }

    private static void Start(Action body) => new Thread(() => body()) { IsBackground = true }.Start();

    private sealed class NoHttp : IHttpEngine
    {
        public IFeatureCollection Features { get; } = new FeatureCollection();

        public Task Run(ConnectionContext connection) => Task.CompletedTask;
    }
}
