using Manifold.Os;
using Manifold.Shared;

namespace Manifold.Connections;

/// <summary>What a connection needs from its owner. Set from any thread, taken by the owner only.</summary>
[Flags]
internal enum Wants
{
    /// <summary>Nothing: the application runs, or waits for something that is not this connection.</summary>
    None = 0,
    /// <summary>Someone awaits bytes from the client.</summary>
    Read = 1,
    /// <summary>Someone awaits room to send.</summary>
    Write = 2,
    /// <summary>A pending read or flush is to end without waiting.</summary>
    Cancel = 4,
    /// <summary>The HTTP loop has ended: linger and close.</summary>
    Close = 8,
    /// <summary>The owner rests until one of the others is set.</summary>
    OwnerSleeps = 16,
}

/// <summary>For what a connection waits: decides who waits (<see cref="WaitTable"/>) and how long.</summary>
internal enum WaitKind
{
    /// <summary>The first byte on a new connection.</summary>
    FirstByte,
    /// <summary>The rest of a request head.</summary>
    Head,
    /// <summary>A request body.</summary>
    Body,
    /// <summary>The next request.</summary>
    KeepAlive,
    /// <summary>Room to send.</summary>
    Write,
    /// <summary>The client's end of the connection after ours.</summary>
    Linger,
    /// <summary>The application, which waits for something that is not this connection.</summary>
    Gap,
}

/// <summary>How a wait looks on the scoreboard.</summary>
internal static class WaitKinds
{
    public static WorkerStatus Status(this WaitKind kind) => kind switch
    {
        WaitKind.FirstByte or WaitKind.Head => WorkerStatus.BusyRead,
        WaitKind.KeepAlive => WorkerStatus.BusyKeepAlive,
        WaitKind.Linger => WorkerStatus.Closing,
        _ => WorkerStatus.BusyWrite,
    };
}

/// <summary>Where connections rest that have no thread: the parking lot, or a thread that takes them over.</summary>
internal interface IParking
{
    /// <summary>
    /// Gives the connection up until it is <paramref name="wanted"/>, called, or its deadline has passed. False when it is wanted for something
    /// else than <paramref name="known"/> already: then it is still the caller's. <paramref name="unused"/> is what the last owner was told of
    /// the socket and has not used up; it matters where the poller tells of changes only.
    /// </summary>
    bool Park(Connection connection, Wants known, Ready wanted, Ready unused = Ready.None);

    /// <summary>Something has changed that those who are parked do not know of. Any thread; a connection that was parked is not its parker's to call.</summary>
    void LookAround();
}

/// <summary>
/// For each wait of a connection: does the owning thread block, or does the connection park and free the thread, and where? This table and
/// little else tells prefork and worker from event and pipeline.
/// </summary>
internal sealed class WaitTable
{
    private readonly IParking[]?[] _places = new IParking[7][];

    /// <summary>Every wait blocks the owner.</summary>
    public static WaitTable Block { get; } = new();

    /// <summary>The connection parks while it keeps alive, writes or lingers; the owner blocks for a request's head and body.</summary>
    public static WaitTable ParkBetweenRequests(IParking place) =>
        new WaitTable().Park([place], WaitKind.FirstByte, WaitKind.KeepAlive, WaitKind.Write, WaitKind.Linger);

    /// <summary>No wait blocks; all are in one place.</summary>
    public static WaitTable ParkHere(IParking place) => ParkAlways([place], [place]);

    /// <summary>No wait blocks: what comes from the client is waited for at one of the readers, the rest at one of the writers.</summary>
    public static WaitTable ParkAlways(IParking[] readers, IParking[] writers) => new WaitTable()
        .Park(readers, WaitKind.FirstByte, WaitKind.Head, WaitKind.Body, WaitKind.KeepAlive)
        .Park(writers, WaitKind.Write, WaitKind.Linger, WaitKind.Gap);

    /// <summary>Where a connection parks for this; null = the owner blocks. A connection parks in the same place each time.</summary>
    public IParking? PlaceFor(WaitKind kind, Connection connection) => _places[(int)kind] is { } places ? places[connection.Id % places.Length] : null;

    private WaitTable Park(IParking[] places, params ReadOnlySpan<WaitKind> kinds)
    {
        foreach (var kind in kinds) _places[(int)kind] = places;
        return this;
    }
}
