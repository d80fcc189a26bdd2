using Manifold.Connections;
using Manifold.Os;
using Manifold.Shared;

namespace Manifold.HandOffs;

/// <summary>A connection that needs a thread, with what is known of its socket.</summary>
internal readonly record struct Job(Connection Connection, Ready Ready);

/// <summary>
/// The FIFO between one listener and its workers, and the count of idle workers that goes with it (httpd's queue and queue info). Only the
/// listener pushes; any worker pops, and sleeps here while there is nothing. The rule that keeps processes fair: a listener does not accept
/// before <see cref="WaitForSpareWorker"/> or <see cref="Spare"/> has told it that a worker is idle for the connection, so another process
/// with idle workers gets it. One worker at a time is being woken: who wakes up and leaves jobs behind wakes the next, so a burst of
/// short jobs is done by few threads and long ones still get all that there are. The worker that slept last is woken first.
/// </summary>
internal sealed class JobQueue
{
    private readonly Lock _gate = new();
    private readonly Queue<Job> _jobs = new();
    private readonly List<WorkerThread> _asleep = []; // a stack: the last one is woken first; who is dismissed is taken from below
    private readonly Sleeper _listener = new();
    private readonly HashSet<WorkerThread> _leaving = []; // dismissed, woken and not yet gone
    private int _waiting;       // workers without a job: asleep, or on their way to one
    private bool _isWaking;
    private bool _listenerWaits;
    private bool _ended;

    /// <summary>Idle workers for which no job is queued; negative while jobs wait for workers.</summary>
    public int Spare
    {
        get
        {
            lock (_gate) return _waiting - _jobs.Count;
        }
    }

    /// <summary>Listener: blocks until a worker is spare; false when the queue was ended.</summary>
    public bool WaitForSpareWorker()
    {
        for (;;)
        {
            lock (_gate)
            {
                _listenerWaits = !_ended && _waiting - _jobs.Count <= 0;
                if (!_listenerWaits) return !_ended;
            }
            _listener.Sleep();
        }
    }

    /// <summary>Listener: hands a job over.</summary>
    public void Push(Job job)
    {
        WorkerThread? next;
        lock (_gate)
        {
            _jobs.Enqueue(job);
            next = NextToWake();
        }
        next?.Sleeper.Wake();
    }

    /// <summary>
    /// Worker: the next job; sleeps while there is none. Null = it was dismissed. <paramref name="spare"/> is told when this worker finds nothing
    /// to do.
    /// </summary>
    public Job? Pop(WorkerThread me, Action? spare = null)
    {
        me.Row.Status = WorkerStatus.Ready;
        bool listenerWaits;
        lock (_gate)
        {
            _waiting++;
            if (TryTake(out var job)) return job;
            _asleep.Add(me);
            listenerWaits = _listenerWaits;
        }
        if (listenerWaits) _listener.Wake();
        spare?.Invoke();
        for (;;)
        {
            me.Sleeper.Sleep();
            Job job;
            WorkerThread? next;
            lock (_gate)
            {
                if (_leaving.Remove(me)) return null;
                _isWaking = false;
                if (!TryTake(out job))
                {
                    _asleep.Add(me);
                    continue;
                }
                next = NextToWake();
            }
            next?.Sleeper.Wake();
            return job;
        }
    }

    /// <summary>No more connections will be accepted: releases a listener that waits for a worker. Queued jobs are still served.</summary>
    public void EndAccepting()
    {
        lock (_gate) _ended = true;
        _listener.Wake();
    }

    /// <summary>Lets up to <paramref name="count"/> idle workers, those that have slept longest, leave.</summary>
    public void Dismiss(int count)
    {
        WorkerThread[] gone;
        lock (_gate)
        {
            gone = [.. _asleep.Take(Math.Min(count, Math.Max(0, _waiting - _jobs.Count)))];
            _asleep.RemoveRange(0, gone.Length);
            _leaving.UnionWith(gone);
            _waiting -= gone.Length;
        }
        foreach (var worker in gone) worker.Sleeper.Wake();
    }

    private bool TryTake(out Job job)
    {
        if (!_jobs.TryDequeue(out job)) return false;
        _waiting--;
        return true;
    }

    private WorkerThread? NextToWake()
    {
        if (_isWaking || _jobs.Count == 0 || _asleep.Count == 0) return null;
        var next = _asleep[^1];
        _asleep.RemoveAt(_asleep.Count - 1);
        _isWaking = true;
        return next;
    }
}
