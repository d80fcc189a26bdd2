using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Manifold.Os;

/// <summary>Datagrams to local sockets that have a name in the file system (unix(7)). Any thread; nothing waits.</summary>
internal static partial class DatagramSocket
{
    private const int AF_UNIX = 1, SOCK_DGRAM = 2, SOCK_NONBLOCK = 0x800, SOCK_CLOEXEC = 0x80000, MSG_DONTWAIT = 0x40, MSG_NOSIGNAL = 0x4000;

    /// <summary>A socket to send from; it is bound to nothing and needs no rights. Throws <see cref="OsException"/>.</summary>
    public static FileDescriptor Open()
    {
        int fd = SocketCall(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        return fd >= 0 ? new FileDescriptor(fd) : throw OsException.Last("socket for the system log");
    }

    /// <summary>The address of a name: a struct sockaddr_un, whose family is a little-endian short.</summary>
    public static byte[] Address(string name) => [AF_UNIX, 0, .. Encoding.UTF8.GetBytes(name), 0];

    /// <summary>Sends one datagram. False when it cannot be sent at once.</summary>
    public static unsafe bool Send(SafeFileHandle socket, ReadOnlySpan<byte> datagram, byte[] address)
    {
        fixed (byte* start = datagram, to = address)
        {
            while (SendTo(socket, start, datagram.Length, MSG_DONTWAIT | MSG_NOSIGNAL, to, (uint)address.Length) < 0)
                if (Errno.Last != Errno.EINTR) return false;
        }
        return true;
    }

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    private static partial int SocketCall(int family, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "sendto", SetLastError = true)]
    private static unsafe partial nint SendTo(SafeFileHandle handle, byte* buffer, nint count, int flags, byte* address, uint length);
}
