using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Manifold.Os.Locks;

/// <summary>
/// A POSIX semaphore in shared memory. Cheap, but nobody notices when its holder dies: the lock then stays taken, and the master must
/// replace it by starting a new generation. Prefer the mutex.
/// </summary>
internal sealed unsafe partial class PosixSemaphoreLock : IProcessLock
{
    private readonly SharedMemory _memory;

    private PosixSemaphoreLock(SharedMemory memory) => _memory = memory;

    /// <summary>Creates a semaphore; the memory is the caller's.</summary>
    public static SharedMemory Create()
    {
        var memory = LockMemory.Create(LockMechanism.PosixSemaphore);
        if (Init(LockMemory.Object(memory), 1, 1) == 0) return memory;
        var failure = OsException.Last("sem_init");
        memory.Dispose();
        throw failure;
    }

    /// <summary>Uses a semaphore that the master has created; <paramref name="handle"/> belongs to the new object.</summary>
    public static PosixSemaphoreLock Attach(SafeFileHandle handle) => new(LockMemory.Attach(LockMechanism.PosixSemaphore, handle));

    /// <inheritdoc/>
    public bool CanTimeOut => true;

    /// <inheritdoc/>
    public LockResult Enter(int timeoutMs = -1)
    {
        byte* semaphore = LockMemory.Object(_memory);
        int result;
        if (timeoutMs < 0) result = Wait(semaphore);
        else if (timeoutMs == 0) result = TryWait(semaphore);
        else
        {
            var deadline = MonotonicDeadline.In(timeoutMs);
            result = ClockWait(semaphore, MonotonicDeadline.Clock, &deadline);
        }
        return LockResult.FromError(result == 0 ? 0 : Errno.Last);
    }

    /// <inheritdoc/>
    public int Exit() => Post(LockMemory.Object(_memory)) == 0 ? 0 : Errno.Last;

    /// <inheritdoc/>
    public void Dispose() => _memory.Dispose();

    [LibraryImport("libc", EntryPoint = "sem_init", SetLastError = true)]
    private static partial int Init(byte* semaphore, int shared, uint value);

    [LibraryImport("libc", EntryPoint = "sem_wait", SetLastError = true)]
    private static partial int Wait(byte* semaphore);

    [LibraryImport("libc", EntryPoint = "sem_trywait", SetLastError = true)]
    private static partial int TryWait(byte* semaphore);

    [LibraryImport("libc", EntryPoint = "sem_clockwait", SetLastError = true)]
    private static partial int ClockWait(byte* semaphore, int clock, Timespec* deadline);

    [LibraryImport("libc", EntryPoint = "sem_post", SetLastError = true)]
    private static partial int Post(byte* semaphore);
}
