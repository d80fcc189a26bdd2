using System.Globalization;
using System.Runtime.InteropServices;

namespace Manifold.Bench;

/// <summary>One process as /proc tells it. Times are in clock ticks.</summary>
internal readonly record struct ProcessStat(int Pid, int Parent, long OwnTicks, long EndedChildrenTicks, ulong Started);

/// <summary>Reads /proc, and the clocks that go with it. Processes that end meanwhile are left out.</summary>
internal static partial class Proc
{
    private static readonly long TicksPerSecond = SysConf(_SC_CLK_TCK);

    /// <summary>
    /// CPU microseconds that a whole server has used: of every live process in the tree, by its exact clock, and of the ended children that each has
    /// waited for, in whole ticks.
    /// </summary>
    public static long CpuMicroseconds(int root)
    {
        for (int attempt = 0; ; attempt++)
        {
            var tree = Tree(root);
            double sum = tree.Sum(process =>
                (CpuMilliseconds(process.Pid) is var ms && double.IsFinite(ms) ? ms * 1000 : process.OwnTicks * 1e6 / TicksPerSecond)
                + process.EndedChildrenTicks * 1e6 / TicksPerSecond);
            // A process that ended while it was looked at is missing here, or counted twice: then the tree has changed, and is read again.
            if (attempt == 5 || tree.Select(Identity).SequenceEqual(Tree(root).Select(Identity))) return (long)sum;
        }

        static (int, long) Identity(ProcessStat process) => (process.Pid, process.EndedChildrenTicks);
    }

    /// <summary>The process and all its descendants.</summary>
    public static List<ProcessStat> Tree(int root)
    {
        var all = new List<ProcessStat>();
        foreach (string directory in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(directory.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out int pid)
                && Read(pid) is { } stat) all.Add(stat);
        }
        var children = all.ToLookup(p => p.Parent);
        var tree = all.Where(p => p.Pid == root).ToList();
        for (int i = 0; i < tree.Count; i++) tree.AddRange(children[tree[i].Pid]);
        return tree;
    }

    /// <summary>Null when there is no such process.</summary>
    public static ProcessStat? Read(int pid)
    {
        if (Text($"/proc/{pid}/stat") is not { } text) return null;
        // The name in parentheses may contain anything; the fields after it are numbered from 3 in proc(5).
        string[] fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
        return new ProcessStat(pid, int.Parse(fields[1]), Field(14) + Field(15), Field(16) + Field(17), (ulong)Field(22));

        long Field(int number) => long.Parse(fields[number - 3]);
    }

    /// <summary>CPU milliseconds of one process, exactly: the clock whose reading /proc/PID/stat rounds down to ticks.</summary>
    public static double CpuMilliseconds(int pid)
    {
        const int wholeProcess = 2; // CPUCLOCK_SCHED, see clock_getcpuclockid(3)
        return ClockGetTime(~pid << 3 | wholeProcess, out var time) == 0 ? time.Seconds * 1e3 + time.Nanoseconds / 1e6 : double.NaN;
    }

    /// <summary>The names of a process's threads.</summary>
    public static IEnumerable<string> ThreadNames(int pid)
    {
        string[] threads;
        try
        {
            threads = Directory.GetDirectories($"/proc/{pid}/task");
        }
        catch (IOException)
        {
            return [];
        }
        return threads.Select(t => Text(t + "/comm")?.Trim() ?? "");
    }

    /// <summary>Memory of a process in MB: its share of everything (PSS), and what it shares with nobody.</summary>
    public static (double Pss, double Private)? Memory(int pid)
    {
        if (Text($"/proc/{pid}/smaps_rollup") is not { } text) return null;
        var lines = text.Split('\n').Select(line => line.Split(':', StringSplitOptions.TrimEntries)).Where(line => line.Length == 2)
            .ToDictionary(line => line[0], line => line[1]);
        return (Megabytes("Pss"), Megabytes("Private_Clean") + Megabytes("Private_Dirty"));

        double Megabytes(string name) => double.Parse(lines[name].Split(' ')[0], CultureInfo.InvariantCulture) / 1024;
    }

    /// <summary>Megabytes that the machine could still give.</summary>
    public static double AvailableMegabytes =>
        double.Parse(File.ReadLines("/proc/meminfo").First(line => line.StartsWith("MemAvailable:", StringComparison.Ordinal))[13..^2], CultureInfo.InvariantCulture) / 1024;

    private static string? Text(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private const int _SC_CLK_TCK = 2;

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public nint Seconds, Nanoseconds;
    }

    [LibraryImport("libc", EntryPoint = "sysconf")]
    private static partial nint SysConf(int name);

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int ClockGetTime(int clock, out TimeSpec time);
}
