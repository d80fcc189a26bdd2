using System.Net;
using System.Runtime.InteropServices;

namespace Manifold.Os;

/// <summary>
/// An accepted, non-blocking TCP connection. Owned by one connection object, which alone closes it, once. Only <see cref="Shutdown"/> may
/// come from another thread than the owner's, under the connection's lock.
/// </summary>
internal static partial class ConnectionSocket
{
    /// <summary>Takes what has arrived. 0 = the peer has ended its side; negative = -errno.</summary>
    public static unsafe int Receive(int fd, Span<byte> into)
    {
        fixed (byte* p = into)
        {
            nint n = Recv(fd, p, into.Length, 0);
            return n >= 0 ? (int)n : -Errno.Last;
        }
    }

    /// <summary>Hands bytes to the kernel, as many as there is room for; negative = -errno.</summary>
    public static unsafe int Send(int fd, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* p = bytes)
        {
            nint n = SendCall(fd, p, bytes.Length, MSG_NOSIGNAL);
            return n >= 0 ? (int)n : -Errno.Last;
        }
    }

    /// <summary>Ends the sending side (the peer sees end of file), or both sides, which wakes a thread that polls the socket.</summary>
    public static void Shutdown(int fd, bool both) => _ = ShutdownCall(fd, both ? SHUT_RDWR : SHUT_WR);

    public static void Close(int fd) => _ = CloseCall(fd);

    /// <summary>Closes so that the peer gets a reset instead of an orderly end.</summary>
    public static unsafe void Reset(int fd)
    {
        long lingerZero = 1; // struct linger { int l_onoff; int l_linger; }
        _ = SetSockOpt(fd, SOL_SOCKET, SO_LINGER, &lingerZero, 8);
        _ = CloseCall(fd);
    }

    /// <summary>The address that the client connected to.</summary>
    public static unsafe IPEndPoint LocalAddress(int fd)
    {
        byte* address = stackalloc byte[SockAddr.Longest];
        int length = SockAddr.Longest;
        return GetSockName(fd, address, &length) == 0
            ? SockAddr.Read(new ReadOnlySpan<byte>(address, SockAddr.Longest))
            : new IPEndPoint(IPAddress.Any, 0);
    }

    private const int MSG_NOSIGNAL = 0x4000, SHUT_WR = 1, SHUT_RDWR = 2, SOL_SOCKET = 1, SO_LINGER = 13;

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    private static unsafe partial nint Recv(int fd, byte* buffer, nint length, int flags);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    private static unsafe partial nint SendCall(int fd, byte* buffer, nint length, int flags);

    [LibraryImport("libc", EntryPoint = "shutdown", SetLastError = true)]
    private static partial int ShutdownCall(int fd, int how);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int CloseCall(int fd);

    [LibraryImport("libc", EntryPoint = "setsockopt", SetLastError = true)]
    private static unsafe partial int SetSockOpt(int fd, int level, int option, void* value, int length);

    [LibraryImport("libc", EntryPoint = "getsockname", SetLastError = true)]
    private static unsafe partial int GetSockName(int fd, byte* address, int* length);
}
