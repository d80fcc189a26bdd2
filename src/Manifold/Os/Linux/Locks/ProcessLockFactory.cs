using Microsoft.Win32.SafeHandles;

namespace Manifold.Os.Locks;

/// <summary>
/// Makes locks in two steps: the master creates one per generation, each child attaches to it before it gives up its privileges.
/// </summary>
internal static class ProcessLockFactory
{
    /// <summary>The mechanism that a configuration means. Throws an ArgumentException whose message lists the names.</summary>
    public static LockMechanism Parse(string name) => name.ToLowerInvariant() switch
    {
        "default" or "yes" or "pthread" => LockMechanism.Pthread,
        "sem" or "posixsem" => LockMechanism.PosixSemaphore,
        "sysvsem" => LockMechanism.SysVSemaphore,
        "file" or "fcntl" => LockMechanism.Fcntl,
        "flock" => LockMechanism.Flock,
        "none" or "no" => throw new ArgumentException("The accept mutex cannot be switched off by name; MPMs that need none use none."),
        _ => throw new ArgumentException(
            $"Unknown lock mechanism \"{name}\": use default, pthread, posixsem, sysvsem, sem, fcntl, flock or file."),
    };

    /// <summary>Creates a lock. In the master, while it still has the rights to give it away.</summary>
    /// <param name="mechanism">How.</param>
    /// <param name="directory">Directory for a lock file, on a local disk.</param>
    /// <param name="name">Name of the lock file; it exists for a moment only.</param>
    /// <param name="ownerUid">Account of the children; null = the master's own.</param>
    /// <param name="ownerGid">Group of the children; null = the master's own.</param>
    public static ProcessLockSource Create(
        LockMechanism mechanism, string directory, string name, uint? ownerUid = null, uint? ownerGid = null) => mechanism switch
        {
            LockMechanism.Pthread => new(mechanism, RobustMutexLock.Create()),
            LockMechanism.PosixSemaphore => new(mechanism, PosixSemaphoreLock.Create()),
            LockMechanism.SysVSemaphore => new(mechanism, SysVSemaphoreLock.Create(ownerUid, ownerGid)),
            _ => new(mechanism, LockFile.Create(Path.Combine(directory, name), ownerUid)),
        };

    /// <summary>Uses a lock that the master has created. In a child, before it drops privileges.</summary>
    /// <param name="mechanism">As it was created.</param>
    /// <param name="descriptor">The child's own descriptor; belongs to the lock from now on. Null for a System V semaphore.</param>
    /// <param name="id">Number of the System V semaphore.</param>
    public static IProcessLock Attach(LockMechanism mechanism, SafeFileHandle? descriptor, int id)
    {
        if (mechanism == LockMechanism.SysVSemaphore) return SysVSemaphoreLock.Attach(id);
        ArgumentNullException.ThrowIfNull(descriptor);
        return mechanism switch
        {
            LockMechanism.Pthread => RobustMutexLock.Attach(descriptor),
            LockMechanism.PosixSemaphore => PosixSemaphoreLock.Attach(descriptor),
            LockMechanism.Flock => FlockLock.Attach(descriptor),
            _ => new FcntlLock(descriptor),
        };
    }
}
