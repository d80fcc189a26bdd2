using Manifold.Connections;
using Manifold.Os;

namespace Manifold.Driving;

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
