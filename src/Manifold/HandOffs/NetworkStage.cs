using System.Collections.Concurrent;
using Manifold.Child;
using Manifold.Connections;
using Manifold.Driving;
using Manifold.Os;
using Manifold.Shared;

namespace Manifold.HandOffs;

/// <summary>
/// A thread with a poll loop, a reader or a writer of the pipeline: it waits for the sockets of many connections at once and does only what the
/// network needs; what would run the application it hands over (<see cref="DriveLoop"/>). A reader gets connections straight into its epoll,
/// which wakes it when there are bytes. A writer gets them in a queue, because most often the bytes can be sent at once and nothing need be
/// polled. Blocks in epoll only. Held: what is put into the queue is seen before the thread sleeps, or wakes it; putting costs a system call only
/// when it sleeps.
/// </summary>
internal sealed class NetworkStage : IParking, IOwner, IDisposable
{
    private readonly ChildServer _child;
    private readonly Epoll _poller = new(256);
    private readonly ConcurrentQueue<(Connection Connection, bool IsOwned)> _queue = new();
    private WorkerThread? _me;
    private int _thread;
    private int _sleeps; // 1 = the thread is in epoll, or about to be

    /// <summary>A stage whose thread does not run yet.</summary>
    /// <param name="child">Whose it is.</param>
    /// <param name="number">0 to 31, another one for each stage of a child.</param>
    /// <param name="writes">A writer, or a reader.</param>
    public NetworkStage(ChildServer child, int number, bool writes)
    {
        _child = child;
        Writes = writes;
        Lot = new ParkingLot(_poller, number);
    }

    /// <summary>Its connections that wait for their sockets.</summary>
    public ParkingLot Lot { get; }

    /// <summary>A writer, or a reader.</summary>
    public bool Writes { get; }

    /// <summary>What the thread does before it waits again. Set before it runs.</summary>
    public Action? AfterEachTurn { get; set; }

    /// <summary>How its thread moves connections on. Set before it runs.</summary>
    public DriveLoop? Drive { get; set; }

    /// <inheritdoc/>
    public bool Park(Connection connection, Wants known, Ready wanted, Ready unused = Ready.None)
    {
        if (!Writes || Environment.CurrentManagedThreadId == _thread) return Lot.Park(connection, known, wanted);
        connection.Wishes.Owner = this;
        if (!connection.Wishes.BeginSleep(known)) return false;
        Put(connection, isOwned: true);
        return true;
    }

    /// <inheritdoc/>
    public void LookAround() => Lot.LookAround();

    /// <summary>Another thread produces output and keeps the connection meanwhile. Any thread.</summary>
    public void Announce(Connection connection) => Put(connection, isOwned: false);

    /// <summary>Nothing to do: the connection is in the queue, and its wishes are looked at when it is taken out.</summary>
    void IOwner.Call(Connection connection)
    {
    }

    /// <summary>The thread.</summary>
    public void Run(WorkerThread me)
    {
        _me = me;
        _thread = Environment.CurrentManagedThreadId;
        _poller.Add(me.Wake.Number);
        for (;;)
        {
            me.Row.Status = WorkerStatus.Ready;
            AfterEachTurn!();
            Interlocked.Exchange(ref _sleeps, 1);
            int count = Lot.Wait(_queue.IsEmpty ? long.MaxValue : 0);
            Volatile.Write(ref _sleeps, 0);
            for (int i = 0; i < count; i++)
            {
                if (_poller.Fd(i) == me.Wake.Number) me.Wake.Clear();
                else if (Lot.TakeOut(_poller.Fd(i)) is { } ready) _child.Serve(Drive!, ready, me, _poller.Found(i));
            }
            while (_queue.TryDequeue(out var next))
            {
                if (next.IsOwned) Resume(next.Connection, me);
                else next.Connection.SendLeft();
            }
            while (Lot.TakeOutCalled() is { } called) _child.Serve(Drive!, called, me, Ready.None);
            while (Lot.TakeOutExpired(Environment.TickCount64, _child.State.IsEnding) is { } late)
                if (me.EndWait(late)) _child.Serve(Drive!, late, me, Ready.None);
        }
    }

    public void Dispose() => Lot.Dispose();

    private void Resume(Connection connection, WorkerThread me)
    {
        connection.Wishes.EndSleep();
        _child.Serve(Drive!, connection, me, Ready.None);
    }

    private void Put(Connection connection, bool isOwned)
    {
        _queue.Enqueue((connection, isOwned));
        if (Interlocked.Exchange(ref _sleeps, 0) == 1) _me!.Wake.Signal();
    }
}
