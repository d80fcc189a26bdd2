using Manifold.Connections;

namespace Manifold.HandOffs;

/// <summary>
/// Leader and followers inside a process: one thread, the leader, may wait for connections; the other idle threads sleep on a stack. The leader
/// that has got a connection promotes the thread on top, which was the last to become idle, and serves the connection itself: nothing is
/// handed over, and exactly one thread is woken. Under light load a few threads on top do all the work and the others' stacks go cold. Any thread
/// of the pool calls <see cref="Lead"/>, and sleeps here only. Held: never two leaders; a thread on the stack is woken once, by who takes it off.
/// Algorithm: httpd 2.0 leader, with a lock in place of the compare-and-swap word.
/// </summary>
/// <param name="whenOver">Called once, when nobody leads and nobody will; on the thread that brought it about.</param>
internal sealed class LeaderStack(Action whenOver)
{
    private readonly Lock _gate = new();
    private readonly List<WorkerThread> _followers = []; // a stack; who is dismissed is taken from below
    private WorkerThread? _leader;
    private Action? _whenNobodyLeads;
    private bool _ended;

    /// <summary>Blocks until the calling thread is the leader; false = it has to leave: dismissed, or the end.</summary>
    public bool Lead(WorkerThread me)
    {
        lock (_gate)
        {
            if (_ended) return false;
            if (_leader is null)
            {
                _leader = me;
                return true;
            }
            _followers.Add(me);
        }
        me.Sleeper.Sleep();
        lock (_gate) return _leader == me;
    }

    /// <summary>The leader has got a connection, or gives up: the follower on top leads, or, while there is none, nobody.</summary>
    public void Promote()
    {
        WorkerThread? next = null;
        lock (_gate)
        {
            if (_followers.Count > 0)
            {
                next = _followers[^1];
                _followers.RemoveAt(_followers.Count - 1);
            }
            _leader = next;
            if (next is null && _whenNobodyLeads is { } waits)
            {
                _whenNobodyLeads = null;
                waits();
            }
        }
        next?.Sleeper.Wake();
    }

    /// <summary>Does something once, as soon as nobody leads: now, or by who stops leading. Meanwhile nobody becomes leader.</summary>
    public void WhenNobodyLeads(Action action)
    {
        lock (_gate)
        {
            if (_leader is null) action();
            else _whenNobodyLeads += action;
        }
    }

    /// <summary>Lets up to <paramref name="count"/> followers, those that have slept longest, leave.</summary>
    public void Dismiss(int count)
    {
        WorkerThread[] gone;
        lock (_gate)
        {
            gone = [.. _followers.Take(count)];
            _followers.RemoveRange(0, gone.Length);
        }
        foreach (var follower in gone) follower.Sleeper.Wake();
    }

    /// <summary>Nobody becomes leader any more, and the followers leave. Once there is no leader either, <c>whenOver</c> is called.</summary>
    public void End()
    {
        lock (_gate)
        {
            if (_ended) return;
            _ended = true;
        }
        Dismiss(int.MaxValue);
        WhenNobodyLeads(whenOver);
    }
}
