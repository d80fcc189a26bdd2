using System.Runtime.InteropServices;

namespace Manifold.Os;

/// <summary>A child's view of the master that started it.</summary>
internal sealed partial class ParentProcess(int pid) : IDisposable
{
    /// <summary>True when the master has ended. Never, for a process that is its own master.</summary>
    public bool IsGone => pid != Environment.ProcessId && GetParent() != pid;

    public void Dispose()
    {
    }

    [LibraryImport("libc", EntryPoint = "getppid")]
    private static partial int GetParent();
}
