using Manifold.Child;
using Manifold.Connections;
using Manifold.Contracts;
using Manifold.Driving;
using Manifold.Populations;
using Manifold.Shared;

namespace Manifold.HandOffs;

/// <summary>
/// Threads of a child whose number follows the load (<see cref="SpareThreadRule"/>). How they wait for work is the MPM's business: each runs
/// <c>body</c> until it returns, and tells with <see cref="Busy"/> and <see cref="Idle"/> when it has work. The thread that becomes busy starts
/// those that are missing; once a second the child's main thread ends the surplus by <c>dismiss</c>, which makes so many of the threads that wait
/// longest return from the body. Held: never more threads than the rule's most; none is started once the child retires; each has a scoreboard row
/// of its own, the lowest that is free, which shows DEAD while nobody has it. What belongs to a row (name, wake-up) outlives its threads: a
/// late wake-up never meets something that is gone.
/// </summary>
internal sealed class GrowingPool
{
    private const int ReportEveryMs = 10_000;

    private readonly Lock _gate = new();
    private readonly ChildServer _child;
    private readonly SpareThreadRule _rule;
    private readonly Action<WorkerThread> _body;
    private readonly Action<int> _dismiss;
    private readonly WorkerThread?[] _rows;
    private readonly PriorityQueue<int, int> _free = new();
    private int _threads;
    private int _busy;
    private int _leastIdle; // since the last look; 0 at first: a child is not judged by its start
    private long _lastReport = -ReportEveryMs;

    /// <summary>A pool without threads.</summary>
    /// <param name="child">Whose threads they are.</param>
    /// <param name="rule">How many.</param>
    /// <param name="body">What each does. It returns when the thread is to end: dismissed, retired, or worn out.</param>
    /// <param name="dismiss">Lets up to so many idle threads return from the body, and does not wait for them. Main thread.</param>
    public GrowingPool(ChildServer child, SpareThreadRule rule, Action<WorkerThread> body, Action<int> dismiss)
    {
        _child = child;
        _rule = rule;
        _body = body;
        _dismiss = dismiss;
        _rows = new WorkerThread?[rule.Most];
        for (int row = 0; row < rule.Most; row++) _free.Enqueue(row, row);
    }

    /// <summary>
    /// A pool whose threads take connections one after the other and serve each to its end. A thread is worn out after MaxRequestsPerThread
    /// connections.
    /// </summary>
    /// <param name="child">Whose threads they are.</param>
    /// <param name="next">Waits for the next connection; null = the thread has to leave.</param>
    /// <param name="dismiss">As in the constructor.</param>
    public static GrowingPool Serving(ChildServer child, Func<WorkerThread, Job?> next, Action<int> dismiss)
    {
        var drive = new DriveLoop(WaitTable.Block, child.State);
        int most = child.Sizing.MaxRequestsPerThread;
        GrowingPool pool = null!;
        return pool = new GrowingPool(child, SpareThreadRule.Of(child.Sizing), me =>
        {
            for (int served = 0; (most == 0 || served < most) && next(me) is { } job; served++)
            {
                pool.Busy();
                child.Serve(drive, job.Connection, me, job.Ready);
                pool.Idle();
            }
        }, dismiss);
    }

    /// <summary>Starts the first threads; throws when the system gives none. The child's main thread.</summary>
    public void Start()
    {
        for (int i = 0; i < _rule.Start; i++) StartOne();
        _child.EverySecond += Look;
    }

    /// <summary>The calling thread has work now. May start threads, which takes a moment: pass the right to accept on before.</summary>
    public void Busy()
    {
        int missing;
        lock (_gate)
        {
            _busy++;
            _leastIdle = Math.Min(_leastIdle, _threads - _busy);
            missing = _rule.Missing(_threads, _busy);
        }
        if (missing > 0) Grow(missing);
    }

    /// <summary>The calling thread has done its work.</summary>
    public void Idle()
    {
        lock (_gate) _busy--;
    }

    /// <summary>Once a second: ends what was too much during the whole second, and starts what could not be started before.</summary>
    public void Look()
    {
        int surplus, missing;
        lock (_gate)
        {
            surplus = _rule.Surplus(_leastIdle);
            missing = _rule.Missing(_threads, _busy);
            _leastIdle = _threads - _busy;
        }
        if (surplus > 0) _dismiss(surplus);
        else if (missing > 0) Grow(missing);
    }

    /// <summary>A child that runs short of threads goes on with those it has.</summary>
    private void Grow(int count)
    {
        try
        {
            for (int i = 0; i < count && !_child.State.IsRetiring; i++) StartOne();
        }
        catch (Exception e) when (e is OutOfMemoryException or ThreadStartException or Os.OsException)
        {
            long now = Environment.TickCount64;
            if (now - Interlocked.Exchange(ref _lastReport, now) >= ReportEveryMs)
                _child.Log(LogLevel.Error, $"no further thread could be started: {e.Message}");
        }
    }

    private void StartOne()
    {
        int row;
        lock (_gate)
        {
            if (!_free.TryDequeue(out row, out _)) return;
            _threads++;
        }
        try
        {
            var worker = _rows[row] ??= _child.NewWorker($"worker {row}", row);
            _child.StartWorker(worker, me =>
            {
                _body(me);
                me.Row.Status = WorkerStatus.Dead;
                Ended(row);
            });
        }
        catch
        {
            GiveBack(row);
            throw;
        }
    }

    private void Ended(int row)
    {
        int missing;
        lock (_gate)
        {
            GiveBack(row);
            missing = _rule.Missing(_threads, _busy);
        }
        if (missing > 0) Grow(missing);
    }

    private void GiveBack(int row)
    {
        lock (_gate)
        {
            _threads--;
            _free.Enqueue(row, row);
        }
    }
}
