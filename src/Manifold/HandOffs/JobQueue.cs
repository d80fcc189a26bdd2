using Manifold.Child;
using Manifold.Connections;
using Manifold.Os;
using Manifold.Shared;

namespace Manifold.HandOffs;

/// <summary>A connection that needs a thread, with what is known of its socket.</summary>
internal readonly record struct Job(Connection Connection, Ready Ready);

/// <summary>
/// The FIFO between one listener and its workers, and the count of idle workers that goes with it (httpd's queue and queue info). Only the
/// listener pushes; any worker pops and blocks here while there is nothing. The rule that keeps processes fair: a listener does not accept
/// before <see cref="WaitForSpareWorker"/> or <see cref="Spare"/> has told it that a worker is idle for the connection, so another process
/// with idle workers gets it.
/// </summary>
internal sealed class JobQueue
{
    private readonly object _gate = new();
    private readonly Queue<Job> _jobs = new();
    private int _waiting;
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
        lock (_gate)
        {
            while (_waiting - _jobs.Count <= 0 && !_ended)
            {
                _listenerWaits = true;
                Monitor.Wait(_gate);
            }
            _listenerWaits = false;
            return !_ended;
        }
    }

    /// <summary>Listener: hands a job over; wakes one worker.</summary>
    public void Push(Job job)
    {
        lock (_gate)
        {
            _jobs.Enqueue(job);
            if (_waiting > 0) Monitor.Pulse(_gate);
        }
    }

    /// <summary>Worker: the next job; blocks while there is none. <paramref name="spare"/> is told when this worker becomes spare.</summary>
    public Job Pop(WorkerThread me, Action? spare = null)
    {
        me.Row.Status = WorkerStatus.Ready;
        lock (_gate)
        {
            _waiting++;
            if (_listenerWaits) Monitor.PulseAll(_gate);
            else if (_jobs.Count == 0) spare?.Invoke();
            while (_jobs.Count == 0) Monitor.Wait(_gate);
            _waiting--;
            return _jobs.Dequeue();
        }
    }

    /// <summary>No more connections will be accepted: releases a listener that waits for a worker. Queued jobs are still served.</summary>
    public void EndAccepting()
    {
        lock (_gate)
        {
            _ended = true;
            Monitor.PulseAll(_gate);
        }
    }
}
