using System.Text;
using Manifold.Httpd.Modules.Status;
using Manifold.Shared;
using Xunit;

namespace Manifold.UnitTests.Modules.Status;

public class StatusTextTests
{
    private static string Text(Scoreboard board, StatusFacts? facts = null, ProcFiles? proc = null)
    {
        var text = new StringBuilder();
        StatusText.Write(text, facts ?? Boards.Facts, Boards.Snapshot(board, proc));
        return text.ToString();
    }

    [Fact]
    public void A_known_board_gives_the_known_text()
    {
        using var board = Boards.Known();
        Assert.Equal("""
            www.example
            ServerVersion: Manifold/0.1.0 (Unix)
            ServerMPM: event
            Server Built: 0.1.0
            CurrentTime: Sunday, 22-Nov-2026 00:01:04 UTC
            RestartTime: Friday, 20-Nov-2026 22:00:00 UTC
            ParentServerConfigGeneration: 3
            ParentServerMPMGeneration: 2
            ServerUptimeSeconds: 93664
            ServerUptime: 1 day 2 hours 1 minute 4 seconds
            Load1: 0.25
            Load5: 1.50
            Load15: 12.00
            Total Accesses: 10
            Total kBytes: 12
            Total Duration: 0
            CPUUser: 1.6809
            CPUSystem: 1
            CPUChildrenUser: 2.25
            CPUChildrenSystem: 0
            CPULoad: .00526446
            Uptime: 93664
            ReqPerSec: .000106765
            BytesPerSec: .138794
            BytesPerReq: 1300
            DurationPerReq: 0
            BusyWorkers: 2
            GracefulWorkers: 1
            IdleWorkers: 1
            Processes: 2
            Stopping: 1
            ConnsTotal: 15
            ConnsAsyncWaitIO: 1
            ConnsAsyncWriting: 1
            ConnsAsyncKeepAlive: 9
            ConnsAsyncClosing: 2
            Scoreboard: _WKWG....

            """, Text(board));
    }

    [Fact]
    public void Without_extended_status_there_is_no_traffic()
    {
        using var board = Boards.Known();
        string text = Text(board, Boards.Facts with { Extended = false });
        Assert.Contains("Load15: 12.00\nBusyWorkers: 2\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("CPU", text, StringComparison.Ordinal);
    }

    [Fact]
    public void An_mpm_that_parks_nothing_has_no_connection_counts()
    {
        using var board = Boards.Known();
        Assert.Contains("IdleWorkers: 1\nScoreboard: ", Text(board, Boards.Facts with { IsAsync = false }), StringComparison.Ordinal);
    }

    [Fact]
    public void What_proc_does_not_tell_is_left_out()
    {
        using var board = Boards.Known();
        string text = Text(board, proc: Boards.NoProc);
        Assert.Contains(" 4 seconds\nTotal Accesses: 10\n", text, StringComparison.Ordinal);
        Assert.Contains("Total Duration: 0\nUptime: ", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_server_of_this_moment_has_no_rates_and_no_load()
    {
        using var board = Scoreboard.Create(2, 2);
        board.Global.RestartTime = Boards.Now.ToUnixTimeMilliseconds();
        board.Global.RestartTicks = Boards.Ticks;
        string text = Text(board);
        Assert.Contains("ServerUptimeSeconds: 0\nServerUptime:\n", text, StringComparison.Ordinal);
        Assert.Contains("CPUChildrenSystem: 0\nUptime: 0\nBusyWorkers: 0\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Live_processes_beyond_the_limit_are_printed()
    {
        using var board = Boards.Known();
        ref var record = ref board.Process(5);
        (record.Pid, record.Threads, record.Generation) = (1003, 99, 2);
        board.Row(5, 3).Status = WorkerStatus.Closing;
        Assert.EndsWith("\nScoreboard: _WKWG.......C\n", Text(board), StringComparison.Ordinal);
    }

    [Fact]
    public void A_pid_of_somebody_else_costs_no_processor_time()
    {
        using var board = Boards.Known();
        board.Process(0).Pid = 1;
        var proc = new ProcFiles(path =>
            path == "/proc/1/stat" ? Boards.Stat(1, "init", 0, 100_000, 0, 0, 0) : Boards.ProcText.GetValueOrDefault(path));
        Assert.Contains("CPUUser: .1809\n", Text(board, proc: proc), StringComparison.Ordinal);
    }
}
