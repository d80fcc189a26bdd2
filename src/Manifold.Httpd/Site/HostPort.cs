using System.Globalization;

namespace Manifold.Httpd.Site;

/// <summary>"host", "host:port", "[v6]:port", "*:port": the forms of Listen, ServerName and VirtualHost.</summary>
internal static class HostPort
{
    /// <summary>Splits <paramref name="text"/>; the port is 0 when absent or *.</summary>
    public static bool TryParse(string text, out string host, out int port, out string problem)
    {
        port = 0;
        problem = "";
        int bracket = text.StartsWith('[') ? text.IndexOf(']', StringComparison.Ordinal) : -1;
        int colon = text.LastIndexOf(':');
        if (text.StartsWith('[') && bracket < 0)
        {
            host = text;
            problem = $"Missing ']' after an IPv6 address";
            return false;
        }
        // Several colons without brackets are a bare IPv6 address.
        bool hasPort = colon > bracket && (bracket >= 0 || text.IndexOf(':', StringComparison.Ordinal) == colon);
        host = hasPort ? text[..colon] : text;
        if (bracket >= 0)
        {
            if (bracket + 1 != host.Length)
            {
                problem = "Text after ']' that is no port";
                return false;
            }
            host = host[1..bracket];
        }
        string digits = hasPort ? text[(colon + 1)..] : "*";
        if (digits == "*" || TryPort(digits, out port)) return true;
        problem = $"Invalid port '{digits}', it must be 1 to 65535";
        return false;
    }

    /// <summary>A TCP port other than 0.</summary>
    public static bool TryPort(string digits, out int port) =>
        int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is > 0 and < 65536;
}
