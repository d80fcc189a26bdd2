using System.Net;
using Manifold.Connections;
using Manifold.HandOffs;
using Manifold.Os;
using Manifold.Shared;
using Xunit;

namespace Manifold.UnitTests.HandOffs;

/// <summary>The listener takes the worker that became idle last, and what it gives reaches that worker.</summary>
public class IdleStackTests
{
    [Fact]
    public async Task The_last_idle_worker_gets_the_connection()
    {
        var stack = new IdleStack<Connection>();
        var waits = new List<(IdleWorker<Connection> Worker, Task<Connection?> Got)>();
        for (int i = 0; i < 3; i++)
        {
            var worker = new IdleWorker<Connection>(new WorkerThread($"worker {i}", WorkerRow.OffTheBoard()));
            waits.Add((worker, Task.Factory.StartNew(() => stack.Await(worker), TaskCreationOptions.LongRunning)));
            Assert.True(SpinWait.SpinUntil(() => worker.Thread.Sleeper.IsAsleep, TimeSpan.FromSeconds(30)));
        }
        using var listener = ListeningSocket.Open(new IPEndPoint(IPAddress.Loopback, 0), "http", new ListeningSocket.Setup(16, 0, 0, false, 0));
        var connection = Connections.Rig.Unconnected(listener);
        foreach (var (worker, got) in waits.AsEnumerable().Reverse())
        {
            Assert.Same(worker, stack.Reserve());
            Assert.False(got.IsCompleted);
            worker.Give(connection);
            Assert.Same(connection, await got.WaitAsync(TimeSpan.FromSeconds(30)));
        }
    }

    [Fact]
    public async Task The_listener_waits_for_an_idle_worker_and_the_end_releases_it()
    {
        var stack = new IdleStack<Connection>();
        var reserved = Task.Factory.StartNew(stack.Reserve, TaskCreationOptions.LongRunning);
        var worker = new IdleWorker<Connection>(new WorkerThread("worker 0", WorkerRow.OffTheBoard()));
        _ = Task.Factory.StartNew(() => stack.Await(worker), TaskCreationOptions.LongRunning);
        Assert.Same(worker, await reserved.WaitAsync(TimeSpan.FromSeconds(30)));
        var next = Task.Factory.StartNew(stack.Reserve, TaskCreationOptions.LongRunning);
        stack.EndAccepting();
        Assert.Null(await next.WaitAsync(TimeSpan.FromSeconds(30)));
    }
}
