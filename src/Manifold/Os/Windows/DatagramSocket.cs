using Microsoft.Win32.SafeHandles;

namespace Manifold.Os;

/// <summary>Datagrams to local sockets that have a name in the file system: Windows has none.</summary>
internal static class DatagramSocket
{
    /// <summary>Throws.</summary>
    public static FileDescriptor Open() => throw new OsException("socket for the system log", Errno.EINVAL);

    /// <summary>The address of a name.</summary>
    public static byte[] Address(string name) => [.. name.Select(c => (byte)c)];

    /// <summary>Nothing is sent.</summary>
    public static bool Send(SafeFileHandle socket, ReadOnlySpan<byte> datagram, byte[] address)
    {
        _ = (socket, datagram.Length, address);
        return false;
    }
}
