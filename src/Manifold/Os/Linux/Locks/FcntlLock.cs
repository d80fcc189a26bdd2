using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Manifold.Os.Locks;

/// <summary>
/// A record lock over a whole file. Belongs to the process: threads of one process do not exclude each other, and closing any descriptor
/// of the file gives it up. The kernel frees it when the holder dies, whatever the reason. Waiting cannot be limited in time: a waiter
/// holds nothing and just ends with its process.
/// </summary>
internal sealed partial class FcntlLock(SafeFileHandle file) : IProcessLock
{
    private const int F_SETLK = 6, F_SETLKW = 7;
    private const short F_WRLCK = 1, F_UNLCK = 2;

    /// <inheritdoc/>
    public bool CanTimeOut => false;

    /// <inheritdoc/>
    public LockResult Enter(int timeoutMs = -1)
    {
        int error = Call(timeoutMs == 0 ? F_SETLK : F_SETLKW, F_WRLCK);
        return LockResult.FromError(timeoutMs == 0 && error == Errno.EACCES ? Errno.EAGAIN : error); // either means "taken"
    }

    /// <inheritdoc/>
    public int Exit() => Call(F_SETLKW, F_UNLCK);

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();

    private int Call(int command, short type)
    {
        var range = new RecordRange { Type = type }; // from the start, length 0 = to the end
        return Control(file, command, ref range) == 0 ? 0 : Errno.Last;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct RecordRange // struct flock
    {
        public short Type;
        public short Whence;
        public long Start;
        public long Length;
        public int Pid;
    }

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    internal static partial int Control(SafeFileHandle fd, int command, ref RecordRange range);
}
