using System.Globalization;
using System.Net;

namespace Manifold.Httpd.Requests;

/// <summary>The value of a Host header (or the authority of an absolute URL), checked and taken apart as httpd does. Pure.</summary>
internal readonly record struct HostHeader(string Name, int Port)
{
    /// <summary>False when the value is no host: the request is refused with 400.</summary>
    /// <param name="value">The value.</param>
    /// <param name="host">Its parts.</param>
    /// <param name="strict">False to take nearly everything for a name.</param>
    /// <param name="isTarget">True when it stood in the target, where any number is a port.</param>
    public static bool TryParse(string value, out HostHeader host, bool strict = true, bool isTarget = false)
    {
        host = default;
        var name = value.AsSpan().Trim(" \t");
        if (name.IsEmpty) return false;
        int colon = name.LastIndexOf(':');
        int number = 0;
        if (colon > 0 && (name[0] != '[' || colon > name.IndexOf(']')) && !name[(colon + 1)..].ContainsAnyExceptInRange('0', '9') && (isTarget || colon + 1 < name.Length))
        {
            if (!int.TryParse(name[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out number) || number is 0 or > 65535)
            {
                if (!isTarget) return false;
                number = 0;
            }
            name = name[..colon];
        }
        if (name[0] == '[')
        {
            if (name[^1] != ']' || name.Contains('%') || !IPAddress.TryParse(name[1..^1], out _)) return false;
            host = new HostHeader(name.ToString().ToLowerInvariant(), number);
            return true;
        }
        if (name.IndexOf("..") >= 0 || name.ContainsAny('/', '\\')) return false;
        if (name[^1] == '.') name = name[..^1];
        if (strict && !IsName(name)) return false;
        host = new HostHeader(Lower(name), number);
        return true;
    }

    /// <summary>True for a name or an IPv4 address: a last part that begins with a digit is an address's, or nobody's.</summary>
    private static bool IsName(ReadOnlySpan<char> name)
    {
        if (name.IsEmpty) return false;
        bool address = true;
        foreach (char c in name)
        {
            if (char.IsAsciiLetter(c) || c is '-' or '_') address = false;
            else if (c != '.' && !char.IsAsciiDigit(c)) return false;
        }
        if (!address)
        {
            var last = name[(name.LastIndexOf('.') + 1)..];
            return last.Length == name.Length || char.IsAsciiLetter(last[0]);
        }
        int parts = 0;
        foreach (var part in name.Split('.'))
        {
            var text = name[part];
            if (text.IsEmpty || (text.Length > 1 && text[0] == '0')) return false;
            parts++;
        }
        return parts == 4;
    }

    private static string Lower(ReadOnlySpan<char> name) => string.Create(name.Length, name, static (lower, from) =>
    {
        for (int i = 0; i < lower.Length; i++) lower[i] = char.IsAsciiLetterUpper(from[i]) ? (char)(from[i] | 0x20) : from[i];
    });
}
