namespace Manifold.Shared;

/// <summary>
/// A child's records for requests that have no thread at the moment, because their connections are parked (the client or the application takes its
/// time): what the thread's record said is kept here, and goes with what was counted meanwhile into the record of the thread that takes the request up
/// again. The scoreboard has room for so many; beyond that a record is where only this process sees it. Any thread; nothing here is touched by requests
/// that never park.
/// </summary>
internal sealed class ParkedRecords
{
    private readonly Lock _gate = new();
    private readonly Stack<WorkerRow> _free = new();

    public ParkedRecords(Scoreboard board, int slot)
    {
        for (int i = Scoreboard.ParkedPerSlot - 1; i >= 0; i--) _free.Push(board.ParkedRow(slot, i));
    }

    /// <summary>Keeps what a thread's record says of its request.</summary>
    public WorkerRow Keep(WorkerRow row)
    {
        WorkerRow? kept;
        lock (_gate) _free.TryPop(out kept);
        if (kept is null) kept = WorkerRow.OffTheBoard();
        else kept.Claim(row.Generation);
        kept.ContinueRequest(row);
        return kept;
    }

    /// <summary>A thread goes on with a request that was kept.</summary>
    public void Restore(WorkerRow kept, WorkerRow into)
    {
        into.ContinueRequest(kept);
        into.TakeCounts(kept);
        kept.Status = WorkerStatus.Dead;
        if (kept.IsOffTheBoard) kept.Free();
        else lock (_gate) _free.Push(kept);
    }
}
