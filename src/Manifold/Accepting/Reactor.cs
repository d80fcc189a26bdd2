using Manifold.Child;
using Manifold.Connections;
using Manifold.Driving;
using Manifold.HandOffs;
using Manifold.Os;
using Manifold.Shared;

namespace Manifold.Accepting;

/// <summary>
/// One loop over one epoll and the connections in it (percore): it accepts, and serves each connection on the spot as far as that goes without
/// waiting for anything. The thread that has the reactor runs <see cref="Lead"/> and waits in epoll only. It may lose the reactor while it serves:
/// when that takes too long (<see cref="TurnWatch"/>), another thread goes on with the loop where it stands, and the first one finishes what it
/// serves, which parks here again like any other, and leaves. After a turn that has blocked the next ones are served after the reactor has
/// been given away, as leader and followers do, until <see cref="WaryTurns"/> of them have not. Held: one thread at a time has the loop; a connection never changes its
/// reactor; whoever has lost the reactor touches only what has a lock of its own.
/// </summary>
internal sealed class Reactor : IDisposable
{
    private const int WaryTurns = 64;

    private readonly ChildServer _child;
    private readonly IReadOnlyList<Reactor> _all;
    private readonly IdleStack<Reactor> _standBy;
    private readonly TurnWatch _watch;
    private readonly Epoll _poller = new(256);
    private readonly DriveLoop _drive;
    private readonly ExclusiveListeners _listeners;
    private readonly Queue<Connection> _accepted = new();
    private int _next, _count;   // of the events that epoll has told of last
    private int _connections;
    private LogRound? _lines;    // of the thread that has, or has had, the reactor
    private int _wary;           // turns to be served without the reactor
    private volatile int _thread; // the kernel's id of the one that has the reactor
    private long _turn;          // odd while a connection is served by the thread that has the reactor

    /// <summary>A reactor that no thread has.</summary>
    /// <param name="child">Whose it is.</param>
    /// <param name="all">The reactors of the child; filled before one of them runs.</param>
    /// <param name="standBy">Threads that may take a reactor.</param>
    /// <param name="watch">Takes it from a thread that serves one connection for too long.</param>
    /// <param name="whenClosed">Called once, when it listens no more.</param>
    public Reactor(ChildServer child, IReadOnlyList<Reactor> all, IdleStack<Reactor> standBy, TurnWatch watch, Action whenClosed)
    {
        _child = child;
        _all = all;
        _standBy = standBy;
        _watch = watch;
        _listeners = new ExclusiveListeners(child, _poller, whenClosed);
        Lot = new ParkingLot(_poller, watches: true);
        _drive = new DriveLoop(WaitTable.ParkHere(Lot), child.State);
        child.State.Retiring += Lot.LookAround;
        child.State.Ending += Lot.LookAround;
    }

    /// <summary>Its connections, all that are not being served.</summary>
    public ParkingLot Lot { get; }

    /// <summary>Changes with each turn; odd while one is going on.</summary>
    public long Turn => Volatile.Read(ref _turn);

    /// <summary>True when the thread that has the reactor computes, or would if there were a processor for it.</summary>
    public bool IsRunning => !ThreadActivity.IsAsleep(_thread);

    /// <summary>The watch: takes the reactor from the thread that is in this turn still; false when the turn is over.</summary>
    /// <param name="turn">The turn.</param>
    /// <param name="blocks">Whether the thread waits for something.</param>
    public bool TryTakeAway(long turn, bool blocks)
    {
        if (Interlocked.CompareExchange(ref _turn, turn + 1, turn) != turn) return false;
        if (blocks) Volatile.Write(ref _wary, WaryTurns);
        return true;
    }

    /// <summary>Runs the loop until the calling thread has lost the reactor.</summary>
    public void Lead(WorkerThread me)
    {
        _thread = ThreadId.Current;
        var left = _lines;
        _lines = me.Lines;
        me.Lines.Begin();
        if (left != me.Lines) left?.TryWrite();
        ServeAll(me);
        me.Lines.End();
    }

    public void Dispose() => Lot.Dispose();

    private void ServeAll(WorkerThread me)
    {
        for (;;)
        {
            for (int i; (i = _next) < _count;)
            {
                _next++;
                if (_listeners.TryAccept(_poller.Fd(i), _accepted)) continue;
                if (Lot.TakeOut(_poller.Fd(i), _poller.Found(i)) is { } ready && !Serve(ready, me, Ready.None)) return;
            }
            while (_accepted.TryDequeue(out var fresh))
                if (!IsGivenAway(fresh, me) && !Serve(fresh, me, Ready.In)) return;
            for (int i = Lot.Called; i > 0 && Lot.TakeOutCalled() is { } called; i--) // some of them are back at once
                if (!Serve(called, me, Ready.None)) return;
            while (Lot.TakeOutExpired(Environment.TickCount64, _child.State.IsEnding) is { } late)
                if (!Serve(late, me, Ready.None, isLate: true)) return;
            if (_listeners.Tend() && !MakeRoom(me)) return;
            if (!me.Lines.IsEmpty && !WriteLines(me)) return;
            me.Row.Status = WorkerStatus.Ready;
            (_next, _count) = (0, 0);
            _count = Lot.Wait(_listeners.NextLook);
            if (_count == 0) _listeners.AcceptAll(_accepted);
        }
    }

    /// <summary>Serves a connection; false when the calling thread does not have the reactor any more.</summary>
    private bool Serve(Connection connection, WorkerThread me, Ready ready, bool isLate = false)
    {
        if (Volatile.Read(ref _wary) > 0 && _standBy.TryReserve() is { } next)
        {
            next.Give(this);
            long began = Environment.TickCount64, waits = ThreadActivity.Waits;
            Drive(connection, me, ready, isLate);
            if (Environment.TickCount64 - began >= TurnWatch.LookMs && ThreadActivity.Waits != waits) Volatile.Write(ref _wary, WaryTurns);
            else Interlocked.Decrement(ref _wary);
            return Lost();
        }
        long turn = TurnBegins();
        Drive(connection, me, ready, isLate);
        return TurnEnds(turn);
    }

    /// <summary>The log's reader may keep the thread waiting: false when it has lost the reactor over that.</summary>
    private bool WriteLines(WorkerThread me)
    {
        long turn = TurnBegins();
        me.Lines.Write();
        return TurnEnds(turn);
    }

    private long TurnBegins()
    {
        long turn = Interlocked.Increment(ref _turn);
        _watch.TurnBegins();
        return turn;
    }

    private bool TurnEnds(long turn) => Interlocked.CompareExchange(ref _turn, turn + 1, turn) == turn || Lost();

    /// <summary>What the calling thread has served may be parked here now, which the watch has not seen.</summary>
    private bool Lost()
    {
        _watch.Changed();
        return false;
    }

    private void Drive(Connection connection, WorkerThread me, Ready ready, bool isLate)
    {
        bool isClosed = isLate && !me.EndWait(connection);
        if (!isClosed && _child.Serve(_drive, connection, me, ready) == DriveEnd.Parked) return;
        Lot.Forget(connection);
        Interlocked.Decrement(ref _connections);
    }

    /// <summary>
    /// True when a new connection belongs to a reactor that has far fewer: light load would wake the same reactor each time. It goes straight
    /// into the other's epoll, which is no more work than into this one.
    /// </summary>
    private bool IsGivenAway(Connection connection, WorkerThread me)
    {
        int mine = Interlocked.Increment(ref _connections);
        int average = _child.State.Connections / _all.Count;
        if (mine <= average + 1 + average / 8) return false;
        var least = this;
        foreach (var reactor in _all)
            if (Volatile.Read(ref reactor._connections) < Volatile.Read(ref least._connections)) least = reactor;
        if (least == this) return false;
        connection.OwnedBy(me);
        connection.BeginWait(Wants.Read);
        Interlocked.Increment(ref least._connections);
        if (!least.Lot.Park(connection, Wants.Read, Ready.In))
        {
            Interlocked.Decrement(ref least._connections);
            return false;
        }
        Interlocked.Decrement(ref _connections);
        if (_child.State.IsEnding) least.Lot.LookAround(); // it may have looked for such already
        _watch.Changed();
        return true;
    }

    /// <summary>Descriptors have run out: those who have not said what they want make room. False when the reactor was lost over it.</summary>
    private bool MakeRoom(WorkerThread me)
    {
        for (int i = 0; i < ParkingLot.SilentBatch && Lot.TakeOutSilent() is { } silent; i++)
            if (!Serve(silent, me, Ready.None, isLate: true)) return false;
        return true;
    }
}
