using System.Collections.Concurrent;

namespace Manifold.Httpd.Requests;

/// <summary>
/// The room that the caches of all servers of a child share, bounded in targets and bytes: what was remembered first and not used since leaves first, whichever server
/// it belongs to. However many virtual hosts there are, a child does not grow beyond it. Any thread; no locks.
/// </summary>
internal sealed class CacheRoom(int mostTargets, long mostBytes)
{
    private readonly ConcurrentQueue<(ResolutionCache Cache, Resolution Outcome)> _order = new();
    private int _count;
    private long _bytes;

    /// <summary>Bytes that are taken.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>False for what would never find a place.</summary>
    public bool Takes(Resolution outcome) => mostTargets > 0 && outcome.Cost <= mostBytes;

    /// <summary>A cache has remembered something: others make place.</summary>
    public void Enter(ResolutionCache cache, Resolution outcome)
    {
        _order.Enqueue((cache, outcome));
        Interlocked.Increment(ref _count);
        Interlocked.Add(ref _bytes, outcome.Cost);
        // An entry that fell out at validation still counts until its turn in the queue comes.
        while ((Volatile.Read(ref _count) > mostTargets || Bytes > mostBytes) && _order.TryDequeue(out var oldest))
        {
            if (oldest.Outcome.Used && oldest.Cache.Has(oldest.Outcome))
            {
                oldest.Outcome.Used = false;
                _order.Enqueue(oldest);
                continue;
            }
            oldest.Cache.Remove(oldest.Outcome);
            Interlocked.Decrement(ref _count);
            Interlocked.Add(ref _bytes, -oldest.Outcome.Cost);
        }
    }
}
