using Manifold.Contracts;

namespace Manifold.Heads;

/// <summary>What the error log is told of a host that is none, in httpd's numbers. Pure.</summary>
public static class HostFault
{
    /// <summary>The lines for a host that has been found wrong.</summary>
    public static IReadOnlyList<HeadReport> Reports(string host, bool strict)
    {
        var name = host.AsSpan().Trim(" \t");
        if (name.Length > 0 && !name.ContainsAnyExceptInRange('0', '9'))
            return [new HeadReport(LogLevel.Debug, $"AH02416: [strict] purely numeric host names not allowed: {host}")];
        var malformed = new HeadReport(LogLevel.Debug, $"AH00550: Client sent malformed Host header: {host}");
        return strict && IsBadName(name) ? [new HeadReport(LogLevel.Debug, $"AH02415: [strict] Invalid host name '{host}'"), malformed] : [malformed];
    }

    /// <summary>True when the name is wrong, and nothing else of it.</summary>
    private static bool IsBadName(ReadOnlySpan<char> host)
    {
        if (host.IsEmpty || host[0] == '[' || host.IndexOf("..") >= 0 || host.ContainsAny('/', '\\')) return false;
        var port = host[(host.LastIndexOf(':') + 1)..];
        if (port.Length == host.Length || port.IsEmpty || port.ContainsAnyExceptInRange('0', '9')) return true;
        return int.TryParse(port, out int number) && number is > 0 and <= 65535;
    }
}
