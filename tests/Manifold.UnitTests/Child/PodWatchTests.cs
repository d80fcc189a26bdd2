using Manifold.Child;
using Manifold.Contracts;
using Manifold.Os;
using Manifold.Mpms;
using Manifold.Shared;
using Manifold.UnitTests.Connections;
using Xunit;

namespace Manifold.UnitTests.Child;

/// <summary>The main thread's wait, with a real pipe of death.</summary>
public sealed class PodWatchTests : IDisposable
{
    private readonly Scoreboard _board = Scoreboard.Create(1, 1);
    private readonly ChildState _state = new(0);
    private readonly PipePair _pipe = new();

    [Fact]
    public async Task A_byte_retires_an_idle_child()
    {
        _board.Row(0, 0).Status = WorkerStatus.Ready;
        Assert.Equal(1, PipePair.Write(_pipe.Writer, "!"u8));
        Assert.False(await Task.Run(() => Wait(null)));
    }

    /// <summary>httpd's prefork looks between connections only: a kept connection is not given up while others are idle.</summary>
    [Fact]
    public async Task A_child_with_all_threads_busy_leaves_the_byte_to_others_until_it_is_idle()
    {
        var row = _board.Row(0, 0);
        row.Status = WorkerStatus.BusyKeepAlive;
        Assert.Equal(1, PipePair.Write(_pipe.Writer, "!"u8));
        int seconds = 0;
        bool all = await Task.Run(() => Wait(() => row.Status = ++seconds == 1 ? WorkerStatus.BusyKeepAlive : WorkerStatus.Ready));
        Assert.False(all);
        Assert.Equal(2, seconds);
    }

    [Fact]
    public async Task The_end_of_the_pipe_retires_a_busy_child_too_although_a_byte_is_left()
    {
        _board.Row(0, 0).Status = WorkerStatus.BusyWrite;
        Assert.Equal(1, PipePair.Write(_pipe.Writer, "!"u8));
        _pipe.Writer.Dispose();
        Assert.False(await Task.Run(() => Wait(null)));
    }

    public void Dispose()
    {
        _pipe.Dispose();
        _board.Dispose();
    }

    private bool Wait(Action? everySecond)
    {
        var heritage = Rig.BareHeritage("prefork") with { Pod = _pipe.Reader.Number };
        _pipe.Reader.SetHandleAsInvalid(); // the watch owns it now
        using var watch = new PodWatch(heritage, _state, Mpm.All["prefork"].Complete(new Sizing()), _board);
        return watch.WaitForReason(everySecond);
    }
}
