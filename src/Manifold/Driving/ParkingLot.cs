using System.Diagnostics;
using Manifold.Connections;
using Manifold.Os;

namespace Manifold.Driving;

/// <summary>
/// Where connections rest that need no thread: between requests, while the client does not send what it has begun or take what is sent, while it
/// lingers, while the application waits for something else. Any worker parks; one thread, the poller, waits here and takes out what became ready, is called by another thread, or has waited too long. After
/// <see cref="Park"/> has armed the connection the parking worker must not touch it any more: another thread may own it. A connection is armed
/// anew each time, or, where it always parks in the same lot, watched once and for all: then epoll tells of changes only, and what nobody has used
/// yet is kept here. One that idles here for a while gives HTTP up and keeps only what it cannot be without; the poller does that itself,
/// because no application runs in it.
/// </summary>
internal sealed class ParkingLot : IParking, IOwner, IDisposable
{
    /// <summary>How long a connection idles before it gives HTTP up: a client that is busy never pays for making it anew.</summary>
    public const int RestAfterMs = 1000;

    private const int RestBatch = 64;

    private readonly Lock _gate = new();
    private readonly Epoll _poller;
    private readonly EventFd _wake = new();
    private readonly uint _bit;
    private readonly Dictionary<(WaitKind Kind, long Length), DeadlineQueue> _queues = [];
    private readonly Queue<Connection> _called = new();
    private readonly int[] _counts = new int[7];
    private int _total;
    private Connection?[] _byDescriptor = new Connection?[256];
    private readonly bool _watches;
    private volatile bool _sleeps; // the poller waits, or is about to: who changes something wakes it
    private int _waits;
    private long _toldAt; // when the last of them ended, in Stopwatch ticks
    private long _nextLook = long.MaxValue; // nothing is to be looked at before; moves back when the poller has looked

    /// <summary>An empty lot.</summary>
    /// <param name="poller">What its poller waits on.</param>
    /// <param name="number">0 to 31, another one for each lot of a child.</param>
    /// <param name="watches">
    /// Connections never park elsewhere: they are watched all the time, and no system call is needed to park one again. <see cref="Forget"/> is to
    /// be called for each that was closed.
    /// </param>
    public ParkingLot(Epoll poller, int number = 0, bool watches = false)
    {
        _watches = watches;
        _poller = poller;
        _bit = 1u << number;
        poller.Add(_wake.Number);
    }

    /// <summary>Parked connections that wait for this; read by anyone, may be a moment old.</summary>
    public int Count(WaitKind kind) => Volatile.Read(ref _counts[(int)kind]);

    /// <summary>All parked connections; read by anyone, may be a moment old.</summary>
    public int Total => Volatile.Read(ref _total);

    /// <inheritdoc/>
    public bool Park(Connection connection, Wants known, Ready wanted, Ready unused = Ready.None) => Put(connection, known, wanted, unused, evenIfCalled: false);

    private bool Put(Connection connection, Wants known, Ready wanted, Ready unused, bool evenIfCalled)
    {
        long now = Environment.TickCount64;
        long alarm = known == Wants.Read && connection.MayRest ? Math.Min(connection.Deadline, now + RestAfterMs) : connection.Deadline;
        long length = alarm == long.MaxValue ? long.MaxValue : (alarm - now + 50) / 100; // equal time-outs fall into one queue
        bool sleeps, wakes;
        int errno;
        lock (_gate)
        {
            connection.Wishes.Owner = this;
            sleeps = connection.Wishes.BeginSleep(known);
            if (!sleeps && !evenIfCalled) return false;
            if (connection.Descriptor >= _byDescriptor.Length)
                Array.Resize(ref _byDescriptor, Math.Max(connection.Descriptor + 1, _byDescriptor.Length * 2));
            _byDescriptor[connection.Descriptor] = connection;
            if (!_queues.TryGetValue((connection.Wait, length), out var queue))
                _queues[(connection.Wait, length)] = queue = new DeadlineQueue();
            connection.Space.Alarm = alarm;
            connection.Space.ParkedIn = _waits;
            queue.Append(connection);
            _counts[(int)connection.Wait]++;
            _total++;
            bool isFirst = alarm < _nextLook;
            if (isFirst) _nextLook = alarm;
            errno = _watches ? Watch(connection, wanted, unused) : Arm(connection, wanted);
            wakes = _sleeps && (isFirst || connection.Space.IsCalled); // it sleeps longer than that
        }
        if (errno != 0) connection.Abort();
        if (errno != 0 || !sleeps) Call(connection); // its events will not come; it has been called before it slept
        if (wakes) _wake.Signal();
        return true;
    }

    /// <summary>
    /// The poller: waits for events of its epoll, for a call, or until something here has waited too long, but not beyond
    /// <paramref name="until"/> (TickCount64; long.MaxValue = for ever). Returns the number of events.
    /// </summary>
    public int Wait(long until)
    {
        lock (_gate)
        {
            // An alarm that is nobody's any more is looked at once; with it, parking anew and anew need not wake the poller.
            if (_nextLook <= Environment.TickCount64) _nextLook = EarliestAlarm();
            until = _called.Count > 0 ? 0 : Math.Min(until, _nextLook);
            _sleeps = true;
            _waits++;
        }
        int count = _poller.Wait(Poll.Until(until));
        _sleeps = false;
        _toldAt = Stopwatch.GetTimestamp();
        return count;
    }

    /// <inheritdoc/>
    public void LookAround() => _wake.Signal();

    /// <summary>
    /// The poller: takes out the connection that an event is about; null when it was taken out for another reason, or there is none. Where
    /// connections are watched, <paramref name="found"/> is kept for its owner, and for one that waits for something else.
    /// </summary>
    public Connection? TakeOut(int descriptor, Ready found = Ready.None)
    {
        if (descriptor == _wake.Number)
        {
            _wake.Clear();
            return null;
        }
        lock (_gate)
        {
            var connection = (uint)descriptor < (uint)_byDescriptor.Length ? _byDescriptor[descriptor] : null;
            if (connection is null) return null;
            if (_watches)
            {
                connection.Space.Unused |= found;
                if (connection.Space.Queue is null || !connection.Space.IsDue) return null;
            }
            Remove(connection);
            if (connection.Space.ParkedIn != _waits) connection.ToldAt(_toldAt); // else the event may be older than its parking
            return connection;
        }
    }

    /// <summary>Another thread wants something of a parked connection. Any thread.</summary>
    public void Call(Connection connection)
    {
        bool wakes;
        lock (_gate)
        {
            if (!IsHere(connection) || connection.Space.IsCalled) return;
            Enqueue(connection);
            wakes = _sleeps;
        }
        if (wakes) _wake.Signal();
    }

    /// <summary>About how many connections are called and not taken out yet. The poller.</summary>
    public int Called
    {
        get
        {
            lock (_gate) return _called.Count;
        }
    }

    /// <summary>A watched connection was closed. Any thread.</summary>
    public void Forget(Connection connection)
    {
        lock (_gate)
        {
            if (IsKnown(connection)) _byDescriptor[connection.Descriptor] = null;
        }
    }

    /// <summary>The poller: takes out a connection of which another thread wants something, whatever its socket is ready for; null = none.</summary>
    public Connection? TakeOutCalled()
    {
        lock (_gate)
        {
            while (_called.TryDequeue(out var connection))
            {
                if (!IsHere(connection) || !connection.Space.IsCalled) continue; // taken out meanwhile
                Remove(connection);
                return connection;
            }
            return null;
        }
    }

    /// <summary>
    /// The poller: takes out one connection whose wait has taken too long, or that is idle when <paramref name="idleToo"/>; null = none. Those
    /// that have idled a while come to rest meanwhile, and stay. No more than a few at a time: what else there is to do comes first.
    /// </summary>
    public Connection? TakeOutExpired(long now, bool idleToo)
    {
        for (int i = 0; i < RestBatch; i++)
        {
            if (TakeOutAlarmed(now, idleToo) is not { } connection) return null;
            if (idleToo || connection.Deadline <= now) return connection;
            bool mayEnd = connection.Wishes.Current == Wants.Read; // else somebody has called it just now
            bool rests;
            try
            {
                rests = mayEnd && connection.Rest();
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                connection.Fail(e);
                return connection;
            }
            Put(connection, mayEnd && !rests ? Wants.None : Wants.Read, rests ? Ready.In : Ready.None, connection.Space.TakeTold(), evenIfCalled: true);
        }
        return null;
    }

    private Connection? TakeOutAlarmed(long now, bool idleToo)
    {
        lock (_gate)
        {
            if (now < _nextLook && !idleToo) return null;
            foreach (var ((kind, _), queue) in _queues)
            {
                if (queue.First is not { } first) continue;
                if (first.Space.Alarm > now && !(idleToo && kind is WaitKind.KeepAlive or WaitKind.FirstByte)) continue;
                Remove(first);
                return first;
            }
            return null;
        }
    }

    /// <summary>As many make room for others at a time.</summary>
    public const int SilentBatch = 64;

    /// <summary>
    /// Takes out a connection that makes room for others: one that has said nothing, or else one whose request is not whole, which is cut off; the oldest, as far as
    /// the queues tell. Null = none.
    /// </summary>
    public Connection? TakeOutSilent()
    {
        if (TakeOutOldest(WaitKind.FirstByte) is { } silent) return silent;
        var slow = TakeOutOldest(WaitKind.Head);
        slow?.Abort(); // an answer, and a client's time to take it, would keep the descriptor
        return slow;
    }

    /// <summary>Takes out a connection that has waited for this longest, as far as the queues tell; null = none.</summary>
    public Connection? TakeOutOldest(WaitKind wanted)
    {
        lock (_gate)
        {
            foreach (var ((kind, _), queue) in _queues)
            {
                if (kind != wanted || queue.First is not { } first) continue;
                Remove(first);
                return first;
            }
            return null;
        }
    }

    public void Dispose()
    {
        _poller.Dispose();
        _wake.Dispose();
    }

    /// <summary>False for one that was taken out, even if another lot has it now.</summary>
    private bool IsHere(Connection connection) => IsKnown(connection) && connection.Space.Queue is not null;

    private bool IsKnown(Connection connection) => connection.Descriptor < _byDescriptor.Length && _byDescriptor[connection.Descriptor] == connection;

    private void Enqueue(Connection connection)
    {
        connection.Space.IsCalled = true;
        _called.Enqueue(connection);
    }

    /// <summary>The next event, once. Without one it waits for a call alone; armed for nothing, epoll would still tell of a client that has left.</summary>
    private int Arm(Connection connection, Ready wanted)
    {
        bool isKnown = (connection.Space.KnownTo & _bit) != 0;
        if (wanted == Ready.None) return 0;
        connection.Space.KnownTo |= _bit;
        return isKnown ? _poller.ArmOnce(connection.Descriptor, wanted) : _poller.AddOnce(connection.Descriptor, wanted);
    }

    /// <summary>
    /// All changes, from the first time on that it waits for such. What is known already and was not used up does not change again: then the
    /// connection has its turn after those that epoll tells of.
    /// </summary>
    private int Watch(Connection connection, Ready wanted, Ready unused)
    {
        ref var space = ref connection.Space;
        space.Wanted = wanted;
        space.Unused |= unused;
        if (space.IsDue) Enqueue(connection);
        if ((wanted & ~space.Watched) == Ready.None) return 0;
        bool isKnown = space.Watched != Ready.None;
        space.Watched |= wanted;
        return isKnown ? _poller.ChangeEdges(connection.Descriptor, space.Watched) : _poller.AddEdges(connection.Descriptor, space.Watched);
    }

    /// <summary>When the next connection is to be looked at. Drops queues that have become empty.</summary>
    private long EarliestAlarm()
    {
        long next = long.MaxValue;
        foreach (var (key, queue) in _queues)
        {
            if (queue.First is { } first) next = Math.Min(next, first.Space.Alarm);
            else _queues.Remove(key);
        }
        return next;
    }

    private void Remove(Connection connection)
    {
        if (!_watches) _byDescriptor[connection.Descriptor] = null;
        connection.Space.Tell();
        connection.Space.Queue!.Remove(connection);
        connection.Space.IsCalled = false;
        _counts[(int)connection.Wait]--;
        _total--;
        connection.Wishes.EndSleep();
    }
}
