namespace Manifold.Os.Locks;

/// <summary>The ways to make a lock between processes.</summary>
internal enum LockMechanism
{
    /// <summary>A robust mutex of the C library.</summary>
    Pthread,
    /// <summary>A record lock of a file.</summary>
    Fcntl,
    /// <summary>A lock of a whole file.</summary>
    Flock,
    /// <summary>A System V semaphore.</summary>
    SysVSemaphore,
    /// <summary>A POSIX semaphore.</summary>
    PosixSemaphore,
}
