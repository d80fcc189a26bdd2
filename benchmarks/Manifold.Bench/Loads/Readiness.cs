using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Manifold.Bench;

/// <summary>epoll(7) with waits in nanoseconds (epoll_pwait2: Linux 5.11, glibc 2.35). Tells which of a list of sockets can be read. One thread.</summary>
internal sealed unsafe partial class Readiness : IDisposable
{
    private const int Batch = 256, EPOLL_CTL_ADD = 1, EPOLLIN = 1, EINTR = 4;

    private readonly int _fd;
    private readonly byte[] _events = new byte[Batch * Stride];
    private readonly IReadOnlyList<Socket> _sockets;

    public Readiness(IReadOnlyList<Socket> sockets)
    {
        _sockets = sockets; // which keeps them open
        _fd = Create(0);
        if (_fd < 0) throw new BenchException($"epoll_create1: errno {Marshal.GetLastPInvokeError()}");
        byte* one = stackalloc byte[16];
        for (int i = 0; i < sockets.Count; i++)
        {
            *(uint*)one = EPOLLIN;
            *(long*)(one + DataOffset) = i;
            if (Control(_fd, EPOLL_CTL_ADD, (int)_sockets[i].Handle, one) != 0) throw new BenchException($"epoll_ctl: errno {Marshal.GetLastPInvokeError()}");
        }
    }

    /// <summary>Waits up to so many nanoseconds and returns how many sockets are readable; <see cref="this"/> tells which.</summary>
    public int Wait(long nanoseconds)
    {
        var time = new TimeSpec { Seconds = (nint)(nanoseconds / 1_000_000_000), Nanoseconds = (nint)(nanoseconds % 1_000_000_000) };
        fixed (byte* events = _events)
        {
            int n = WaitCall(_fd, events, Batch, &time, null);
            if (n >= 0) return n;
        }
        int errno = Marshal.GetLastPInvokeError();
        return errno == EINTR ? 0 : throw new BenchException($"epoll_pwait2: errno {errno}");
    }

    /// <summary>The place in the list of the socket of event <paramref name="index"/>.</summary>
    public int this[int index] => BitConverter.ToInt32(_events, index * Stride + DataOffset);

    public void Dispose() => _ = Close(_fd);

    // struct epoll_event is packed on x64 only.
    private static readonly int DataOffset = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 4 : 8;
    private static readonly int Stride = DataOffset + 8;

    private struct TimeSpec
    {
        public nint Seconds, Nanoseconds;
    }

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    private static partial int Create(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    private static partial int Control(int epoll, int operation, int fd, byte* one);

    [LibraryImport("libc", EntryPoint = "epoll_pwait2", SetLastError = true)]
    private static partial int WaitCall(int epoll, byte* events, int most, TimeSpec* timeout, void* mask);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int fd);
}
