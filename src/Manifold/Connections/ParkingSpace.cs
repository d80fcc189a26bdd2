using Manifold.Os;

namespace Manifold.Connections;

/// <summary>
/// A connection's place in a parking lot: its neighbours in the queue of waits that take equally long, when it is to be looked at, and whose epoll knows it. Where epoll
/// tells of changes only: for what it is watched and waits, and what was told while it was not parked, or not wanted.
/// </summary>
internal struct ParkingSpace
{
    public Connection? Next, Previous;
    public DeadlineQueue? Queue;
    public long Alarm;
    public uint KnownTo;
    public bool IsCalled;
    public int ParkedIn; // the number of the lot's wait
    public Ready Watched, Wanted, Unused;
    private Ready _told; // the owner's

    /// <summary>The lot gives the connection to an owner, with all that is known of its socket.</summary>
    public void Tell() => (_told, Unused) = (Unused, Ready.None);

    /// <summary>The owner learns what is known of the socket.</summary>
    public Ready TakeTold()
    {
        var told = _told;
        _told = Ready.None;
        return told;
    }

    /// <summary>True when what is known of the socket is what the connection waits for.</summary>
    public readonly bool IsDue => Wanted != Ready.None
        && (Unused & (Wanted | Ready.Error | Ready.HangUp | ((Wanted & Ready.In) != 0 ? Ready.PeerEnded : Ready.None))) != 0;
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
