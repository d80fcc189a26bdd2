using System.Runtime.InteropServices;

namespace Manifold.Os;

/// <summary>What the kernel says of the threads of this process.</summary>
internal static partial class ThreadActivity
{
    /// <summary>How often the calling thread has given up its processor to wait for something.</summary>
    public static unsafe long Waits
    {
        get
        {
            long* usage = stackalloc long[18]; // struct rusage
            return GetUsage(RUSAGE_THREAD, usage) == 0 ? usage[16] : 0; // ru_nvcsw
        }
    }

    /// <summary>
    /// True when the thread waits for something, or is gone; false when it runs or could run. Where the kernel does not say (without /proc, in a
    /// new root), true.
    /// </summary>
    public static bool IsAsleep(int threadId)
    {
        Span<byte> text = stackalloc byte[128]; // "pid (name) S ..."
        try
        {
            using var stat = File.OpenHandle($"/proc/self/task/{threadId}/stat");
            text = text[..RandomAccess.Read(stat, text, 0)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return true;
        }
        int name = text.LastIndexOf((byte)')');
        return name < 0 || name + 2 >= text.Length || text[name + 2] != 'R';
    }

    private const int RUSAGE_THREAD = 1;

    [LibraryImport("libc", EntryPoint = "getrusage")]
    private static unsafe partial int GetUsage(int who, long* usage);
}
