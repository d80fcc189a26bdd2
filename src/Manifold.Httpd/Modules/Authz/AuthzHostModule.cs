using System.Globalization;
using System.Net;
using Manifold.Httpd.Configuration;
using Manifold.Httpd.Expressions;
using Manifold.Httpd.Requests;

namespace Manifold.Httpd.Modules.Authz;

/// <summary>Rules about the client's address: Require ip, local, host, forward-dns. The last two ask for names and wait for the answer.</summary>
public sealed class AuthzHostModule : RequestModule
{
    internal static IReadOnlyDictionary<string, AuthzProvider> Providers { get; } =
        new Dictionary<string, AuthzProvider>(StringComparer.Ordinal)
        {
            ["ip"] = (call, args) =>
            {
                if (args.Count == 0) throw call.Fail("Require ip needs an address");
                var ranges = args.Select(text => AddressRange.TryParse(text, out var range)
                    ? range : throw call.Fail($"ip address '{text}' appears to be invalid")).ToArray();
                return request => Array.Exists(ranges, range => range.Contains(request.Connection.Remote.Address));
            },
            ["local"] = (_, _) => request => IsLocal(request.Connection.Remote.Address, request.Connection.Local.Address),
            ["host"] = (call, args) =>
            {
                var suffixes = Names(call, args);
                return request => request.ConfirmedRemoteName is { } name && suffixes(request).Exists(suffix => Within(name, suffix));
            },
            ["forward-dns"] = (call, args) =>
            {
                var names = Names(call, args);
                return request => names(request).Exists(name => HostNames.LeadsTo(name, request.Connection.Remote.Address));
            },
        };

    /// <inheritdoc/>
    public override string Identifier => "authz_host_module";

    /// <inheritdoc/>
    public override string Source => "mod_authz_host.c";

    private static bool IsLocal(IPAddress remote, IPAddress local) =>
        IPAddress.IsLoopback(Plain(remote)) || Plain(remote).Equals(Plain(local));

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    /// <summary>Names that may have variables of the expression language in them.</summary>
    private static Func<Request, List<string>> Names(DirectiveCall call, IReadOnlyList<string> args)
    {
        var text = TextExpression.Parse(call, string.Join(' ', args));
        return text.Constant is { } constant && Words.Split(constant) is var names ? _ => names : request => Words.Split(text.Value(request));
    }

    private static bool Within(string name, string suffix)
    {
        suffix = suffix.TrimStart('.');
        return name.Equals(suffix, StringComparison.OrdinalIgnoreCase) ||
            (name.Length > suffix.Length && name.EndsWith(suffix, StringComparison.OrdinalIgnoreCase) && name[^(suffix.Length + 1)] == '.');
    }
}

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
