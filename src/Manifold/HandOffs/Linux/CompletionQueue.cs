using Manifold.Connections;
using Manifold.Os;

namespace Manifold.HandOffs;

/// <summary>
/// Packets for threads, with a bound on how many of these threads run: an I/O completion port where the system has none. Packets go first in,
/// first out; of the threads that wait in <see cref="Get"/> the one that came last goes first, and none goes while as many run as the bound says. A
/// thread runs from its return from Get to its next Get, except between <see cref="Blocks"/> and <see cref="Runs"/>. The kernel's port sees by itself
/// when a thread blocks; here the thread says so, and for one that does not (code that knows nothing of the queue) <see cref="Look"/> asks the
/// system while packets wait. Any thread; blocks in Get only. Held: no packet waits while a thread waits and fewer run than the bound. The
/// bound is for those who are let go: threads that go on after a wait may be more, as with the kernel's port.
/// </summary>
internal sealed class CompletionQueue : IRunCount, IDisposable
{
    private const int LookMs = 10, LookAgainMs = 1, MostVainLooks = 10;

    [ThreadStatic] private static Place? s_mine;

    private readonly Lock _gate = new();
    private readonly int _bound;
    private readonly Queue<(int Key, long Item)> _packets = new();
    private readonly Stack<Place> _waiting = new();
    private readonly List<Place> _places = [];
    private readonly Timer? _timer;
    private int _running;
    private int _vainLooks; // since a packet was taken
    private bool _isTimed;  // the next look is on its way
    private bool _ended;

    /// <summary>An empty queue.</summary>
    /// <param name="concurrency">How many threads run at a time; 0 = as many as there are processors.</param>
    public CompletionQueue(int concurrency)
        : this(concurrency, looks: true)
    {
    }

    /// <summary>A queue that can be told not to look by itself at what threads do: for tests.</summary>
    internal CompletionQueue(int concurrency, bool looks)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(concurrency);
        _bound = concurrency > 0 ? concurrency : Environment.ProcessorCount;
        if (looks) _timer = new Timer(_ => Look(ThreadActivity.IsAsleep));
    }

    /// <summary>Threads that count as running.</summary>
    internal int Running
    {
        get
        {
            lock (_gate) return _running;
        }
    }

    /// <summary>Threads that wait in <see cref="Get"/>.</summary>
    internal int Waiting
    {
        get
        {
            lock (_gate) return _waiting.Count;
        }
    }

    /// <summary>Puts a packet in. Never blocks.</summary>
    public void Post(int key, long item)
    {
        Place? next;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_ended, this);
            _packets.Enqueue((key, item));
            next = LetGo();
        }
        next?.Sleeper.Wake();
    }

    /// <summary>The next packet; blocks until there is one and the bound allows the calling thread to run. False = the queue was disposed.</summary>
    public bool Get(out int key, out long item)
    {
        var me = s_mine is { } known && known.Queue == this ? known : Join();
        lock (_gate)
        {
            if (me.State == PlaceState.Running) _running--;
            me.State = PlaceState.Waiting;
            me.Packet = null;
            if (_ended) me.State = PlaceState.Outside;
            else _waiting.Push(me);
            _ = LetGo(); // if any thread, then this one: it is on top
        }
        while (me.State == PlaceState.Waiting) me.Sleeper.Sleep();
        (key, item) = me.Packet ?? default;
        return me.Packet is not null;
    }

    /// <summary>The calling thread is about to block, or ends: another one may run. Nothing when it has no packet of this queue.</summary>
    public void Blocks()
    {
        if (s_mine is not { } me || me.Queue != this) return;
        Place? next;
        lock (_gate)
        {
            if (me.State != PlaceState.Running) return;
            me.State = PlaceState.Outside;
            _running--;
            next = LetGo();
        }
        next?.Sleeper.Wake();
    }

    /// <summary>The calling thread goes on after <see cref="Blocks"/>, whatever the bound says.</summary>
    public void Runs()
    {
        if (s_mine is not { } me || me.Queue != this) return;
        lock (_gate)
        {
            if (me.State == PlaceState.Outside) Run(me);
        }
    }

    /// <summary>Ends the queue: who waits in <see cref="Get"/> or comes later gets nothing. Packets that nobody has taken are forgotten.</summary>
    public void Dispose()
    {
        Place[] waiting;
        lock (_gate)
        {
            _ended = true;
            waiting = [.. _waiting];
            _waiting.Clear();
            foreach (var place in waiting) place.State = PlaceState.Outside;
        }
        foreach (var place in waiting) place.Sleeper.Wake();
        _timer?.Dispose();
    }

    /// <summary>
    /// While packets wait for the bound alone: threads that are found asleep do not count as running until they come back to the queue. When nothing
    /// has moved for a while, one more is let go all the same, so that no load can keep a packet waiting for ever.
    /// </summary>
    internal void Look(Func<int, bool> isAsleep)
    {
        (Place Place, int Turn)[] running;
        lock (_gate) running = [.. _places.Where(place => place.State == PlaceState.Running).Select(place => (place, place.Turn))];
        var asleep = running.Where(one => isAsleep(one.Place.ThreadId)).ToArray(); // not under the lock: this asks the system
        List<Place> free = [];
        lock (_gate)
        {
            _isTimed = false;
            foreach (var (place, turn) in asleep)
            {
                if (place.State != PlaceState.Running || place.Turn != turn) continue; // it has moved since
                place.State = PlaceState.Outside;
                _running--;
            }
            while (LetGo() is { } next) free.Add(next);
            if (free.Count == 0 && IsHeldUp && ++_vainLooks >= MostVainLooks) free.Add(Release());
            LookLater(asleep.Length > 0 ? LookAgainMs : LookMs);
        }
        foreach (var next in free) next.Sleeper.Wake();
    }

    private bool IsHeldUp => _packets.Count > 0 && _waiting.Count > 0;

    private Place Join()
    {
        var me = s_mine = new Place(this, ThreadId.Current);
        lock (_gate) _places.Add(me);
        return me;
    }

    /// <summary>Under the lock: gives a packet to a waiting thread, which the caller wakes; null when there is none or the bound forbids it.</summary>
    private Place? LetGo()
    {
        if (!IsHeldUp) return null;
        if (_running < _bound) return Release();
        LookLater(LookMs);
        return null;
    }

    private Place Release()
    {
        var next = _waiting.Pop();
        next.Packet = _packets.Dequeue();
        Run(next);
        _vainLooks = 0;
        return next;
    }

    private void Run(Place place)
    {
        place.State = PlaceState.Running;
        place.Turn++;
        _running++;
    }

    private void LookLater(int milliseconds)
    {
        if (_isTimed || _ended || !IsHeldUp) return;
        _isTimed = true;
        _ = _timer?.Change(milliseconds, Timeout.Infinite);
    }

    private enum PlaceState
    {
        /// <summary>It has blocked, or ended, or was found asleep.</summary>
        Outside,
        /// <summary>In <see cref="Get"/>.</summary>
        Waiting,
        /// <summary>It counts.</summary>
        Running,
    }

    /// <summary>What the queue knows of one thread. Changed under the lock; the thread itself reads its own while it sleeps.</summary>
    private sealed class Place(CompletionQueue queue, int threadId)
    {
        public readonly Sleeper Sleeper = new();
        public volatile PlaceState State;
        public (int Key, long Item)? Packet;
        public int Turn; // how often it has begun to run

        public CompletionQueue Queue => queue;

        public int ThreadId => threadId;
    }
}
