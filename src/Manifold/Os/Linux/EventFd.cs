using System.Runtime.InteropServices;

namespace Manifold.Os;

/// <summary>A descriptor that becomes readable when another thread calls <see cref="Signal"/>: how a thread that waits in a poll is woken.</summary>
internal sealed partial class EventFd : IDisposable
{
    private readonly FileDescriptor _fd;

    public EventFd()
    {
        int fd = Create(0, EFD_NONBLOCK | EFD_CLOEXEC);
        _fd = fd >= 0 ? new FileDescriptor(fd) : throw OsException.Last("eventfd");
    }

    public int Number => _fd.Number;

    /// <summary>Makes it readable. Any thread, also a signal callback.</summary>
    public unsafe void Signal()
    {
        ulong one = 1;
        _ = WriteCall(_fd, &one, 8);
    }

    /// <summary>Makes it unreadable again.</summary>
    public unsafe void Clear()
    {
        ulong value;
        _ = ReadCall(_fd, &value, 8);
    }

    public void Dispose() => _fd.Dispose();

    private const int EFD_NONBLOCK = 0x800, EFD_CLOEXEC = 0x80000;

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    private static partial int Create(uint value, int flags);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static unsafe partial nint WriteCall(FileDescriptor fd, ulong* value, nint count);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static unsafe partial nint ReadCall(FileDescriptor fd, ulong* value, nint count);
}
