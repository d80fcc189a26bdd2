using Manifold.Os;

namespace Manifold.Connections;

/// <summary>
/// A connection's place in a parking lot: its neighbours in the queue of waits that take equally long, when it is to be looked at, and whose epoll
/// knows it.
/// </summary>
internal struct ParkingSpace
{
    public Connection? Next, Previous;
    public DeadlineQueue? Queue;
    public long Alarm;
    public uint KnownTo;
    public bool IsCalled;
}

/// <summary>Connections whose present waits all take equally long, so that the order of arrival is the order of expiry. No heap needed.</summary>
internal sealed class DeadlineQueue
{
    public Connection? First { get; private set; }

    private Connection? _last;

    public void Append(Connection connection)
    {
        connection.Space.Queue = this;
        connection.Space.Previous = _last;
        connection.Space.Next = null;
        if (_last is null) First = connection;
        else _last.Space.Next = connection;
        _last = connection;
    }

    public void Remove(Connection connection)
    {
        ref ParkingSpace space = ref connection.Space;
        if (space.Previous is null) First = space.Next;
        else space.Previous.Space.Next = space.Next;
        if (space.Next is null) _last = space.Previous;
        else space.Next.Space.Previous = space.Previous;
        space.Next = space.Previous = null;
        space.Queue = null;
    }
}

/// <summary>
/// Where connections rest that need no thread: between requests, while the client does not take what is sent, while it lingers. Any worker
/// parks; one thread, the poller, waits here and takes out what became ready, is called by another thread, or has waited too long. After
/// <see cref="Park"/> has armed the connection the parking worker must not touch it any more: another thread may own it. A connection that idles
/// here for a while gives HTTP up and keeps only what it cannot be without; the poller does that itself, because no application runs in it.
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
    private Connection?[] _byDescriptor = new Connection?[256];
    private long _nextLook = long.MaxValue; // nothing is to be looked at before; moves back when the poller has looked

    /// <summary>An empty lot.</summary>
    /// <param name="poller">What its poller waits on.</param>
    /// <param name="number">0 to 31, another one for each lot of a child.</param>
    public ParkingLot(Epoll poller, int number = 0)
    {
        _poller = poller;
        _bit = 1u << number;
        poller.Add(_wake.Number);
    }

    /// <summary>Parked connections that wait for this; read by anyone, may be a moment old.</summary>
    public int Count(WaitKind kind) => Volatile.Read(ref _counts[(int)kind]);

    /// <inheritdoc/>
    public bool Park(Connection connection, Wants known, Ready wanted) => Put(connection, known, wanted, evenIfCalled: false);

    private bool Put(Connection connection, Wants known, Ready wanted, bool evenIfCalled)
    {
        long now = Environment.TickCount64;
        long alarm = known == Wants.Read && connection.MayRest ? Math.Min(connection.Deadline, now + RestAfterMs) : connection.Deadline;
        long length = alarm == long.MaxValue ? long.MaxValue : (alarm - now + 50) / 100; // equal time-outs fall into one queue
        bool isFirst, sleeps;
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
            queue.Append(connection);
            _counts[(int)connection.Wait]++;
            isFirst = alarm < _nextLook;
            if (isFirst) _nextLook = alarm;
            bool isKnown = (connection.Space.KnownTo & _bit) != 0;
            if (wanted != Ready.None) connection.Space.KnownTo |= _bit;
            errno = wanted == Ready.None ? 0 // it waits for a call alone; armed for nothing, epoll would still tell of a client that has left
                : isKnown ? _poller.ArmOnce(connection.Descriptor, wanted) : _poller.AddOnce(connection.Descriptor, wanted);
        }
        if (errno != 0) connection.Abort();
        if (errno != 0 || !sleeps) Call(connection); // its events will not come; it has been called before it slept
        if (isFirst) _wake.Signal(); // the poller sleeps longer
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
            until = Math.Min(until, _nextLook);
        }
        return _poller.Wait(Poll.Until(until));
    }

    /// <summary>The poller: takes out the connection that an event is about; null when it was taken out for another reason, or there is none.</summary>
    public Connection? TakeOut(int descriptor)
    {
        if (descriptor == _wake.Number)
        {
            _wake.Clear();
            return null;
        }
        lock (_gate)
        {
            var connection = (uint)descriptor < (uint)_byDescriptor.Length ? _byDescriptor[descriptor] : null;
            if (connection is not null) Remove(connection);
            return connection;
        }
    }

    /// <summary>Another thread wants something of a parked connection. Any thread.</summary>
    public void Call(Connection connection)
    {
        lock (_gate)
        {
            if (!IsHere(connection) || connection.Space.IsCalled) return;
            connection.Space.IsCalled = true;
            _called.Enqueue(connection);
        }
        _wake.Signal();
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
            bool rests = mayEnd && connection.Rest();
            Put(connection, mayEnd && !rests ? Wants.None : Wants.Read, rests ? Ready.In : Ready.None, evenIfCalled: true);
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
    private bool IsHere(Connection connection) => connection.Descriptor < _byDescriptor.Length && _byDescriptor[connection.Descriptor] == connection;

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
        _byDescriptor[connection.Descriptor] = null;
        connection.Space.Queue!.Remove(connection);
        connection.Space.IsCalled = false;
        _counts[(int)connection.Wait]--;
        connection.Wishes.EndSleep();
    }
}
