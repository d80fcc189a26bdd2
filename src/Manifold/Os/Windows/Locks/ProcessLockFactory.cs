using Microsoft.Win32.SafeHandles;

namespace Manifold.Os.Locks;

/// <summary>Locks between processes are not needed on Windows: the only MPM there, winnt, has one process that accepts.</summary>
internal static class ProcessLockFactory
{
    private static PlatformNotSupportedException Refusal => new("There is no accept mutex on Windows: the MPM there is winnt.");

    /// <summary>Any mechanism that a configuration names: none is used.</summary>
    public static LockMechanism Parse(string name) => name.Length > 0 ? LockMechanism.Pthread : throw new ArgumentException("A lock mechanism has a name.");

    public static ProcessLockSource Create(
        LockMechanism mechanism, string directory, string name, uint? ownerUid = null, uint? ownerGid = null)
    {
        _ = (mechanism, directory, name, ownerUid, ownerGid);
        throw Refusal;
    }

    public static IProcessLock Attach(LockMechanism mechanism, SafeFileHandle? descriptor, int id)
    {
        _ = (mechanism, descriptor, id);
        throw Refusal;
    }
}
