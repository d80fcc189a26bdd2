namespace Manifold.Shared;

/// <summary>
/// What a worker thread is doing, as its scoreboard record says. Numbers, order and letters are httpd's: up to <see cref="Ready"/> a thread
/// counts as idle, from <see cref="Ready"/> to below <see cref="Graceful"/> as active.
/// </summary>
public enum WorkerStatus : byte
{
    /// <summary>No thread: an open slot.</summary>
    Dead = 0,
    /// <summary>Being started.</summary>
    Starting = 1,
    /// <summary>Waits for a connection or for the accept lock.</summary>
    Ready = 2,
    /// <summary>Reads a request.</summary>
    BusyRead = 3,
    /// <summary>Handles a request or sends its response.</summary>
    BusyWrite = 4,
    /// <summary>Waits for the next request of a kept connection.</summary>
    BusyKeepAlive = 5,
    /// <summary>Writes the log.</summary>
    BusyLog = 6,
    /// <summary>Looks up a name; kept for the numbering.</summary>
    BusyDns = 7,
    /// <summary>Closes a connection.</summary>
    Closing = 8,
    /// <summary>Finishes what it has and ends.</summary>
    Graceful = 9,
    /// <summary>Was told to end because there are too many idle threads.</summary>
    IdleKill = 10,
}

/// <summary>The letters of the status page.</summary>
public static class WorkerStatusLetters
{
    private const string Letters = ".S_RWKLDCGI";

    /// <summary>The letter for <paramref name="status"/>; a number that no status has (children can write it) is a question mark.</summary>
    public static char Letter(this WorkerStatus status) => (int)status < Letters.Length ? Letters[(int)status] : '?';
}
