using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Manifold.Os.Locks;

/// <summary>
/// A lock on an open file. It belongs to the open file description, which an inherited descriptor shares with the master and all siblings;
/// so each child opens the (already unlinked) file anew through /proc. The kernel frees it when the holder dies. Waiting cannot be limited
/// in time: a waiter holds nothing and just ends with its process.
/// </summary>
internal sealed partial class FlockLock : IProcessLock
{
    private const int LOCK_EX = 2, LOCK_NB = 4, LOCK_UN = 8;
    private readonly SafeFileHandle _file;

    private FlockLock(SafeFileHandle file) => _file = file;

    /// <summary>Opens the file of <paramref name="inherited"/> for itself and closes <paramref name="inherited"/>.</summary>
    public static FlockLock Attach(SafeFileHandle inherited)
    {
        using (inherited) return new FlockLock(LockFile.Reopen(inherited));
    }

    /// <inheritdoc/>
    public bool CanTimeOut => false;

    /// <inheritdoc/>
    public LockResult Enter(int timeoutMs = -1) => LockResult.FromError(Call(timeoutMs == 0 ? LOCK_EX | LOCK_NB : LOCK_EX));

    /// <inheritdoc/>
    public int Exit() => Call(LOCK_UN);

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private int Call(int operation) => Flock(_file, operation) == 0 ? 0 : Errno.Last;

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static partial int Flock(SafeFileHandle fd, int operation);
}
