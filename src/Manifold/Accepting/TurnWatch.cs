using Manifold.Connections;
using Manifold.HandOffs;

namespace Manifold.Accepting;

/// <summary>
/// Sees to it that one connection does not hold up the others of its reactor: looks every <see cref="LookMs"/> ms whether a reactor is still in the
/// turn in which the last look has found it, and gives such a reactor to a thread that stands by; if its thread computes, or waits for
/// nothing but a processor, only after <see cref="MostLooks"/> of them. One thread of its own, which also hands the
/// reactors out at the start and tells the scoreboard what the connections do; it sleeps for as long as nothing happens, and the first turn
/// wakes it. Held: a change that comes before it sleeps is seen, a later one wakes it; a reactor that is given away has been taken away
/// before. While no thread stands by a reactor stays where it is.
/// </summary>
/// <param name="reactors">The reactors of the child.</param>
/// <param name="standBy">Threads without a reactor.</param>
/// <param name="announce">Tells the scoreboard.</param>
internal sealed class TurnWatch(IReadOnlyList<Reactor> reactors, IdleStack<Reactor> standBy, Action announce)
{
    /// <summary>Time between two looks in milliseconds. A turn that blocks lasts at most twice that before its reactor goes to another thread.</summary>
    public const int LookMs = 10;

    /// <summary>Further looks at a turn that computes. On a busy machine most turns that last are of this kind, and another thread would be no faster.</summary>
    private const int MostLooks = 5;

    private WorkerThread? _me;
    private long[] _seen = []; // turns, at the last look
    private int[] _looks = []; // that have found the turn of the look before
    private long _changes, _changesSeen;
    private IdleWorker<Reactor>? _next; // reserved, until a reactor could be taken away
    private int _sleeps; // 1 = the watch is asleep, or about to be

    /// <summary>A reactor's turn has begun. Any thread; costs a system call only when the watch is asleep.</summary>
    public void TurnBegins()
    {
        if (Volatile.Read(ref _sleeps) != 0 && Interlocked.Exchange(ref _sleeps, 0) != 0) _me!.Sleeper.Wake();
    }

    /// <summary>Connections have changed outside of a turn. Any thread.</summary>
    public void Changed()
    {
        Interlocked.Increment(ref _changes);
        TurnBegins();
    }

    /// <summary>The thread.</summary>
    public void Run(WorkerThread me)
    {
        _me = me;
        (_seen, _looks) = (new long[reactors.Count], new int[reactors.Count]);
        foreach (var reactor in reactors) standBy.Reserve()!.Give(reactor);
        for (;;)
        {
            if (Look()) Thread.Sleep(LookMs);
            else Rest();
        }
    }

    /// <summary>True when something has happened since the last look, or goes on.</summary>
    private bool Look()
    {
        bool isQuiet = IsQuiet();
        _changesSeen = Volatile.Read(ref _changes);
        for (int i = 0; i < reactors.Count; i++)
        {
            long turn = reactors[i].Turn;
            _looks[i] = turn == _seen[i] && IsOn(turn) ? _looks[i] + 1 : 0;
            if (_looks[i] > 0) Suspect(reactors[i], turn, _looks[i]);
            _seen[i] = turn;
        }
        announce();
        return !isQuiet;
    }

    private void Suspect(Reactor reactor, long turn, int looks)
    {
        bool blocks = !reactor.IsRunning;
        if (!blocks && looks < MostLooks) return;
        _next ??= standBy.TryReserve();
        if (_next is null || !reactor.TryTakeAway(turn, blocks)) return;
        _next.Give(reactor);
        _next = null;
    }

    private void Rest()
    {
        Interlocked.Exchange(ref _sleeps, 1);
        if (IsQuiet()) _me!.Sleeper.Sleep();
        Volatile.Write(ref _sleeps, 0);
    }

    /// <summary>True when no turn is going on and none has been since the last look.</summary>
    private bool IsQuiet()
    {
        for (int i = 0; i < reactors.Count; i++)
            if (reactors[i].Turn is var turn && (turn != _seen[i] || IsOn(turn))) return false;
        return Volatile.Read(ref _changes) == _changesSeen;
    }

    private static bool IsOn(long turn) => (turn & 1) != 0;
}
