using Manifold.Httpd.Modules.Status;
using Manifold.Shared;

namespace Manifold.UnitTests.Modules.Status;

/// <summary>A made-up server: three slots, of which the first is serving, the second leaving, the third free but used before.</summary>
internal static class Boards
{
    public static readonly DateTimeOffset Start = new(2026, 11, 20, 22, 0, 0, TimeSpan.Zero);
    public const long Uptime = 86400 + 2 * 3600 + 60 + 4, Ticks = 1_000_000_000;
    public static readonly DateTimeOffset Now = Start + TimeSpan.FromSeconds(Uptime);

    public static StatusFacts Facts { get; } = new()
    {
        Host = "www.example",
        Address = "192.0.2.1",
        Version = "Manifold/0.1.0 (Unix)",
        Built = "0.1.0",
        Mpm = "event",
        IsThreaded = true,
        IsAsync = true,
        Extended = true,
        Now = Now,
        Ticks = Ticks,
        Zone = TimeZoneInfo.Utc,
    };

    public static Dictionary<string, string> ProcText { get; } = new()
    {
        ["/proc/loadavg"] = "0.25 1.50 12.00 2/310 4634\n",
        ["/proc/1001/stat"] = Stat(1001, "manifold", 1000, 150, 50, 25, 0),
        ["/proc/1002/stat"] = Stat(1002, "a) R 7 (b", 1000, 9, 0, 0, 0),
    };

    public static ProcFiles Proc => new(path => ProcText.GetValueOrDefault(path));

    public static ProcFiles NoProc { get; } = new(_ => null);

    public static Scoreboard Known()
    {
        var board = Scoreboard.Create(slots: 6, threadLimit: 4);
        ref var global = ref board.Global;
        (global.Generation, global.ConfigGeneration, global.DaemonLimit, global.ThreadsPerChild) = (2, 3, 4, 2);
        (global.RestartTime, global.MasterPid, global.SlotsUsed) = (Start.ToUnixTimeMilliseconds(), 1000, 3);
        global.RestartTicks = Ticks - Uptime * 1000;
        (global.UserTime, global.SystemTime, global.ChildrenUserTime) = (90_900, 500_000, 2_000_000);
        ref var first = ref board.Process(0);
        (first.Pid, first.Generation, first.Threads, first.Connections, first.KeepAlive, first.Writing) = (1001, 2, 3, 12, 9, 1);
        ref var second = ref board.Process(1);
        (second.Pid, second.Generation, second.Threads, second.Quiescing, second.Connections, second.Closing, second.Waiting) = (1002, 1, 2, 1, 3, 2, 1);
        board.Row(0, 0).Status = WorkerStatus.Ready;
        board.Row(0, 1).Status = WorkerStatus.BusyWrite;
        board.Row(0, 2).Status = WorkerStatus.BusyKeepAlive;
        board.Row(1, 0).Status = WorkerStatus.BusyWrite;
        board.Row(1, 1).Status = WorkerStatus.Graceful;
        Served(board, 0, 1, requests: 7, bytes: 1000);
        Served(board, 2, 0, requests: 3, bytes: 2000); // by a child that is gone
        return board;
    }

    public static ServerSnapshot Snapshot(Scoreboard board, ProcFiles? proc = null) =>
        ServerSnapshot.Take(board, Ticks, proc ?? Proc, withWorkers: true);

    public static void Served(Scoreboard board, int slot, int thread, int requests, long bytes)
    {
        var row = board.Row(slot, thread);
        for (int i = 0; i < requests; i++)
            row.RequestEnds(System.Diagnostics.Stopwatch.GetTimestamp() + 1_000_000_000_000, bytes); // took no time
    }

    public static string Stat(int pid, string name, int parent, int user, int system, int childrenUser, int childrenSystem) =>
        $"{pid} ({name}) S {parent} 1 1 0 -1 4194560 1 0 0 0 {user} {system} {childrenUser} {childrenSystem} 20 0 30 0 1 1 1\n";
}
