using Manifold.Shared;

namespace Manifold.Populations;

/// <summary>Sizes of a population of single-threaded children, after all corrections.</summary>
/// <param name="MinSpareServers">Fewest idle children.</param>
/// <param name="MaxSpareServers">Most idle children.</param>
/// <param name="MaxRequestWorkers">Most children.</param>
/// <param name="Buckets">Number of buckets of listening sockets.</param>
internal readonly record struct ServerSizing(int MinSpareServers, int MaxSpareServers, int MaxRequestWorkers, int Buckets = 1);

/// <summary>
/// Keeps the number of idle single-threaded children between two bounds. One call is one tick, at most one a second; pure, never blocks,
/// allocates nothing once its lists have grown. Master thread. Held: no slot from MaxRequestWorkers on is used; a tick starts some or
/// retires one, never both; children that were started and are not ready count as idle, else a slow start would be answered by more
/// starts; but none is retired for them, and the rate stays: who they were started for may be waiting. Children of an earlier generation occupy
/// slots, but are not idle. One spawn rate for all buckets: the memory is made for one bucket. Algorithm: httpd 2.4 prefork, but for those that start.
/// </summary>
internal sealed class SpareServers(ServerSizing sizing, PopulationMemory memory) : IPopulation
{
    private const int BusyRate = 8;
    private readonly PopulationStep _step = new();
    private int _retireBucket = -1;

    /// <summary>Decides what this tick does. The result is valid until the next call.</summary>
    public PopulationStep Tick(PopulationView view)
    {
        _step.Clear();
        var rates = memory.Rates;
        int idle = 0, ready = 0, total = 0, limit = Math.Min(sizing.MaxRequestWorkers, view.Slots), highest = 0;
        for (int slot = 0; slot < limit; slot++)
        {
            if (!view.Occupied(slot))
            {
                if (_step.Start.Count < rates[0]) _step.Start.Add(slot);
                continue;
            }
            total++;
            highest = slot + 1;
            if (IsIdle(view, slot)) idle++;
            if (IsReady(view, slot)) ready++;
        }
        _step.HighestUsed = highest;

        bool tooFew = idle < sizing.MinSpareServers;
        if (tooFew && _step.Start.Count > 0) StartSome(idle, total);
        else
        {
            _step.Start.Clear();
            if (tooFew || ready >= sizing.MinSpareServers) rates.Reset(0); // else those who were started for it are still to come
            if (tooFew) ReportLimit(idle, total);
            else if (ready > sizing.MaxSpareServers) _step.Retire.Add(Surplus(view, limit));
        }
        return _step;
    }

    private static bool IsIdle(PopulationView view, int slot) =>
        IsReady(view, slot) || (view.Stays(slot) && ((view[slot] & SlotFlags.Starting) != 0 || view.Threads(slot)[0] == WorkerStatus.Starting));

    private static bool IsReady(PopulationView view, int slot) =>
        view.Stays(slot) && (view[slot] & SlotFlags.Starting) == 0 && view.Threads(slot)[0] == WorkerStatus.Ready;

    private void StartSome(int idle, int total)
    {
        int rate = memory.Rates[0];
        if (rate >= BusyRate) _step.Reports.Add(new(PopulationNotice.Busy, 0, rate, idle, total));
        _step.HighestUsed = Math.Max(_step.HighestUsed, _step.Start[^1] + 1);
        memory.Rates.Started(0);
    }

    private void ReportLimit(int idle, int total)
    {
        if (memory.LimitReported) return;
        memory.LimitReported = true;
        _step.Reports.Add(new(PopulationNotice.LimitReached, 0, memory.Rates[0], idle, total));
    }

    /// <summary>The buckets take turns; in a bucket the idle child with the highest slot goes, so that low slots stay used.</summary>
    private Retirement Surplus(PopulationView view, int limit)
    {
        for (int turn = 0; turn < sizing.Buckets; turn++)
        {
            _retireBucket = (_retireBucket + 1) % sizing.Buckets;
            for (int slot = limit - 1; slot >= 0; slot--)
            {
                if (slot % sizing.Buckets == _retireBucket && IsReady(view, slot)) return new(_retireBucket, slot);
            }
        }
        throw new InvalidOperationException("There are ready children, but in no bucket."); // a bug: the caller counted them
    }
}
