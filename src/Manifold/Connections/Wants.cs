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

/// <summary>For what a connection waits: decides who waits and how long.</summary>
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
