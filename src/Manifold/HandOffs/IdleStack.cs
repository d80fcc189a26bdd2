using Manifold.Connections;
using Manifold.Os;
using Manifold.Shared;

namespace Manifold.HandOffs;

/// <summary>
/// Idle workers wait on a stack, not work in a queue: who has work takes the worker on top and gives it to him directly, so exactly that worker
/// wakes. A listener takes the worker before it accepts (threadpool); a reactor goes to another thread (percore). Workers sleep in
/// <see cref="Await"/>, the listener in <see cref="Reserve"/> while no worker is idle, and then another process gets the connection. Held: a
/// worker that is reserved gets one thing to do, or stays reserved to the end. Algorithm: httpd 2.0 threadpool.
/// </summary>
internal sealed class IdleStack<TWork> where TWork : class
{
    private readonly Lock _gate = new();
    private readonly List<IdleWorker<TWork>> _idle = []; // a stack; who is dismissed is taken from below
    private readonly Sleeper _listener = new();
    private bool _listenerWaits;
    private bool _ended;

    /// <summary>Worker: the next thing to do; sleeps until it has come. Null = dismissed.</summary>
    public TWork? Await(IdleWorker<TWork> me)
    {
        me.Thread.Row.Status = WorkerStatus.Ready;
        bool wake;
        lock (_gate)
        {
            me.Given = null;
            _idle.Add(me);
            (wake, _listenerWaits) = (_listenerWaits, false);
        }
        if (wake) _listener.Wake();
        for (;;)
        {
            me.Thread.Sleeper.Sleep();
            if (me.Given is { } work) return work;
            if (me.IsDismissed) return null;
        }
    }

    /// <summary>Takes the worker that became idle last; blocks while there is none. One thread at a time. Null = the end.</summary>
    public IdleWorker<TWork>? Reserve()
    {
        for (;;)
        {
            lock (_gate)
            {
                if (_ended) return null;
                if (TryPop() is { } worker) return worker;
                _listenerWaits = true;
            }
            _listener.Sleep();
        }
    }

    /// <summary>Takes the worker that became idle last; null while there is none. Any thread.</summary>
    public IdleWorker<TWork>? TryReserve()
    {
        lock (_gate) return TryPop();
    }

    /// <summary>No more connections will be accepted: releases a listener that waits for a worker.</summary>
    public void EndAccepting()
    {
        lock (_gate) _ended = true;
        _listener.Wake();
    }

    /// <summary>Lets up to <paramref name="count"/> idle workers, those that have slept longest, leave.</summary>
    public void Dismiss(int count)
    {
        IdleWorker<TWork>[] gone;
        lock (_gate)
        {
            gone = [.. _idle.Take(count)];
            _idle.RemoveRange(0, gone.Length);
        }
        foreach (var worker in gone) worker.Dismiss();
    }

    private IdleWorker<TWork>? TryPop()
    {
        if (_idle.Count == 0) return null;
        var top = _idle[^1];
        _idle.RemoveAt(_idle.Count - 1);
        return top;
    }
}

/// <summary>A worker's place in an <see cref="IdleStack{TWork}"/>: the thread, and what it was given.</summary>
internal sealed class IdleWorker<TWork>(WorkerThread thread) where TWork : class
{
    public WorkerThread Thread => thread;

    public volatile TWork? Given;

    public volatile bool IsDismissed;

    /// <summary>Gives a reserved worker something to do.</summary>
    public void Give(TWork work)
    {
        Given = work;
        thread.Sleeper.Wake();
    }

    /// <summary>Lets a worker that was taken off the stack leave.</summary>
    public void Dismiss()
    {
        IsDismissed = true;
        thread.Sleeper.Wake();
    }
}
