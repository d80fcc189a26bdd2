using System.Runtime.InteropServices;

namespace Manifold.Os;

/// <summary>epoll(7). Descriptors may be added and changed by any thread while another one waits.</summary>
internal sealed partial class Epoll : IDisposable
{
    private readonly FileDescriptor _fd;
    private readonly byte[] _events;
    private readonly int _batch;

    /// <summary>Creates an instance of which one <see cref="Wait"/> returns at most <paramref name="batch"/> events.</summary>
    public Epoll(int batch)
    {
        int fd = Create(EPOLL_CLOEXEC);
        _fd = fd >= 0 ? new FileDescriptor(fd) : throw OsException.Last("epoll_create1");
        _batch = batch;
        _events = GC.AllocateArray<byte>(batch * Stride, pinned: true);
    }

    /// <summary>Waits until <paramref name="fd"/> is readable each time anew; with several processes waiting, few of them are woken.</summary>
    public void AddShared(int fd) => Control(ADD, fd, EPOLLIN | EPOLLEXCLUSIVE);

    /// <summary>Reports <paramref name="fd"/> whenever it is readable.</summary>
    public void Add(int fd) => Control(ADD, fd, EPOLLIN);

    /// <summary>As <see cref="Add"/>; returns 0, also when it is there already because <see cref="Remove"/> was refused, or the errno.</summary>
    public int TryAdd(int fd) => TryControl(ADD, fd, EPOLLIN) is var errno && errno != Errno.EEXIST ? errno : 0;

    /// <summary>Reports <paramref name="fd"/> once; returns 0 or the errno.</summary>
    public int AddOnce(int fd, Ready wanted) => TryControl(ADD, fd, (uint)(ushort)wanted | EPOLLONESHOT);

    /// <summary>Reports an fd known from <see cref="AddOnce"/> once more; returns 0 or the errno.</summary>
    public int ArmOnce(int fd, Ready wanted) => TryControl(MOD, fd, (uint)(ushort)wanted | EPOLLONESHOT);

    /// <summary>
    /// Reports each change for the better of <paramref name="fd"/>, and its present state if that is one: what was reported and not used up is
    /// not reported again. Returns 0 or the errno.
    /// </summary>
    public int AddEdges(int fd, Ready wanted) => TryControl(ADD, fd, (uint)(ushort)(wanted | Ready.PeerEnded) | EPOLLET);

    /// <summary>As <see cref="AddEdges"/>, for an fd that is known.</summary>
    public int ChangeEdges(int fd, Ready wanted) => TryControl(MOD, fd, (uint)(ushort)(wanted | Ready.PeerEnded) | EPOLLET);

    /// <summary>Forgets <paramref name="fd"/>.</summary>
    public void Remove(int fd) => _ = TryControl(DEL, fd, 0);

    /// <summary>
    /// Waits up to <paramref name="timeoutMs"/> (-1 = for ever) and returns the number of events, which <see cref="Fd"/> and <see cref="Found"/>
    /// tell until the next call. One thread at a time. 0 also when a signal interrupted the wait.
    /// </summary>
    public unsafe int Wait(int timeoutMs)
    {
        fixed (byte* first = _events)
        {
            int n = WaitCall(_fd.Number, first, _batch, timeoutMs);
            if (n >= 0) return n;
            int errno = Errno.Last;
            return errno == Errno.EINTR ? 0 : throw new OsException("epoll_wait", errno);
        }
    }

    /// <summary>The descriptor of event <paramref name="index"/>.</summary>
    public int Fd(int index) => BitConverter.ToInt32(_events, index * Stride + DataOffset);

    /// <summary>What it is ready for.</summary>
    public Ready Found(int index) => (Ready)BitConverter.ToInt16(_events, index * Stride);

    public void Dispose() => _fd.Dispose();

    private void Control(int operation, int fd, uint flags)
    {
        int errno = TryControl(operation, fd, flags);
        if (errno != 0) throw new OsException("epoll_ctl", errno);
    }

    private unsafe int TryControl(int operation, int fd, uint flags)
    {
        byte* e = stackalloc byte[16];
        *(uint*)e = flags;
        *(long*)(e + DataOffset) = fd;
        return ControlCall(_fd.Number, operation, fd, e) == 0 ? 0 : Errno.Last;
    }

    // struct epoll_event is packed on x64 only.
    private static readonly int DataOffset = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 4 : 8;
    private static readonly int Stride = DataOffset + 8;

    private const int EPOLL_CLOEXEC = 0x80000, ADD = 1, DEL = 2, MOD = 3;
    private const uint EPOLLIN = 1, EPOLLONESHOT = 1u << 30, EPOLLET = 1u << 31, EPOLLEXCLUSIVE = 1u << 28;

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    private static partial int Create(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    private static unsafe partial int ControlCall(int epfd, int op, int fd, byte* e);

    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    private static unsafe partial int WaitCall(int epfd, byte* events, int max, int timeout);
}
