namespace Manifold.Connections;

/// <summary>What a connection asks its child, and tells it. Any thread.</summary>
internal interface IChildLife
{
    /// <summary>True from the moment on when responses say Connection: close.</summary>
    bool IsRetiring { get; }

    /// <summary>True when idle connections are closed at once (the master is gone, or time is up).</summary>
    bool IsEnding { get; }

    /// <summary>One connection less.</summary>
    void ConnectionClosed();

    /// <summary>A connection has given up what HTTP held for it.</summary>
    void ConnectionRests();
}
