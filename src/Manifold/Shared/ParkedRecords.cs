namespace Manifold.Shared;

/// <summary>
/// A child's records for requests that have no thread at the moment, because their connections are parked (the client is slow to take the
/// response): what the thread's record said is kept here, and goes into the record of the thread that takes the request up again. Bounded: when
/// all are in use, a request is parked without one. Any thread; nothing here is touched by requests that never park.
/// </summary>
internal sealed class ParkedRecords
{
    private readonly Lock _gate = new();
    private readonly Stack<WorkerRow> _free = new();

    public ParkedRecords(Scoreboard board, int slot)
    {
        for (int i = Scoreboard.ParkedPerSlot - 1; i >= 0; i--) _free.Push(board.ParkedRow(slot, i));
    }

    /// <summary>Keeps what a thread's record says of its request; null = there is no room.</summary>
    public WorkerRow? Keep(WorkerRow row)
    {
        WorkerRow? kept;
        lock (_gate)
        {
            if (!_free.TryPop(out kept)) return null;
        }
        kept.Claim(row.Generation);
        kept.ContinueRequest(row);
        return kept;
    }

    /// <summary>A thread goes on with a request that was kept.</summary>
    public void Restore(WorkerRow kept, WorkerRow into)
    {
        into.ContinueRequest(kept);
        kept.Status = WorkerStatus.Dead;
        lock (_gate) _free.Push(kept);
    }
}
