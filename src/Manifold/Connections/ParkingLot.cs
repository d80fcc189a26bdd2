using Manifold.Os;

namespace Manifold.Connections;

/// <summary>A connection's place in a parking lot: its neighbours in the queue of waits that take equally long, and whose epoll knows it.</summary>
internal struct ParkingSpace
{
    public Connection? Next, Previous;
    public DeadlineQueue? Queue;
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
/// <see cref="Park"/> has armed the connection the parking worker must not touch it any more: another thread may own it.
/// </summary>
internal sealed class ParkingLot : IParking, IOwner, IDisposable
{
    private readonly Lock _gate = new();
    private readonly Epoll _poller;
    private readonly EventFd _wake = new();
    private readonly uint _bit;
    private readonly Dictionary<(WaitKind Kind, long Length), DeadlineQueue> _queues = [];
    private readonly Queue<Connection> _called = new();
    private readonly int[] _counts = new int[7];
    private Connection?[] _byDescriptor = new Connection?[256];
    private long _nextLook = long.MaxValue; // no wait ends before; moves back when the poller has looked

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
    public bool Park(Connection connection, Wants known, Ready wanted)
    {
        // Equal time-outs fall into one queue.
        long length = connection.Deadline == long.MaxValue ? long.MaxValue : (connection.Deadline - Environment.TickCount64 + 50) / 100;
        bool isFirst;
        int errno;
        lock (_gate)
        {
            connection.Wishes.Owner = this;
            if (!connection.Wishes.BeginSleep(known)) return false;
            if (connection.Descriptor >= _byDescriptor.Length)
                Array.Resize(ref _byDescriptor, Math.Max(connection.Descriptor + 1, _byDescriptor.Length * 2));
            _byDescriptor[connection.Descriptor] = connection;
            if (!_queues.TryGetValue((connection.Wait, length), out var queue))
                _queues[(connection.Wait, length)] = queue = new DeadlineQueue();
            queue.Append(connection);
            _counts[(int)connection.Wait]++;
            isFirst = connection.Deadline < _nextLook;
            if (isFirst) _nextLook = connection.Deadline;
            bool isKnown = (connection.Space.KnownTo & _bit) != 0;
            if (wanted != Ready.None) connection.Space.KnownTo |= _bit;
            errno = wanted == Ready.None ? 0 // it waits for a call alone; armed for nothing, epoll would still tell of a client that has left
                : isKnown ? _poller.ArmOnce(connection.Descriptor, wanted) : _poller.AddOnce(connection.Descriptor, wanted);
        }
        if (errno != 0)
        {
            connection.Abort();
            Call(connection); // its events will not come
        }
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
            // A deadline that nobody waits for any more is looked at once; with it, parking anew and anew need not wake the poller.
            if (_nextLook <= Environment.TickCount64) _nextLook = EarliestDeadline();
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

    /// <summary>Takes out one connection whose wait has taken too long, or that is idle when <paramref name="idleToo"/>; null = none.</summary>
    public Connection? TakeOutExpired(long now, bool idleToo)
    {
        lock (_gate)
        {
            if (now < _nextLook && !idleToo) return null;
            foreach (var ((kind, _), queue) in _queues)
            {
                if (queue.First is not { } first) continue;
                if (first.Deadline > now && !(idleToo && kind is WaitKind.KeepAlive or WaitKind.FirstByte)) continue;
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

    /// <summary>When the next wait ends. Drops queues that have become empty.</summary>
    private long EarliestDeadline()
    {
        long next = long.MaxValue;
        foreach (var (key, queue) in _queues)
        {
            if (queue.First is { } first) next = Math.Min(next, first.Deadline);
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
