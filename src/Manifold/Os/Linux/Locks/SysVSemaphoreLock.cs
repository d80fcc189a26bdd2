using System.Runtime.InteropServices;

namespace Manifold.Os.Locks;

/// <summary>
/// A System V semaphore with undo: the kernel takes back what a dead process has done to it. Known by a number, not by a descriptor, and
/// accessible to the account it was given to, so programs of the same account can disturb it. It outlives a master that is killed
/// (ipcs -s lists it, ipcrm -s removes it). Removing it wakes all waiters with a failure.
/// </summary>
internal sealed unsafe partial class SysVSemaphoreLock : IProcessLock
{
    private const int IPC_PRIVATE = 0, IPC_CREAT = 0x200, IPC_RMID = 0, IPC_SET = 1, IPC_STAT = 2, GETVAL = 12, SETVAL = 16;
    private const short IPC_NOWAIT = 0x800, SEM_UNDO = 0x1000;
    private readonly int _id;

    private SysVSemaphoreLock(int id) => _id = id;

    /// <summary>Creates a semaphore and returns its number. Throws when the system has none left.</summary>
    public static int Create(uint? ownerUid, uint? ownerGid)
    {
        int id = Get(IPC_PRIVATE, 1, IPC_CREAT | 0x180 /* 0600 */);
        if (id < 0) throw OsException.Last("semget: no System V semaphore");
        if (ControlCall(id, 0, SETVAL, 1) >= 0 && (ownerUid is null || GiveTo(id, ownerUid.Value, ownerGid) >= 0)) return id;
        var failure = OsException.Last("semctl: cannot prepare the System V semaphore");
        Remove(id);
        throw failure;
    }

    /// <summary>Removes the semaphore from the system. To be called by its creator, once.</summary>
    public static void Remove(int id) => _ = ControlCall(id, 0, IPC_RMID, 0); // it may be gone already

    /// <summary>Uses an existing semaphore.</summary>
    public static SysVSemaphoreLock Attach(int id)
    {
        return ControlCall(id, 0, GETVAL, 0) >= 0 ? new(id) : throw OsException.Last($"System V semaphore {id}");
    }

    /// <inheritdoc/>
    public bool CanTimeOut => true;

    /// <inheritdoc/>
    public LockResult Enter(int timeoutMs = -1)
    {
        var timeout = Timespec.Of(Math.Max(0, timeoutMs));
        var take = new Operation { Change = -1, Flags = (short)(timeoutMs == 0 ? SEM_UNDO | IPC_NOWAIT : SEM_UNDO) };
        int result = Operate(_id, &take, 1, timeoutMs > 0 ? &timeout : null);
        return LockResult.FromError(result == 0 ? 0 : Errno.Last);
    }

    /// <inheritdoc/>
    public int Exit()
    {
        var give = new Operation { Change = 1, Flags = SEM_UNDO };
        return Operate(_id, &give, 1, null) == 0 ? 0 : Errno.Last;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // nothing is open in this process
    }

    private static int GiveTo(int id, uint uid, uint? gid)
    {
        // struct semid_ds, 104 bytes on x64, 88 on arm64; it begins with int key, uid, gid, creator's uid, creator's gid, mode
        uint* description = stackalloc uint[64];
        if (ControlCall(id, 0, IPC_STAT, (nint)description) < 0) return -1;
        description[1] = uid;
        if (gid is uint group) description[2] = group;
        return ControlCall(id, 0, IPC_SET, (nint)description);
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Operation // struct sembuf
    {
        public ushort Number;
        public short Change;
        public short Flags;
    }

    [LibraryImport("libc", EntryPoint = "semget", SetLastError = true)]
    private static partial int Get(int key, int count, int flags);

    [LibraryImport("libc", EntryPoint = "semctl", SetLastError = true)]
    private static partial int ControlCall(int id, int number, int command, nint argument);

    [LibraryImport("libc", EntryPoint = "semtimedop", SetLastError = true)]
    private static partial int Operate(int id, Operation* operations, nuint count, Timespec* timeout);
}
