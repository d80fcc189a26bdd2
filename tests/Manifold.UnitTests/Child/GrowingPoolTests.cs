using Manifold.Child;
using Manifold.Connections;
using Manifold.Contracts;
using Manifold.HandOffs;
using Manifold.Mpms;
using Manifold.Populations;
using Manifold.Shared;
using Manifold.UnitTests.Connections;
using Xunit;

namespace Manifold.UnitTests.Child;

/// <summary>Threads of a real child object, with a body that the test holds and lets go.</summary>
public sealed class GrowingPoolTests : IDisposable
{
    private readonly Scoreboard _board = Scoreboard.Create(1, 16);
    private readonly ChildState _state = new(0);
    private readonly SemaphoreSlim _work = new(0), _release = new(0);
    private readonly ChildServer _child;
    private readonly GrowingPool _pool;
    private int _surplus, _living, _busy;

    public GrowingPoolTests()
    {
        var sizing = Mpm.All["netware"].Complete(new Sizing { ThreadsPerChild = 8, StartThreads = 3, MinSpareThreads = 2, MaxSpareThreads = 4 });
        var heritage = Rig.BareHeritage("worker");
        var services = new ConnectionServices(null!, _state, null, default, default, default, default);
        _child = new ChildServer(heritage, new ManifoldOptions { Sizing = sizing }, "mpm_worker", _board, [], null, _state, services, new ErrorLog());
        _pool = new GrowingPool(_child, SpareThreadRule.Of(sizing), Body, count => Interlocked.Add(ref _surplus, count));
    }

    [Fact]
    public void Grows_with_the_busy_and_never_above_the_most()
    {
        _pool.Start();
        Reaches(() => Volatile.Read(ref _living), 3);
        _work.Release(3);
        Reaches(() => Volatile.Read(ref _busy), 3);
        Reaches(() => Volatile.Read(ref _living), 5);
        _work.Release(5);
        Reaches(() => Volatile.Read(ref _busy), 8);
        Reaches(() => Volatile.Read(ref _living), 8);
        Assert.Equal(8, RowsInUse());
        _release.Release(8);
        Reaches(() => Volatile.Read(ref _busy), 0);
        Assert.Equal(8, Volatile.Read(ref _living));
    }

    [Fact]
    public void Shrinks_by_what_a_whole_period_did_not_need()
    {
        _pool.Start();
        _work.Release(8);
        Reaches(() => Volatile.Read(ref _busy), 8);
        _release.Release(8);
        Reaches(() => Volatile.Read(ref _busy), 0);
        _pool.Look(); // in this period all were needed
        Assert.Equal(0, Volatile.Read(ref _surplus));
        _pool.Look();
        Assert.Equal(4, Volatile.Read(ref _surplus));
        _work.Release(4); // those who come by leave
        Reaches(() => Volatile.Read(ref _living), 4);
        Reaches(RowsInUse, 4);
        _work.Release(3);
        Reaches(() => Volatile.Read(ref _busy), 3);
        Reaches(() => Volatile.Read(ref _living), 5); // and their rows are used again
        Reaches(RowsInUse, 5);
    }

    [Fact]
    public void A_retiring_child_starts_none()
    {
        _pool.Start();
        Reaches(() => Volatile.Read(ref _living), 3);
        _state.Retire();
        _work.Release(3);
        Reaches(() => Volatile.Read(ref _busy), 3);
        _pool.Look();
        Assert.Equal(3, Volatile.Read(ref _living));
    }

    public void Dispose()
    {
        _state.Retire();
        Volatile.Write(ref _surplus, 1000);
        _release.Release(1000);
        _work.Release(1000);
        Reaches(() => Volatile.Read(ref _living), 0);
    }

    private void Body(WorkerThread me)
    {
        Interlocked.Increment(ref _living);
        for (;;)
        {
            me.Row.Status = WorkerStatus.Ready;
            _work.Wait();
            if (Interlocked.Decrement(ref _surplus) >= 0) break;
            Interlocked.Increment(ref _surplus);
            _pool.Busy();
            Interlocked.Increment(ref _busy);
            _release.Wait();
            _pool.Idle();
            Interlocked.Decrement(ref _busy);
        }
        Interlocked.Decrement(ref _living);
    }

    private int RowsInUse() => Enumerable.Range(0, 16).Count(row => _board.Status(0, row) != WorkerStatus.Dead);

    private static void Reaches(Func<int> what, int expected) =>
        Assert.True(SpinWait.SpinUntil(() => what() == expected, TimeSpan.FromSeconds(30)), $"{expected} expected; there are {what()}");
}
