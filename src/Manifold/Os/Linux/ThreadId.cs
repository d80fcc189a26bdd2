using System.Runtime.InteropServices;

namespace Manifold.Os;

/// <summary>The kernel's id of the calling thread, as shown by ps -L.</summary>
public static partial class ThreadId
{
    [ThreadStatic] private static int s_id;

    /// <summary>Asked once per thread.</summary>
    public static int Current => s_id != 0 ? s_id : s_id = GetTid();

    [LibraryImport("libc", EntryPoint = "gettid")]
    private static partial int GetTid();
}
