using System.Runtime.InteropServices;

namespace Manifold.Os;

/// <summary>poll(2): where a thread waits that owns what it waits for.</summary>
internal static partial class Poll
{
    /// <summary>
    /// Waits until an entry is ready or <paramref name="timeoutMs"/> has passed (-1 = for ever). Returns the number of ready entries; 0 also
    /// when a signal interrupted the wait, so callers look at their clocks and flags again.
    /// </summary>
    public static unsafe int Wait(Span<Entry> entries, int timeoutMs)
    {
        fixed (Entry* first = entries)
        {
            int n = PollCall(first, (nuint)entries.Length, timeoutMs);
            if (n >= 0) return n;
            int errno = Errno.Last;
            return errno == Errno.EINTR ? 0 : throw new OsException("poll", errno);
        }
    }

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static unsafe partial int PollCall(Entry* entries, nuint count, int timeout);
}
