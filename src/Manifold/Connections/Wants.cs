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
    /// <summary>A pending read is to end without data.</summary>
    CancelRead = 4,
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
}

/// <summary>
/// For each wait of a connection: does the owning thread block, or does the connection park in a poller and free the thread? This table and
/// little else tells prefork and worker from event.
/// </summary>
internal sealed class WaitTable
{
    private readonly bool[] _parks = new bool[6];

    private WaitTable(params ReadOnlySpan<WaitKind> parked)
    {
        foreach (var kind in parked) _parks[(int)kind] = true;
    }

    /// <summary>Every wait blocks the owner.</summary>
    public static WaitTable Block { get; } = new();

    /// <summary>The connection parks while it keeps alive, writes or lingers; the owner blocks for a request's head and body.</summary>
    public static WaitTable ParkBetweenRequests { get; } = new(WaitKind.FirstByte, WaitKind.KeepAlive, WaitKind.Write, WaitKind.Linger);

    public bool Parks(WaitKind kind) => _parks[(int)kind];
}
