using System.Globalization;
using System.Net;

namespace Manifold.Httpd.Requests;

/// <summary>The value of a Host header (or the authority of an absolute URL), checked and taken apart. Pure.</summary>
internal readonly record struct HostHeader(string Name, int Port)
{
    /// <summary>False when the value is no host: the request is refused with 400.</summary>
    public static bool TryParse(string value, out HostHeader host)
    {
        host = default;
        var name = value.AsSpan().Trim();
        if (name.IsEmpty) return false;
        var port = ReadOnlySpan<char>.Empty;
        bool hasPort = false;
        if (name[0] == '[')
        {
            int close = name.IndexOf(']');
            if (close < 0 || !IPAddress.TryParse(name[1..close], out _)) return false;
            var rest = name[(close + 1)..];
            hasPort = rest.Length > 0;
            if (hasPort && rest[0] != ':') return false;
            if (hasPort) port = rest[1..];
            name = name[..(close + 1)];
        }
        else if (name.IndexOf(':') is >= 0 and int colon)
        {
            hasPort = true;
            port = name[(colon + 1)..];
            name = name[..colon];
        }
        int number = 0;
        if (hasPort && (!int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out number) || number is 0 or > 65535))
            return false;
        if (name.Length > 1 && name[^1] == '.') name = name[..^1];
        if (name.IsEmpty) return false;
        foreach (char c in name)
        {
            if (name[0] != '[' && !char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_' or '.')) return false;
        }
        if (name.IndexOf("..") >= 0) return false;
        host = new HostHeader(name.ToString().ToLowerInvariant(), number);
        return true;
    }
}
