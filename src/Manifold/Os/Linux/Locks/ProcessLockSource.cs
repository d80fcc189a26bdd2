using Microsoft.Win32.SafeHandles;

namespace Manifold.Os.Locks;

/// <summary>
/// The master's end of a lock: what a child must be given to attach, and its removal. Dispose it when no child of its generation is left.
/// </summary>
internal sealed class ProcessLockSource : IDisposable
{
    private readonly IDisposable? _owned;
    private bool _removed;

    internal ProcessLockSource(LockMechanism mechanism, SafeFileHandle file) =>
        (Mechanism, Descriptor, Id, _owned) = (mechanism, file, -1, file);

    internal ProcessLockSource(LockMechanism mechanism, SharedMemory memory) =>
        (Mechanism, Descriptor, Id, _owned) = (mechanism, memory.Descriptor, -1, memory);

    internal ProcessLockSource(LockMechanism mechanism, int id) => (Mechanism, Id) = (mechanism, id);

    /// <summary>How it was made.</summary>
    public LockMechanism Mechanism { get; }

    /// <summary>The descriptor that children inherit, close-on-exec here; null for a System V semaphore. Owned by this object.</summary>
    public SafeFileHandle? Descriptor { get; }

    /// <summary>The number of a System V semaphore, else -1.</summary>
    public int Id { get; }

    /// <summary>Removes the lock from the system, or closes the master's descriptor.</summary>
    public void Dispose()
    {
        _owned?.Dispose();
        if (_owned is null && !_removed) SysVSemaphoreLock.Remove(Id);
        _removed = true;
    }
}
