using System.Net;
using System.Net.Sockets;
using Manifold.Httpd.Requests;

namespace Manifold.Httpd.Modules.Authz;

/// <summary>Rules about the client's address: Require ip, local, host, forward-dns. The last two ask for names and wait for the answer.</summary>
public sealed class AuthzHostModule : RequestModule
{
    internal static IReadOnlyDictionary<string, AuthzProvider> Providers { get; } =
        new Dictionary<string, AuthzProvider>(StringComparer.OrdinalIgnoreCase)
        {
            ["ip"] = (call, args) =>
            {
                if (args.Count == 0) throw call.Fail("Require ip needs an address");
                var ranges = args.Select(text => AddressRange.TryParse(text, out var range)
                    ? range : throw call.Fail($"ip address '{text}' appears to be invalid")).ToArray();
                return request => Array.Exists(ranges, range => range.Contains(request.Connection.Remote.Address));
            },
            ["local"] = (_, _) => request => IsLocal(request.Connection.Remote.Address, request.Connection.Local.Address),
            ["host"] = (_, args) => request => request.ConfirmedRemoteName is { } name &&
                args.Any(suffix => Within(name, suffix)),
            ["forward-dns"] = (_, args) => request => args.Any(name => HostNames.LeadsTo(name, request.Connection.Remote.Address)),
        };

    /// <inheritdoc/>
    public override string Identifier => "authz_host_module";

    /// <inheritdoc/>
    public override string Source => "mod_authz_host.c";

    private static bool IsLocal(IPAddress remote, IPAddress local) =>
        IPAddress.IsLoopback(Plain(remote)) || Plain(remote).Equals(Plain(local));

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    private static bool Within(string name, string suffix)
    {
        suffix = suffix.TrimStart('.');
        return name.Equals(suffix, StringComparison.OrdinalIgnoreCase) ||
            (name.Length > suffix.Length && name.EndsWith(suffix, StringComparison.OrdinalIgnoreCase) && name[^(suffix.Length + 1)] == '.');
    }
}

/// <summary>A range of addresses in httpd's spellings: whole, partial ("10.1"), with prefix length, with mask. Pure.</summary>
internal readonly record struct AddressRange(IPAddress Base, int Bits)
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
            int bits = parts.Length * 8;
            byte[] bytes = new byte[4];
            for (int i = 0; i < parts.Length; i++) bytes[i] = byte.Parse(parts[i]);
            if (slash >= 0 && !TryMask(text[(slash + 1)..], 32, out bits)) return false;
            range = new AddressRange(new IPAddress(bytes), bits);
            return true;
        }
        if (!IPAddress.TryParse(address, out var parsed) || parsed.AddressFamily != AddressFamily.InterNetworkV6) return false;
        int length = 128;
        if (slash >= 0 && !TryMask(text[(slash + 1)..], 128, out length)) return false;
        range = new AddressRange(parsed, length);
        return true;
    }

    public bool Contains(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        if (address.AddressFamily != Base.AddressFamily) return false;
        Span<byte> mine = stackalloc byte[16], other = stackalloc byte[16];
        Base.TryWriteBytes(mine, out int length);
        address.TryWriteBytes(other, out _);
        for (int i = 0, left = Bits; i < length && left > 0; i++, left -= 8)
        {
            int mask = left >= 8 ? 0xff : 0xff << (8 - left) & 0xff;
            if (((mine[i] ^ other[i]) & mask) != 0) return false;
        }
        return true;
    }

    private static bool TryMask(string text, int most, out int bits)
    {
        if (int.TryParse(text, out bits)) return bits >= 0 && bits <= most;
        if (most != 32 || text.Split('.').Length != 4 || !IPAddress.TryParse(text, out var mask)) return false;
        uint value = 0;
        foreach (byte b in mask.GetAddressBytes()) value = value << 8 | b;
        bits = System.Numerics.BitOperations.LeadingZeroCount(~value);
        return bits == 32 || value << bits == 0;
    }
}
