using System.Runtime.InteropServices;

namespace Manifold.Os;

/// <summary>The kernel's id of the calling thread.</summary>
public static partial class ThreadId
{
    /// <summary>Costs no system call.</summary>
    public static int Current => (int)GetThreadId();

    [LibraryImport("kernel32", EntryPoint = "GetCurrentThreadId")]
    private static partial uint GetThreadId();
}
