using Microsoft.Win32.SafeHandles;

namespace Manifold.Os.Locks;

/// <summary>The master's end of a lock. Never made on Windows: see <see cref="ProcessLockFactory"/>.</summary>
internal sealed class ProcessLockSource : IDisposable
{
    private ProcessLockSource()
    {
    }

    public LockMechanism Mechanism { get; }

    public SafeFileHandle? Descriptor { get; }

    public int Id { get; }

    public void Dispose()
    {
    }
}
