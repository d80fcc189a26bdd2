namespace Manifold.Os.Locks;

/// <summary>How an attempt to take a lock ended.</summary>
internal enum LockOutcome
{
    /// <summary>The caller holds it.</summary>
    Acquired,
    /// <summary>The caller holds it; its last holder died holding it. The lock itself is sound again.</summary>
    PreviousHolderDied,
    /// <summary>Somebody else held it the whole time.</summary>
    TimedOut,
    /// <summary>A signal arrived; look around and try again.</summary>
    Interrupted,
    /// <summary>The lock does not work (any more), for example because its master removed it.</summary>
    Failed,
}

/// <summary>An outcome with the error number of a failure.</summary>
internal readonly record struct LockResult(LockOutcome Outcome, int Error = 0)
{
    /// <summary>True when the caller holds the lock and must call Exit.</summary>
    public bool Held => Outcome is LockOutcome.Acquired or LockOutcome.PreviousHolderDied;

    /// <summary>Reads the error number of a call that takes a lock; 0 = it was taken.</summary>
    public static LockResult FromError(int error) => error switch
    {
        0 => new(LockOutcome.Acquired),
        Errno.EAGAIN or Errno.ETIMEDOUT => new(LockOutcome.TimedOut),
        Errno.EINTR => new(LockOutcome.Interrupted),
        _ => new(LockOutcome.Failed, error),
    };
}

/// <summary>
/// A lock between processes. In a process one thread at a time uses it, and the thread that has entered also leaves; not every mechanism
/// could tell threads apart. Made in the child with <see cref="ProcessLockFactory.Attach"/>. Dispose only while nobody holds or awaits it.
/// </summary>
internal interface IProcessLock : IDisposable
{
    /// <summary>True when <see cref="Enter"/> keeps to its timeout. File locks cannot.</summary>
    bool CanTimeOut { get; }

    /// <summary>Blocks until the lock is taken or <paramref name="timeoutMs"/> has passed; negative = for ever, 0 = only try.</summary>
    LockResult Enter(int timeoutMs = -1);

    /// <summary>Lets go. Returns 0 or an error number: the lock does not work any more.</summary>
    int Exit();
}
