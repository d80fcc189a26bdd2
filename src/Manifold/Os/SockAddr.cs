using System.Buffers.Binary;
using System.Net;

namespace Manifold.Os;

/// <summary>struct sockaddr_in and sockaddr_in6 to and from <see cref="IPEndPoint"/>. IPv4-mapped addresses become IPv4.</summary>
internal static class SockAddr
{
    public const int Longest = 28;
    public const int AF_INET = 2, AF_INET6 = Platform.AF_INET6;

    /// <summary>Writes the kernel's form and returns its length.</summary>
    public static int Write(IPEndPoint point, Span<byte> into)
    {
        into[..Longest].Clear();
        BinaryPrimitives.WriteUInt16BigEndian(into[2..], (ushort)point.Port);
        if (point.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork)
        {
            BitConverter.TryWriteBytes(into, (ushort)AF_INET);
            point.Address.TryWriteBytes(into[4..], out _);
            return 16;
        }
        BitConverter.TryWriteBytes(into, (ushort)AF_INET6);
        point.Address.TryWriteBytes(into[8..], out _);
        BitConverter.TryWriteBytes(into[24..], (uint)point.Address.ScopeId);
        return Longest;
    }

    /// <summary>Reads the kernel's form; an unknown family gives 0.0.0.0:0.</summary>
    public static IPEndPoint Read(ReadOnlySpan<byte> from)
    {
        int family = BitConverter.ToUInt16(from);
        int port = BinaryPrimitives.ReadUInt16BigEndian(from[2..]);
        if (family == AF_INET) return new IPEndPoint(new IPAddress(from.Slice(4, 4)), port);
        if (family != AF_INET6) return new IPEndPoint(IPAddress.Any, 0);
        var address = new IPAddress(from.Slice(8, 16), BitConverter.ToUInt32(from[24..]));
        return new IPEndPoint(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address, port);
    }
}
