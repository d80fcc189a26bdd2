using Manifold.Connections;

namespace Manifold.Child;

/// <summary>
/// What every thread of a child asks: may it still accept, is the child about to leave, how many connections does it hold. The order is
/// always Serving, Retiring (finish what came, take nothing new), Ending (finish only requests in progress).
/// </summary>
internal sealed class ChildState(int maxConnections) : IChildLife, IDisposable
{
    private readonly ManualResetEventSlim _idle = new(initialState: false);
    private int _connections;
    private long _rested;
    private int _budget = maxConnections > 0 ? maxConnections : int.MaxValue;
    private int _accepting;          // threads between Enter and Leave; -1 added when closed
    private volatile bool _retiring;
    private volatile bool _ending;

    private const int GateClosed = 1 << 30;

    /// <summary>True from the moment on when responses say Connection: close.</summary>
    public bool IsRetiring => _retiring;

    /// <summary>True when idle connections are closed at once (the master is gone, or time is up).</summary>
    public bool IsEnding => _ending;

    /// <summary>Open connections.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>How often a connection came to rest.</summary>
    public long Rested => Volatile.Read(ref _rested);

    /// <summary>Raised on the thread that first retires the child: wakes who waits for connections.</summary>
    public event Action? Retiring;

    /// <summary>Tells idle connections apart from busy ones; raised when the child starts ending.</summary>
    public event Action? Ending;

    /// <summary>
    /// Brackets an accept. Between a true answer and <see cref="LeaveAccept"/> the child does not end, so a connection that is taken in that
    /// time is served. False = accept nothing more.
    /// </summary>
    public bool EnterAccept()
    {
        if (_retiring) return false;
        if ((Interlocked.Increment(ref _accepting) & GateClosed) == 0) return true;
        Interlocked.Decrement(ref _accepting);
        return false;
    }

    /// <summary>Ends what <see cref="EnterAccept"/> began; <paramref name="accepted"/> connections were taken.</summary>
    public void LeaveAccept(int accepted)
    {
        if (accepted > 0) Took(accepted);
        Interlocked.Decrement(ref _accepting);
    }

    /// <summary>Connections were taken. Outside <see cref="EnterAccept"/> only by who keeps the child from ending in another way.</summary>
    public void Took(int connections)
    {
        Interlocked.Add(ref _connections, connections);
        if (Interlocked.Add(ref _budget, -connections) <= 0) Retire();
    }

    /// <summary>One connection less.</summary>
    public void ConnectionClosed()
    {
        if (Interlocked.Decrement(ref _connections) == 0 && _retiring) _idle.Set();
    }

    /// <summary>A connection has given up what HTTP held for it.</summary>
    public void ConnectionRests() => Interlocked.Increment(ref _rested);

    /// <summary>From now on nothing is accepted; what was accepted is served to its end. Any thread, any number of times.</summary>
    public void Retire()
    {
        lock (_idle)
        {
            if (_retiring) return;
            _retiring = true;
        }
        Interlocked.Or(ref _accepting, GateClosed);
        Retiring?.Invoke();
    }

    /// <summary>Retires, and closes connections as soon as no request is in progress on them.</summary>
    public void End()
    {
        Retire();
        _ending = true;
        Ending?.Invoke();
    }

    /// <summary>Waits until nothing is being accepted and no connection is open; false when <paramref name="milliseconds"/> passed before.</summary>
    public bool WaitUntilDrained(int milliseconds)
    {
        while ((Volatile.Read(ref _accepting) & ~GateClosed) != 0) Thread.Yield();
        if (Connections == 0) return true;
        _idle.Wait(milliseconds);
        _idle.Reset();
        return Connections == 0;
    }

    public void Dispose() => _idle.Dispose();
}
