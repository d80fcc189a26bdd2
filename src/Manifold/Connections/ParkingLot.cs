using Manifold.Os;

namespace Manifold.Connections;

/// <summary>A connection's place in the parking lot: its neighbours in the queue of waits that take equally long.</summary>
internal struct ParkingSpace
{
    public Connection? Next, Previous;
    public DeadlineQueue? Queue;
    public bool KnownToPoller;
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
/// parks; one thread, the poller, takes out what became ready or has waited too long. After <see cref="Park"/> has armed the connection the
/// parking worker must not touch it any more: another thread may own it.
/// </summary>
internal sealed class ParkingLot(Epoll poller) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(WaitKind Kind, long Length), DeadlineQueue> _queues = [];
    private readonly int[] _counts = new int[6];
    private Connection?[] _byDescriptor = new Connection?[256];

    /// <summary>Parked connections that wait for this; read by anyone, may be a moment old.</summary>
    public int Count(WaitKind kind) => Volatile.Read(ref _counts[(int)kind]);

    /// <summary>Gives the connection up until it is ready or its deadline has passed.</summary>
    public void Park(Connection connection, Ready wanted)
    {
        long length = (connection.Deadline - Environment.TickCount64 + 50) / 100; // equal time-outs fall into one queue
        lock (_gate)
        {
            if (connection.Descriptor >= _byDescriptor.Length)
                Array.Resize(ref _byDescriptor, Math.Max(connection.Descriptor + 1, _byDescriptor.Length * 2));
            _byDescriptor[connection.Descriptor] = connection;
            if (!_queues.TryGetValue((connection.Wait, length), out var queue)) _queues[(connection.Wait, length)] = queue = new DeadlineQueue();
            queue.Append(connection);
            _counts[(int)connection.Wait]++;
            bool known = connection.Space.KnownToPoller;
            connection.Space.KnownToPoller = true;
            int errno = known ? poller.ArmOnce(connection.Descriptor, wanted) : poller.AddOnce(connection.Descriptor, wanted);
            if (errno != 0) connection.Abort(new Microsoft.AspNetCore.Connections.ConnectionAbortedException(Errno.Text(errno)));
        }
    }

    /// <summary>Takes out the connection that an event of the poller is about; null when it has just been taken out for another reason.</summary>
    public Connection? TakeOut(int descriptor)
    {
        lock (_gate)
        {
            var connection = (uint)descriptor < (uint)_byDescriptor.Length ? _byDescriptor[descriptor] : null;
            if (connection is not null) Remove(connection);
            return connection;
        }
    }

    /// <summary>Takes out one connection whose wait has taken too long, or that is idle when <paramref name="idleToo"/>; null = none.</summary>
    public Connection? TakeOutExpired(long now, bool idleToo)
    {
        lock (_gate)
        {
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

    /// <summary>When the next wait ends (TickCount64); long.MaxValue = none. <paramref name="parked"/>: how many wait at this moment.</summary>
    public long NextDeadline(out int parked)
    {
        long next = long.MaxValue;
        parked = 0;
        lock (_gate)
        {
            foreach (int count in _counts) parked += count;
            foreach (var queue in _queues.Values)
                if (queue.First is { } first) next = Math.Min(next, first.Deadline);
        }
        return next;
    }

    public void Dispose() => poller.Dispose();

    private void Remove(Connection connection)
    {
        _byDescriptor[connection.Descriptor] = null;
        connection.Space.Queue!.Remove(connection);
        _counts[(int)connection.Wait]--;
    }
}
