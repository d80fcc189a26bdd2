using Manifold.Os;
using Manifold.Shared;

namespace Manifold.Master;

/// <summary>
/// What the error log says of a child that ended without being asked: which child, how, how old, and what it was serving: each of its threads,
/// and the requests whose connections were parked, as far as they had a record. Read from the scoreboard before its records are cleared.
/// </summary>
internal static class CrashReport
{
    /// <summary>The records to log, most important first.</summary>
    public static IEnumerable<string> Describe(ChildHandle child, ProcessEnd end, Scoreboard board)
    {
        string age = ((Environment.TickCount64 - child.Started) / 1000.0).ToString("0.0", System.Globalization.CultureInfo.InvariantCulture);
        string how = end.Signal == 0 ? $"exited with code {CodeText(end.Code)}"
            : end.CoreDumped ? $"AH00051: exit signal {SignalName(end.Signal)} ({end.Signal}), possible coredump"
            : $"AH00052: exit signal {SignalName(end.Signal)} ({end.Signal})";
        yield return $"child pid {child.Pid} (slot {child.Slot}, generation {child.Generation.Number}, {age} s old) {how}";
        var record = board.Process(child.Slot);
        if (record.Writing > 0 || record.KeepAlive > 0)
            yield return $"child pid {child.Pid} held parked connections: {record.Writing} being sent a response, {record.KeepAlive} idle";
        for (int thread = 0; thread < Math.Min(child.Generation.Sizing.ThreadsPerChild, board.ThreadLimit); thread++)
        {
            var worker = board.View(child.Slot, thread);
            if (worker.Pid != child.Pid) continue;
            if (worker.Status is not (WorkerStatus.BusyRead or WorkerStatus.BusyWrite or WorkerStatus.BusyLog)) continue;
            yield return worker.Status == WorkerStatus.BusyRead
                ? $"child pid {child.Pid} thread {thread} was reading a request of {worker.Client}"
                : $"child pid {child.Pid} thread {thread} was serving {worker.Client} \"{worker.Request}\" for {worker.VirtualHost}";
        }
        for (int i = 0; i < Scoreboard.ParkedPerSlot; i++)
        {
            var parked = board.ParkedView(child.Slot, i);
            if (parked.Pid == child.Pid && parked.Status == WorkerStatus.BusyWrite)
                yield return $"child pid {child.Pid} without a thread was serving {parked.Client} \"{parked.Request}\" for {parked.VirtualHost}";
        }
    }

    /// <summary>A code that a program gives is small; those of the system are known by their hexadecimal digits.</summary>
    private static string CodeText(int code) => code is >= 0 and <= 255 ? code.ToString() : $"0x{code:X8}";

    /// <summary>The usual name of a signal.</summary>
    public static string SignalName(int signal) => signal switch
    {
        4 => "Illegal instruction",
        6 => "Aborted",
        7 => "Bus error",
        8 => "Floating point exception",
        9 => "Killed",
        11 => "Segmentation fault",
        15 => "Terminated",
        24 => "CPU time limit exceeded",
        25 => "File size limit exceeded",
        31 => "Bad system call",
        _ => "signal",
    };
}
