using Manifold.Shared;
using Xunit;

namespace Manifold.UnitTests.Shared;

/// <summary>Requests without a thread have a place on the scoreboard, as long as there is room.</summary>
public class ParkedRecordsTests
{
    [Fact]
    public void ARequestKeepsItsWordsFromThreadToThread()
    {
        using var board = Scoreboard.Create(2, 2);
        var parked = new ParkedRecords(board, 1);
        var first = board.Row(1, 0);
        first.Claim(3);
        first.RequestBegins("192.0.2.7", "GET", "/slow", "HTTP/1.1", tail: false);
        first.SetVirtualHost("a:80"u8);
        var kept = parked.Keep(first);
        first.RequestBegins("192.0.2.8", "GET", "/other", "HTTP/1.1", tail: false);
        var view = board.ParkedView(1, 0);
        Assert.Equal((Environment.ProcessId, 3, WorkerStatus.BusyWrite), (view.Pid, view.Generation, view.Status));
        Assert.Equal(("192.0.2.7", "GET /slow HTTP/1.1", "a:80"), (view.Client, view.Request, view.VirtualHost));
        parked.Restore(kept, board.Row(1, 1));
        Assert.Equal(("192.0.2.7", "GET /slow HTTP/1.1", "a:80"), (board.View(1, 1).Client, board.View(1, 1).Request, board.View(1, 1).VirtualHost));
        Assert.Equal(WorkerStatus.Dead, board.ParkedView(1, 0).Status);
    }

    [Fact]
    public void TheBoardHasRoomForSoManyAndTheMasterClearsThem()
    {
        using var board = Scoreboard.Create(1, 1);
        var parked = new ParkedRecords(board, 0);
        var row = board.Row(0, 0);
        for (int i = 0; i < Scoreboard.ParkedPerSlot; i++) Assert.False(parked.Keep(row).IsOffTheBoard);
        Assert.True(parked.Keep(row).IsOffTheBoard);
        board.ClearThreads(0);
        for (int i = 0; i < Scoreboard.ParkedPerSlot; i++) Assert.Equal((0, WorkerStatus.Dead), (board.ParkedView(0, i).Pid, board.ParkedView(0, i).Status));
        Assert.Throws<ArgumentOutOfRangeException>(() => board.ParkedView(0, Scoreboard.ParkedPerSlot));
    }

    /// <summary>What a request counts while it has no thread, on the board or not, is counted by the thread that takes it up, once.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(Scoreboard.ParkedPerSlot)]
    public void WhatIsCountedWithoutAThreadIsCountedOnce(int others)
    {
        using var board = Scoreboard.Create(1, 2);
        var parked = new ParkedRecords(board, 0);
        var row = board.Row(0, 0);
        row.RequestEnds(0, 1000); // an earlier one
        for (int i = 0; i < others; i++) parked.Keep(row);
        var kept = parked.Keep(row);
        kept.RequestEnds(0, 10);
        kept.RequestEnds(0, 20);
        Assert.Equal(1, board.View(0, 0).Accesses);
        parked.Restore(kept, board.Row(0, 1));
        var view = board.View(0, 1);
        Assert.Equal((2, 30, 3, 1030), (view.Accesses, view.Bytes, view.ConnectionAccesses, view.ConnectionBytes));
        parked.Restore(parked.Keep(row), board.Row(0, 1));
        Assert.Equal((2, 30), (board.View(0, 1).Accesses, board.View(0, 1).Bytes));
    }
}
