using System.Globalization;
using System.Net;

namespace Manifold.Httpd.Matching;

/// <summary>
/// A range of addresses in httpd's spellings: whole, partial ("10.1"), with prefix length, with mask. All addresses are not written as a prefix of 0. Pure.
/// </summary>
internal readonly record struct AddressRange(IPAddress Base, byte[] Mask)
{
    public static bool TryParse(string text, out AddressRange range)
    {
        range = default;
        int slash = text.IndexOf('/', StringComparison.Ordinal);
        string address = slash < 0 ? text : text[..slash];
        if (!address.Contains(':', StringComparison.Ordinal))
        {
            string[] parts = address.TrimEnd('.').Split('.');
            if (parts.Length > 4 ||
                !Array.TrueForAll(parts, part => byte.TryParse(part, out _) && char.IsAsciiDigit(part[0]))) return false;
            if (parts.Length < 4 && slash >= 0) return false;
            byte[] bytes = new byte[4], mask = Prefix(4, parts.Length * 8);
            for (int i = 0; i < parts.Length; i++) bytes[i] = byte.Parse(parts[i]);
            if (slash >= 0 && !TryMask(text[(slash + 1)..], 4, out mask)) return false;
            range = new AddressRange(new IPAddress(bytes), mask);
            return true;
        }
        if (address.AsSpan().ContainsAny('[', '%') || !IPAddress.TryParse(address, out var parsed) || parsed.IsIPv4MappedToIPv6) return false;
        byte[] whole = Prefix(16, 128);
        if (slash >= 0 && !TryMask(text[(slash + 1)..], 16, out whole)) return false;
        range = new AddressRange(parsed, whole);
        return true;
    }

    public bool Contains(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        if (address.AddressFamily != Base.AddressFamily) return false;
        Span<byte> mine = stackalloc byte[16], other = stackalloc byte[16];
        Base.TryWriteBytes(mine, out _);
        address.TryWriteBytes(other, out _);
        for (int i = 0; i < Mask.Length; i++)
        {
            if (((mine[i] ^ other[i]) & Mask[i]) != 0) return false;
        }
        return true;
    }

    private static byte[] Prefix(int bytes, int bits)
    {
        byte[] mask = new byte[bytes];
        for (int i = 0; i < bytes; i++) mask[i] = (byte)(0xff00 >> Math.Clamp(bits - i * 8, 0, 8));
        return mask;
    }

    private static bool TryMask(string text, int bytes, out byte[] mask)
    {
        mask = [];
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int bits))
        {
            mask = Prefix(bytes, bits);
            return bits > 0 && bits <= bytes * 8;
        }
        if (bytes != 4 || text.Split('.').Length != 4 || !IPAddress.TryParse(text, out var written)) return false;
        mask = written.GetAddressBytes();
        return true;
    }
}
