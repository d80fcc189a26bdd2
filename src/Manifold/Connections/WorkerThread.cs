using Manifold.Os;
using Manifold.Shared;

namespace Manifold.Connections;

/// <summary>
/// One thread of an MPM: its name, its scoreboard record, and the wake-up by which others reach it while it waits. It waits in three
/// places only: <see cref="Poll"/> on a socket, <see cref="AwaitNextRequest"/>, and <see cref="SleepUntilWoken"/> for the application.
/// </summary>
internal sealed class WorkerThread(string name, WorkerRow row) : IOwner
{
    private Connection? _receiving;

    public string Name => name;

    public WorkerRow Row => row;

    public EventFd Wake { get; } = new();

    void IOwner.Call(Connection connection) => Wake.Signal();

    /// <summary>Where the thread sleeps while it has no connection.</summary>
    public Sleeper Sleeper { get; } = new();

    /// <summary>What it has to say to access logs, where it serves many connections in a round.</summary>
    public LogRound Lines { get; } = new();

    /// <summary>Who counts the thread while it runs; null = nobody.</summary>
    public IRunCount? RunCount { get; set; }

    /// <summary>
    /// Waits until <paramref name="descriptor"/> is ready, someone calls <see cref="Wake"/>, or <paramref name="deadline"/> (TickCount64) has
    /// passed. None = not ready.
    /// </summary>
    public Ready Poll(int descriptor, Ready wanted, long deadline)
    {
        Span<Poll.Entry> entries = [new Poll.Entry(descriptor, wanted), new Poll.Entry(Wake.Number, Ready.In)];
        RunCount?.Blocks();
        if (Os.Poll.Wait(entries, Os.Poll.Until(deadline)) > 0 && entries[1].Found != Ready.None) Wake.Clear();
        RunCount?.Runs();
        return entries[0].Found;
    }

    /// <summary>Waits for the next request of a connection that has none. True when bytes have come.</summary>
    public bool AwaitNextRequest(Connection connection, IChildLife state)
    {
        Volatile.Write(ref _receiving, connection);
        RunCount?.Blocks();
        Interlocked.MemoryBarrier(); // either we see that the child ends, or Interrupt sees the connection
        if (state.IsEnding) connection.TimedOut();
        else connection.AwaitNextRequest();
        RunCount?.Runs();
        Volatile.Write(ref _receiving, null);
        return !connection.Input.IsEmpty;
    }

    /// <summary>A connection's wait has taken too long, or its time is over. False when it is closed; else it is to be served.</summary>
    public bool EndWait(Connection connection)
    {
        try
        {
            connection.OwnedBy(this);
            if (connection.Failure is not { IsTold: false }) connection.TimedOut();
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            connection.Fail(e);
        }
        return !connection.IsClosed;
    }

    /// <summary>Ends whatever wait the thread is in. Any thread.</summary>
    public void Interrupt()
    {
        Volatile.Read(ref _receiving)?.Socket.End(ConnectionSocket.Side.Receiving); // a request in progress is still answered
        Wake.Signal();
    }

    /// <summary>Waits for <see cref="Wake"/> alone, for ever: the application decides how long it takes.</summary>
    public void SleepUntilWoken()
    {
        Span<Poll.Entry> entries = [new Poll.Entry(Wake.Number, Ready.In)];
        RunCount?.Blocks();
        if (Os.Poll.Wait(entries, -1) > 0) Wake.Clear();
        RunCount?.Runs();
    }
}
