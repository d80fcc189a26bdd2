using System.Runtime.InteropServices;
using Manifold.Connections;
using Manifold.Shared;

namespace Manifold.HandOffs;

/// <summary>
/// Jobs on their way from listeners to workers through a <see cref="CompletionQueue"/>, and the places for them: one for each worker and one for each
/// listener, so that many listeners cannot hold all places while they wait for their next connection. A listener takes a place before it accepts
/// and blocks in <see cref="Reserve"/> while there is none; who has done a job gives its place back. Workers sleep in <see cref="Next"/>. "Die"
/// packets go through the same queue: who is idle leaves, who is busy leaves when it comes back, and jobs that were there before are still done.
/// Held: die packets are posted after the last job. Algorithm: httpd 2.4 winnt.
/// </summary>
internal sealed class CompletionJobs(int workers, int listeners, Action? outOfThreads = null) : IDisposable
{
    private const int Serve = 1, Die = 4; // the keys of the packets

    private readonly CompletionQueue _queue = new(concurrency: 0);
    private readonly SemaphoreSlim _places = new(workers + listeners);
    private volatile bool _ended;
    private int _said;

    /// <summary>Listener: takes a place for the next connection; blocks until there is one. False = nothing more is to be accepted.</summary>
    public bool Reserve()
    {
        if (!_places.Wait(0))
        {
            if (Interlocked.Exchange(ref _said, 1) == 0) outOfThreads?.Invoke();
            _places.Wait();
        }
        return !_ended;
    }

    /// <summary>Listener: hands a job over, for the place that it has reserved.</summary>
    public void Post(Job job) => _queue.Post(Serve, (long)GCHandle.ToIntPtr(GCHandle.Alloc(job)));

    /// <summary>Worker: the next job; sleeps while there is none, or while enough others run. Null = it has to leave.</summary>
    public Job? Next(WorkerThread me)
    {
        me.Row.Status = WorkerStatus.Ready;
        me.RunCount = _queue;
        if (_queue.Get(out int key, out long item) && key == Serve)
        {
            var handle = GCHandle.FromIntPtr((nint)item);
            var job = (Job)handle.Target!;
            handle.Free();
            return job;
        }
        _queue.Blocks(); // for good
        return null;
    }

    /// <summary>Worker: its job is done, and the place free.</summary>
    public void Done() => _places.Release();

    /// <summary>Nothing more will be accepted: releases listeners that wait for a place. Any thread, once.</summary>
    public void EndAccepting()
    {
        _ended = true;
        _places.Release(listeners);
    }

    /// <summary>Has so many workers leave, the idle ones at once. To be called when the last job has been posted.</summary>
    public void Dismiss(int count)
    {
        for (int i = 0; i < count; i++) _queue.Post(Die, 0);
    }

    /// <summary>Releases all who wait; not for a child at work, whose threads may come back.</summary>
    public void Dispose()
    {
        _queue.Dispose();
        _places.Dispose();
    }
}
