using System.Runtime.InteropServices;

namespace Manifold.Os.Locks;

/// <summary>The kernel's struct timespec.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct Timespec
{
    public long Seconds;
    public long Nanoseconds;

    /// <summary>A length of time.</summary>
    public static Timespec Of(int milliseconds) => new()
    {
        Seconds = milliseconds / 1000,
        Nanoseconds = milliseconds % 1000 * 1_000_000L,
    };
}

/// <summary>Points in time on the clock that nobody sets.</summary>
internal static partial class MonotonicDeadline
{
    /// <summary>Number of the clock, for calls that take one.</summary>
    public const int Clock = 1;

    /// <summary>So many milliseconds from now.</summary>
    public static Timespec In(int milliseconds)
    {
        _ = GetTime(Clock, out var now); // cannot fail for this clock
        var wait = Timespec.Of(milliseconds);
        long nanoseconds = now.Nanoseconds + wait.Nanoseconds;
        return new() { Seconds = now.Seconds + wait.Seconds + nanoseconds / 1_000_000_000, Nanoseconds = nanoseconds % 1_000_000_000 };
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime", SetLastError = true)]
    private static partial int GetTime(int clock, out Timespec now);
}
