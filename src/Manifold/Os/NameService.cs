using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace Manifold.Os;

/// <summary>
/// The system's name service for hosts: its files, or servers in the network. Both calls wait as long as the system's settings let them, which may be
/// half a minute.
/// </summary>
public static unsafe partial class NameService
{
    private const int LongestName = 1025;

    /// <summary>The name of an address, as it was answered; null when it has none.</summary>
    public static string? NameOf(IPAddress address)
    {
        byte* from = stackalloc byte[SockAddr.Longest];
        byte* name = stackalloc byte[LongestName];
        int length = SockAddr.Write(new IPEndPoint(address, 0), new Span<byte>(from, SockAddr.Longest));
        if (GetNameInfo(from, length, name, LongestName, null, 0, Platform.NI_NAMEREQD) != 0) return null;
        return Encoding.Latin1.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(name));
    }

    /// <summary>The addresses of a name; none when nobody knows it, or when it is no name.</summary>
    public static IPAddress[] AddressesOf(string name)
    {
        if (name.Length is 0 or > 255 || !Ascii.IsValid(name)) return [];
        try
        {
            return Dns.GetHostAddresses(name);
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            return [];
        }
    }

    [LibraryImport(Platform.SocketLibrary, EntryPoint = "getnameinfo")]
    private static partial int GetNameInfo(byte* address, int addressLength, byte* host, int hostLength, byte* service, int serviceLength, int flags);
}
