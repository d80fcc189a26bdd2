using System.Runtime.InteropServices;

namespace Manifold.Os;

/// <summary>Whether threads of this process wait, or would run if they were given a processor.</summary>
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

    /// <summary>True when a thread runs or is about to; false when it waits, has ended, or the system does not say.</summary>
    /// <param name="id">The kernel's id (<see cref="ThreadId"/>).</param>
    public static bool Runs(int id)
    {
        try
        {
            using var file = File.OpenHandle($"/proc/self/task/{id}/stat"); // "id (name) state ..."; a name may hold anything
            Span<byte> text = stackalloc byte[128];
            text = text[..RandomAccess.Read(file, text, 0)];
            int end = text.LastIndexOf((byte)')');
            return end >= 0 && end + 2 < text.Length && text[end + 2] == (byte)'R';
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private const int RUSAGE_THREAD = 1;

    [LibraryImport("libc", EntryPoint = "getrusage")]
    private static unsafe partial int GetUsage(int who, long* usage);
}
