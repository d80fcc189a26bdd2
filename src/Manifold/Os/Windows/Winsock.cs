using System.Runtime.InteropServices;

namespace Manifold.Os;

/// <summary>The calls of Winsock that several types here need. Started with the first use.</summary>
internal static unsafe partial class Winsock
{
    public const int FIONBIO = unchecked((int)0x8004667E), SOCKET_ERROR = -1, Overlapped = 1, NoInherit = 0x80;
    public const int FD_READ = 1, FD_WRITE = 2, FD_ACCEPT = 8, FD_CLOSE = 32;

    /// <summary>Bytes of a WSAPROTOCOL_INFOW, in which a socket travels to another process.</summary>
    public const int ProtocolInfoSize = 628;

    static Winsock()
    {
        byte* data = stackalloc byte[512]; // WSADATA has 408 bytes
        int error = Startup(0x0202, data);
        if (error != 0) throw new OsException("WSAStartup", error);
    }

    /// <summary>Makes calls on a socket return at once, and lets no event know of it.</summary>
    public static void SetNonBlocking(nint socket)
    {
        _ = EventSelect(socket, 0, 0);
        int on = 1;
        _ = IoControl(socket, FIONBIO, &on);
    }

    /// <summary>The socket that another process, or this one, has sent; throws when it cannot be had.</summary>
    public static nint FromProtocolInfo(byte* info)
    {
        nint socket = Open(-1, -1, -1, info, 0, Overlapped | NoInherit);
        return socket != -1 ? socket : throw OsException.Last("WSASocket: a listening socket of the master");
    }

    /// <summary>Writes what process <paramref name="pid"/> needs to have the socket too. False = that is not possible.</summary>
    public static bool ToProtocolInfo(nint socket, int pid, byte* info) => DuplicateSocket(socket, (uint)pid, info) == 0;

    [LibraryImport("ws2_32", EntryPoint = "WSAStartup")]
    private static partial int Startup(ushort version, byte* data);

    [LibraryImport("ws2_32", EntryPoint = "WSADuplicateSocketW", SetLastError = true)]
    private static partial int DuplicateSocket(nint socket, uint pid, byte* info);

    [LibraryImport("ws2_32", EntryPoint = "WSASocketW", SetLastError = true)]
    public static partial nint Open(int family, int type, int protocol, byte* info, uint group, int flags);

    [LibraryImport("ws2_32", EntryPoint = "ioctlsocket", SetLastError = true)]
    public static partial int IoControl(nint socket, int command, int* argument);

    [LibraryImport("ws2_32", EntryPoint = "WSAEventSelect", SetLastError = true)]
    public static partial int EventSelect(nint socket, nint eventHandle, int events);

    [LibraryImport("ws2_32", EntryPoint = "closesocket", SetLastError = true)]
    public static partial int Close(nint socket);

    [LibraryImport("ws2_32", EntryPoint = "setsockopt", SetLastError = true)]
    public static partial int SetOption(nint socket, int level, int option, void* value, int length);

    [LibraryImport("ws2_32", EntryPoint = "getsockopt", SetLastError = true)]
    public static partial int GetOption(nint socket, int level, int option, void* value, int* length);
}
