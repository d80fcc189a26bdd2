using System.Net;
using System.Runtime.InteropServices;

namespace Manifold.Os;

/// <summary>
/// An accepted TCP connection. Owned by one connection object, which alone closes it, once. Only <see cref="Shutdown"/> may come from
/// another thread than the owner's, under the connection's lock. No call waits for the client.
/// </summary>
internal static unsafe partial class ConnectionSocket
{
    /// <summary>True when <see cref="Shutdown"/> wakes a thread that waits on the socket. Not here: it has to be called, so it never waits in a receive.</summary>
    public static bool ShutdownWakes => false;

    /// <summary>Takes what has arrived. 0 = the peer has ended its side; negative = -errno.</summary>
    public static int Receive(int fd, Span<byte> into)
    {
        fixed (byte* p = into)
        {
            int n = Recv(fd, p, into.Length, 0);
            return n >= 0 ? n : -Errno.Last;
        }
    }

    /// <summary>Never called: see <see cref="ShutdownWakes"/>.</summary>
    public static int WaitAndReceive(int fd, Span<byte> into) => Receive(fd, into);

    /// <summary>As <see cref="WaitAndReceive"/>.</summary>
    public static void SetReceiveTimeout(int fd, long milliseconds) => throw new PlatformNotSupportedException($"Socket {fd} cannot wait {milliseconds} ms.");

    /// <summary>Hands bytes to the kernel, as many as there is room for, whether there are <paramref name="more"/> or not; negative = -errno.</summary>
    public static int Send(int fd, ReadOnlySpan<byte> bytes, bool more = false)
    {
        fixed (byte* p = bytes)
        {
            int n = SendCall(fd, p, bytes.Length, 0);
            return n >= 0 ? n : -Errno.Last;
        }
    }

    /// <summary>True when <see cref="SendFile"/> is there. Here TransmitFile would be the call, and it waits.</summary>
    public static bool SendsFiles => false;

    /// <summary>Never called: see <see cref="SendsFiles"/>.</summary>
    public static int SendFile(int fd, int file, ref long offset, int count) =>
        throw new PlatformNotSupportedException($"Socket {fd} cannot send {count} bytes of file {file} from {offset}.");

    /// <summary>Ends one side or both. See <see cref="ShutdownWakes"/>.</summary>
    public static void Shutdown(int fd, Side side) => _ = ShutdownCall(fd, (int)side);

    /// <summary>A side of a connection, in the numbers of shutdown.</summary>
    public enum Side
    {
        /// <summary>Nothing more is taken from the peer.</summary>
        Receiving = 0,
        /// <summary>The peer sees the end of the stream.</summary>
        Sending = 1,
        /// <summary>Both.</summary>
        Both = 2,
    }

    public static void Close(int fd) => _ = Winsock.Close(fd);

    /// <summary>The address that the client connected to.</summary>
    public static IPEndPoint LocalAddress(int fd)
    {
        byte* address = stackalloc byte[SockAddr.Longest];
        int length = SockAddr.Longest;
        return GetSockName(fd, address, &length) == 0
            ? SockAddr.Read(new ReadOnlySpan<byte>(address, SockAddr.Longest))
            : new IPEndPoint(IPAddress.Any, 0);
    }

    /// <summary>The client's address; null when the socket is not, or no longer, connected.</summary>
    public static IPEndPoint? RemoteAddress(int fd)
    {
        byte* address = stackalloc byte[SockAddr.Longest];
        int length = SockAddr.Longest;
        return GetPeerName(fd, address, &length) == 0 ? SockAddr.Read(new ReadOnlySpan<byte>(address, SockAddr.Longest)) : null;
    }

    /// <summary>Why a descriptor is no connected TCP socket. Connections do not travel between processes here, so none comes this way.</summary>
    public static string? Objection(int fd, out IPEndPoint remote)
    {
        remote = RemoteAddress(fd) ?? new IPEndPoint(IPAddress.Any, 0);
        return remote.Port != 0 ? null : "it is not connected";
    }

    [LibraryImport("ws2_32", EntryPoint = "recv", SetLastError = true)]
    private static partial int Recv(nint socket, byte* buffer, int length, int flags);

    [LibraryImport("ws2_32", EntryPoint = "send", SetLastError = true)]
    private static partial int SendCall(nint socket, byte* buffer, int length, int flags);

    [LibraryImport("ws2_32", EntryPoint = "shutdown", SetLastError = true)]
    private static partial int ShutdownCall(nint socket, int how);

    [LibraryImport("ws2_32", EntryPoint = "getpeername", SetLastError = true)]
    private static partial int GetPeerName(nint socket, byte* address, int* length);

    [LibraryImport("ws2_32", EntryPoint = "getsockname", SetLastError = true)]
    private static partial int GetSockName(nint socket, byte* address, int* length);
}
