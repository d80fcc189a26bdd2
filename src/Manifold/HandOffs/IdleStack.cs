using Manifold.Child;
using Manifold.Connections;
using Manifold.Os;
using Manifold.Shared;

namespace Manifold.HandOffs;

/// <summary>
/// Idle workers wait on a stack, not connections in a queue: the listener takes the worker on top before it accepts, and gives it the connection
/// directly, so exactly that worker wakes. Workers sleep in <see cref="Await"/>, the listener in <see cref="Reserve"/> while no worker is idle,
/// and then another process gets the connection. Held: a worker that is reserved gets one connection, or stays reserved to the end.
/// Algorithm: httpd 2.0 threadpool.
/// </summary>
internal sealed class IdleStack
{
    private readonly Lock _gate = new();
    private readonly Stack<IdleWorker> _idle = new();
    private readonly Sleeper _listener = new();
    private bool _listenerWaits;
    private bool _ended;

    /// <summary>Worker: the next connection; sleeps until it has come.</summary>
    public Connection Await(IdleWorker me)
    {
        me.Thread.Row.Status = WorkerStatus.Ready;
        bool wake;
        lock (_gate)
        {
            me.Given = null;
            _idle.Push(me);
            (wake, _listenerWaits) = (_listenerWaits, false);
        }
        if (wake) _listener.Wake();
        for (;;)
        {
            me.Thread.Sleeper.Sleep();
            if (me.Given is { } connection) return connection;
        }
    }

    /// <summary>Listener: takes the worker that became idle last; blocks while there is none. Null = the end.</summary>
    public IdleWorker? Reserve()
    {
        for (;;)
        {
            lock (_gate)
            {
                if (_ended) return null;
                if (_idle.TryPop(out var worker)) return worker;
                _listenerWaits = true;
            }
            _listener.Sleep();
        }
    }

    /// <summary>Listener: gives a reserved worker its connection.</summary>
    public static void Give(IdleWorker worker, Connection connection)
    {
        worker.Given = connection;
        worker.Thread.Sleeper.Wake();
    }

    /// <summary>No more connections will be accepted: releases a listener that waits for a worker.</summary>
    public void EndAccepting()
    {
        lock (_gate) _ended = true;
        _listener.Wake();
    }
}

/// <summary>A worker's place in an <see cref="IdleStack"/>: the thread, and what it was given.</summary>
internal sealed class IdleWorker(WorkerThread thread)
{
    public WorkerThread Thread => thread;

    public volatile Connection? Given;
}
