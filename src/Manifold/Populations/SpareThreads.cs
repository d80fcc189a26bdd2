using Manifold.Shared;

namespace Manifold.Populations;

/// <summary>
/// Keeps the number of idle threads over all children between two bounds by starting and retiring whole children; each bucket of
/// listening sockets by itself, with its share of the bounds, on the slots whose number modulo the number of buckets is its own.
/// One call is one tick, at most one a second; pure, never blocks, allocates nothing once its lists have grown. Master thread, one object
/// per generation. Held: the process limit; a tick starts some or retires one of a bucket, never both; a thread that its child has
/// not created yet counts as idle, else every slow start would be answered by more starts. Algorithm: httpd 2.4 worker and event.
/// </summary>
internal sealed class SpareThreads(ThreadSizing sizing, SpareThreadsStyle style, PopulationMemory memory) : IPopulation
{
    private const int BusyRate = 8;
    private readonly PopulationStep _step = new();
    private readonly List<int> _free = [], _partlyFree = [];
    private bool _anyChildWasHealthy;
    private int _total, _staying; // children now; those of them that nobody has asked to end

    /// <summary>Decides what this tick does. The result is valid until the next call.</summary>
    public PopulationStep Tick(PopulationView view)
    {
        _step.Clear();
        _total = _staying = 0;
        for (int slot = 0; slot < view.Slots; slot++)
        {
            if (!view.Occupied(slot)) continue;
            _total++;
            if (view.Stays(slot)) _staying++;
            _step.HighestUsed = slot + 1;
        }
        for (int bucket = 0; bucket < sizing.Buckets; bucket++) Tick(view, bucket);
        return _step;
    }

    private void Tick(PopulationView view, int bucket)
    {
        var (idle, active, surplus) = Scan(view, bucket);
        if (memory.SickChild && !_anyChildWasHealthy)
        {
            if (bucket < sizing.Buckets - 1) return; // a later bucket may have a healthy one
            _step.Reports.Add(new(PopulationNotice.NoHealthyChild, bucket, memory.Rates[bucket], idle, _total));
            _step.GiveUp = true;
            return;
        }
        memory.SickChild = false;
        if (idle > sizing.MaxSpareThreads / sizing.Buckets)
        {
            if (MayRetire(view)) _step.Retire.Add(new(bucket, surplus));
            memory.Rates.Reset(bucket);
        }
        else if (idle < sizing.MinSpareThreads / sizing.Buckets) StartSome(bucket, idle, active);
        else memory.Rates.Reset(bucket);
    }

    /// <summary>Counts threads and collects slots for new children. Surplus is the staying child with the most idle threads.</summary>
    private (int Idle, int Active, int Surplus) Scan(PopulationView view, int bucket)
    {
        _free.Clear();
        _partlyFree.Clear();
        int idle = 0, active = 0, surplus = -1, most = -1;
        int end = style.UsesHeadRoom ? view.Slots : Math.Min(sizing.ProcessLimit, view.Slots);
        for (int slot = bucket; slot < end; slot += sizing.Buckets)
        {
            var threads = Count(view, slot);
            if (view.Occupied(slot))
            {
                idle += threads.Idle;
                active += threads.Active;
                if (threads.Active == view.ThreadsPerSlot) _anyChildWasHealthy = true;
                if (view.Stays(slot) && threads.Idle >= most) (surplus, most) = (slot, threads.Idle);
            }
            if (_free.Count >= memory.Rates[bucket]) continue;
            bool shared = style.SharesRetiringSlots && (view[slot] & SlotFlags.Retiring) != 0 && threads.Dead > 0;
            if (!view.Occupied(slot) || (shared && threads.Ended == view.ThreadsPerSlot)) _free.Add(slot);
            else if (shared && _partlyFree.Count < memory.Rates.Highest) _partlyFree.Add(slot);
        }
        return (idle, active, surplus);
    }

    private (int Idle, int Active, int Dead, int Ended) Count(PopulationView view, int slot)
    {
        int idle = 0, active = 0, dead = 0, ended = 0;
        bool starting = (view[slot] & SlotFlags.Starting) != 0;
        bool takesWork = view.Stays(slot) && !(style.IgnoresFullChildren && (view[slot] & SlotFlags.NotAccepting) != 0);
        foreach (var status in view.Threads(slot))
        {
            if (status == WorkerStatus.Dead) dead++;
            if (status is WorkerStatus.Dead or WorkerStatus.Graceful) ended++;
            if (takesWork && (status <= WorkerStatus.Ready || (starting && status < WorkerStatus.Graceful))) idle++;
            if (!starting && status is >= WorkerStatus.Ready and < WorkerStatus.Graceful) active++;
        }
        return (idle, active, dead, ended);
    }

    private bool MayRetire(PopulationView view) =>
        !style.UsesHeadRoom || _staying == _total || view.Slots - _total > sizing.ProcessLimit;

    private void StartSome(int bucket, int idle, int active)
    {
        var rates = memory.Rates;
        bool full = active >= sizing.MaxRequestWorkers / sizing.Buckets;
        int found = _free.Count + _partlyFree.Count;
        // event looks at the limit first; worker only when it has no slot
        if ((full && style.UsesHeadRoom) || found == 0)
        {
            if (full) ReportLimit(bucket, idle);
            else _step.Reports.Add(new(PopulationNotice.ScoreboardFull, bucket, rates[bucket], idle, _total));
            rates.Reset(bucket);
            return;
        }
        int count = Math.Min(found, rates[bucket]);
        if (style.UsesHeadRoom && count + _staying > sizing.ProcessLimit)
        {
            count = sizing.ProcessLimit - _staying;
            if (count <= 0)
            {
                rates.Reset(bucket);
                rates.HoldOffOnce();
                return;
            }
        }
        if (rates[bucket] >= BusyRate) _step.Reports.Add(new(PopulationNotice.Busy, bucket, rates[bucket], idle, _total));
        for (int i = 0; i < count; i++) _step.StartIn(i < _free.Count ? _free[i] : _partlyFree[i - _free.Count]);
        _total += count;
        _staying += count;
        rates.Started(bucket);
    }

    private void ReportLimit(int bucket, int idle)
    {
        if (idle == 0 ? memory.LimitReported : memory.NearLimitReported) return;
        if (idle == 0) memory.LimitReported = true;
        else memory.NearLimitReported = true;
        var notice = idle == 0 ? PopulationNotice.LimitReached : PopulationNotice.NearLimit;
        _step.Reports.Add(new(notice, bucket, memory.Rates[bucket], idle, _total));
    }
}
