using System.Globalization;

namespace Manifold.Httpd.Modules.Status;

/// <summary>Processor time in seconds: own, and of children that have ended.</summary>
internal readonly record struct CpuTimes(double User, double System, double ChildrenUser, double ChildrenSystem)
{
    public double Total => User + System + ChildrenUser + ChildrenSystem;

    public static CpuTimes operator +(CpuTimes a, CpuTimes b) =>
        new(a.User + b.User, a.System + b.System, a.ChildrenUser + b.ChildrenUser, a.ChildrenSystem + b.ChildrenSystem);
}

/// <summary>
/// What the kernel says in /proc about load and processes. In a chroot, or where other users' processes are hidden, there may be nothing
/// to read: then the answer is null.
/// </summary>
/// <param name="read">Gives the text of a file; null when it cannot be read.</param>
internal sealed class ProcFiles(Func<string, string?> read)
{
    private const double TicksPerSecond = 100; // USER_HZ, the same on every Linux

    /// <summary>The files of the system itself.</summary>
    public static ProcFiles OfSystem { get; } = new(Read);

    /// <summary>Load averages over 1, 5 and 15 minutes.</summary>
    public double[]? Load()
    {
        string[] words = read("/proc/loadavg")?.Split(' ') ?? [];
        if (words.Length < 3) return null;
        var load = new double[3];
        for (int i = 0; i < load.Length; i++)
        {
            if (!double.TryParse(words[i], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out load[i])) return null;
        }
        return load;
    }

    /// <summary>The times of a process; null when there is none, or when it is neither the master nor a child of it.</summary>
    public CpuTimes? TimesOf(int pid, int master)
    {
        string? text = read($"/proc/{pid}/stat");
        int afterName = text?.LastIndexOf(')') ?? -1; // the name may contain anything
        if (afterName < 0) return null;
        string[] words = text![(afterName + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length < 15 || !int.TryParse(words[1], out int parent) || (parent != master && pid != master)) return null;
        return new CpuTimes(Seconds(words[11]), Seconds(words[12]), Seconds(words[13]), Seconds(words[14]));
    }

    private static double Seconds(string ticks) =>
        long.TryParse(ticks, NumberStyles.None, CultureInfo.InvariantCulture, out long count) ? count / TicksPerSecond : 0;

    private static string? Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
