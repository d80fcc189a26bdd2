using System.Net;
using System.Runtime.InteropServices;

namespace Manifold.Os;

/// <summary>
/// An accepted TCP connection. Owned by one connection object, which alone closes it, once. Only <see cref="Shutdown"/> may come from
/// another thread than the owner's, under the connection's lock. No call waits for the client but <see cref="WaitAndReceive"/>.
/// </summary>
internal static partial class ConnectionSocket
{
    /// <summary>True when <see cref="Shutdown"/> wakes a thread that waits on the socket, in a receive too.</summary>
    public static bool ShutdownWakes => true;

    /// <summary>Takes what has arrived. 0 = the peer has ended its side; negative = -errno.</summary>
    public static unsafe int Receive(int fd, Span<byte> into)
    {
        fixed (byte* p = into)
        {
            nint n = Recv(fd, p, into.Length, MSG_DONTWAIT);
            return n >= 0 ? (int)n : -Errno.Last;
        }
    }

    /// <summary>As <see cref="Receive"/>, but waits for the first byte as long as <see cref="SetReceiveTimeout"/> says (then -EAGAIN).</summary>
    public static unsafe int WaitAndReceive(int fd, Span<byte> into)
    {
        fixed (byte* p = into)
        {
            for (;;)
            {
                nint n = Recv(fd, p, into.Length, 0);
                if (n >= 0) return (int)n;
                if (Errno.Last != Errno.EINTR) return -Errno.Last;
            }
        }
    }

    /// <summary>How long <see cref="WaitAndReceive"/> waits at most.</summary>
    public static unsafe void SetReceiveTimeout(int fd, long milliseconds)
    {
        long* time = stackalloc long[2] { milliseconds / 1000, milliseconds % 1000 * 1000 }; // struct timeval
        _ = SetSockOpt(fd, SOL_SOCKET, SO_RCVTIMEO, time, 16);
    }

    /// <summary>
    /// Hands bytes to the kernel, as many as there is room for; negative = -errno. With <paramref name="more"/> to come at once, it may wait for
    /// them before it sends a packet.
    /// </summary>
    public static unsafe int Send(int fd, ReadOnlySpan<byte> bytes, bool more = false)
    {
        fixed (byte* p = bytes)
        {
            nint n = SendCall(fd, p, bytes.Length, MSG_NOSIGNAL | MSG_DONTWAIT | (more ? MSG_MORE : 0));
            return n >= 0 ? (int)n : -Errno.Last;
        }
    }

    /// <summary>True when <see cref="SendFile"/> is there.</summary>
    public static bool SendsFiles => true;

    /// <summary>
    /// Sends a part of a file, as much as there is room for, and moves <paramref name="offset"/> on. 0 = the file ends there; negative = -errno. Waits
    /// for the client unless the socket is told not to.
    /// </summary>
    public static unsafe int SendFile(int fd, int file, ref long offset, int count)
    {
        fixed (long* at = &offset)
        {
            nint n = SendFileCall(fd, file, at, count);
            return n >= 0 ? (int)n : -Errno.Last;
        }
    }

    /// <summary>Ends one side or both. Ending the receiving side wakes a thread that waits for the client on this socket.</summary>
    public static void Shutdown(int fd, Side side) => _ = ShutdownCall(fd, (int)side);

    /// <summary>A side of a connection, in the numbers of shutdown(2).</summary>
    public enum Side
    {
        /// <summary>Nothing more is taken from the peer.</summary>
        Receiving = 0,
        /// <summary>The peer sees the end of the stream.</summary>
        Sending = 1,
        /// <summary>Both.</summary>
        Both = 2,
    }

    public static void Close(int fd) => _ = CloseCall(fd);

    /// <summary>The address that the client connected to.</summary>
    public static unsafe IPEndPoint LocalAddress(int fd)
    {
        byte* address = stackalloc byte[SockAddr.Longest];
        int length = SockAddr.Longest;
        return GetSockName(fd, address, &length) == 0
            ? SockAddr.Read(new ReadOnlySpan<byte>(address, SockAddr.Longest))
            : new IPEndPoint(IPAddress.Any, 0);
    }

    /// <summary>The client's address; null when the socket is not, or no longer, connected.</summary>
    public static unsafe IPEndPoint? RemoteAddress(int fd)
    {
        byte* address = stackalloc byte[SockAddr.Longest];
        int length = SockAddr.Longest;
        return GetPeerName(fd, address, &length) == 0 ? SockAddr.Read(new ReadOnlySpan<byte>(address, SockAddr.Longest)) : null;
    }

    /// <summary>Why a descriptor is no connected TCP socket; null when it is one, of this client.</summary>
    public static string? Objection(int fd, out IPEndPoint remote)
    {
        remote = new IPEndPoint(IPAddress.Any, 0);
        int kind = Option(fd, SO_TYPE);
        if (kind < 0) return "it is no socket";
        if (kind != SOCK_STREAM) return "it is no stream socket";
        if (Option(fd, SO_ACCEPTCONN) > 0) return "it is a listening socket";
        if (Option(fd, SO_PROTOCOL) is not (IPPROTO_TCP or IPPROTO_MPTCP)) return "it is no TCP socket";
        if (RemoteAddress(fd) is not { } address) return "it is not connected";
        remote = address;
        return null;
    }

    /// <summary>
    /// Makes an accepted TCP connection that another program has handed over ready for use: calls may wait, and small answers leave at once.
    /// Returns null, or why the descriptor is no such connection.
    /// </summary>
    public static unsafe string? Adopt(FileDescriptor socket)
    {
        if (Objection(socket.Number, out _) is { } objection) return objection;
        socket.SetBlocking(true);
        int on = 1;
        _ = SetSockOpt(socket.Number, IPPROTO_TCP, TCP_NODELAY, &on, 4);
        return null;
    }

    private static unsafe int Option(int fd, int option)
    {
        int value, length = 4;
        return GetSockOpt(fd, SOL_SOCKET, option, &value, &length) == 0 ? value : -1;
    }

    private const int SOCK_STREAM = 1, SO_TYPE = 3, SO_ACCEPTCONN = 30, SO_PROTOCOL = 38, IPPROTO_TCP = 6, IPPROTO_MPTCP = 262, TCP_NODELAY = 1;
    private const int MSG_DONTWAIT = 0x40, MSG_NOSIGNAL = 0x4000, MSG_MORE = 0x8000, SOL_SOCKET = 1, SO_RCVTIMEO = 20;

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    private static unsafe partial nint Recv(int fd, byte* buffer, nint length, int flags);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    private static unsafe partial nint SendCall(int fd, byte* buffer, nint length, int flags);

    [LibraryImport("libc", EntryPoint = "sendfile", SetLastError = true)]
    private static unsafe partial nint SendFileCall(int socket, int file, long* offset, nint count);

    [LibraryImport("libc", EntryPoint = "shutdown", SetLastError = true)]
    private static partial int ShutdownCall(int fd, int how);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int CloseCall(int fd);

    [LibraryImport("libc", EntryPoint = "getpeername", SetLastError = true)]
    private static unsafe partial int GetPeerName(int fd, byte* address, int* length);

    [LibraryImport("libc", EntryPoint = "getsockopt", SetLastError = true)]
    private static unsafe partial int GetSockOpt(int fd, int level, int option, void* value, int* length);

    [LibraryImport("libc", EntryPoint = "setsockopt", SetLastError = true)]
    private static unsafe partial int SetSockOpt(int fd, int level, int option, void* value, int length);

    [LibraryImport("libc", EntryPoint = "getsockname", SetLastError = true)]
    private static unsafe partial int GetSockName(int fd, byte* address, int* length);
}
