using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Manifold.Os.Locks;

/// <summary>
/// A process-shared, robust pthread mutex in shared memory: when its holder dies, the next waiter gets it and is told. The thread that
/// enters must be the one that leaves, so no await in between. Never dispose it while held: the C library keeps a list of held mutexes per thread.
/// A signal does not interrupt waiting.
/// </summary>
internal sealed unsafe partial class RobustMutexLock : IProcessLock
{
    private const int PROCESS_SHARED = 1, ROBUST = 1, ERRORCHECK = 2, EBUSY = 16;
    private readonly SharedMemory _memory;

    private RobustMutexLock(SharedMemory memory) => _memory = memory;

    /// <summary>Creates a mutex; the memory is the caller's.</summary>
    public static SharedMemory Create()
    {
        var memory = LockMemory.Create(LockMechanism.Pthread);
        byte* attributes = stackalloc byte[64]; // pthread_mutexattr_t has 4 bytes on x64, 8 on arm64
        int error = AttributesInit(attributes);
        if (error == 0) error = SetShared(attributes, PROCESS_SHARED);
        if (error == 0) error = SetRobust(attributes, ROBUST);
        if (error == 0) error = SetType(attributes, ERRORCHECK);
        if (error == 0) error = Init(LockMemory.Object(memory), attributes);
        if (error == 0) return memory;
        memory.Dispose();
        throw new OsException("process-shared robust mutex", error);
    }

    /// <summary>Uses a mutex that the master has created; <paramref name="handle"/> belongs to the new object.</summary>
    public static RobustMutexLock Attach(SafeFileHandle handle) => new(LockMemory.Attach(LockMechanism.Pthread, handle));

    /// <inheritdoc/>
    public bool CanTimeOut => true;

    /// <inheritdoc/>
    public LockResult Enter(int timeoutMs = -1)
    {
        byte* mutex = LockMemory.Object(_memory);
        int error;
        if (timeoutMs < 0) error = Lock(mutex);
        else if (timeoutMs == 0) error = TryLock(mutex);
        else
        {
            var deadline = MonotonicDeadline.In(timeoutMs);
            error = ClockLock(mutex, MonotonicDeadline.Clock, &deadline);
        }
        if (error == EBUSY) return new(LockOutcome.TimedOut);
        if (error != Errno.EOWNERDEAD) return LockResult.FromError(error);
        error = MakeConsistent(mutex);
        return error == 0 ? new(LockOutcome.PreviousHolderDied) : new(LockOutcome.Failed, error);
    }

    /// <inheritdoc/>
    public int Exit() => Unlock(LockMemory.Object(_memory));

    /// <inheritdoc/>
    public void Dispose() => _memory.Dispose();

    // These return their error instead of setting errno.

    [LibraryImport("libc", EntryPoint = "pthread_mutexattr_init")]
    private static partial int AttributesInit(byte* attributes);

    [LibraryImport("libc", EntryPoint = "pthread_mutexattr_setpshared")]
    private static partial int SetShared(byte* attributes, int shared);

    [LibraryImport("libc", EntryPoint = "pthread_mutexattr_setrobust")]
    private static partial int SetRobust(byte* attributes, int robust);

    [LibraryImport("libc", EntryPoint = "pthread_mutexattr_settype")]
    private static partial int SetType(byte* attributes, int type);

    [LibraryImport("libc", EntryPoint = "pthread_mutex_init")]
    private static partial int Init(byte* mutex, byte* attributes);

    [LibraryImport("libc", EntryPoint = "pthread_mutex_lock")]
    private static partial int Lock(byte* mutex);

    [LibraryImport("libc", EntryPoint = "pthread_mutex_trylock")]
    private static partial int TryLock(byte* mutex);

    [LibraryImport("libc", EntryPoint = "pthread_mutex_clocklock")]
    private static partial int ClockLock(byte* mutex, int clock, Timespec* deadline);

    [LibraryImport("libc", EntryPoint = "pthread_mutex_unlock")]
    private static partial int Unlock(byte* mutex);

    [LibraryImport("libc", EntryPoint = "pthread_mutex_consistent")]
    private static partial int MakeConsistent(byte* mutex);
}
