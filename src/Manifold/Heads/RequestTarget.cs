namespace Manifold.Heads;

/// <summary>What a request is for, taken apart as httpd does. Pure.</summary>
internal sealed record RequestTarget
{
    /// <summary>Path and query, beginning with a slash; "*"; or what CONNECT names.</summary>
    public string Path { get; private init; } = "/";

    /// <summary>The host (and port) of an absolute target; null = the Host field counts.</summary>
    public string? Host { get; private init; }

    public bool HasUser { get; private init; }

    public bool HasFragment { get; private init; }

    /// <summary>Null for a target that makes no sense.</summary>
    public static RequestTarget? Read(string target, string method, string ownScheme)
    {
        if (method == "CONNECT") return IsHostAndPort(target) ? new RequestTarget { Path = target, Host = target } : null;
        if (target == "*") return method == "OPTIONS" ? new RequestTarget { Path = target } : null;
        string rest = target;
        string? authority = null;
        string scheme = SchemeOf(target);
        if (scheme.Length > 0)
        {
            rest = target[(scheme.Length + 1)..];
            if (rest.StartsWith("//", StringComparison.Ordinal))
            {
                int end = rest.AsSpan(2).IndexOfAny("/?#");
                authority = end < 0 ? rest[2..] : rest.Substring(2, end);
                rest = end < 0 ? "" : rest[(end + 2)..];
            }
        }
        int fragment = rest.IndexOf('#', StringComparison.Ordinal);
        if (fragment >= 0) rest = rest[..fragment];
        if (rest.Length == 0 || rest[0] == '?') rest = "/" + rest;
        if (rest[0] != '/') return null;
        int at = authority?.LastIndexOf('@') ?? -1;
        string? host = authority?[(at + 1)..];
        if (host is not null && !IsHostMaybePort(host)) return null;
        if (host?.EndsWith(':') == true) host = host[..^1];
        // What other schemes would fetch is nothing of this server's.
        bool isOwn = scheme.Equals(ownScheme, StringComparison.OrdinalIgnoreCase);
        return new RequestTarget { Path = rest, Host = isOwn ? host : null, HasUser = at >= 0, HasFragment = fragment >= 0, Scheme = scheme };
    }

    /// <summary>The scheme of an absolute target; empty without one.</summary>
    public string Scheme { get; private init; } = "";

    /// <summary>A target as logs may show it.</summary>
    public static string WithoutPassword(string target)
    {
        string scheme = SchemeOf(target);
        int authority = scheme.Length + 3;
        if (scheme.Length == 0 || target.Length < authority) return target;
        int end = target.AsSpan(authority).IndexOfAny("/?#");
        int at = target.LastIndexOf('@', end < 0 ? target.Length - 1 : authority + end);
        int colon = at < authority ? -1 : target.IndexOf(':', authority, at - authority);
        return colon < 0 ? target : $"{target[..(colon + 1)]}XXXXXXXX{target[at..]}";
    }

    private static string SchemeOf(string target)
    {
        int end = 0;
        while (end < target.Length && (char.IsAsciiLetter(target[end]) || (end > 0 && (char.IsAsciiDigit(target[end]) || target[end] is '+' or '-' or '.')))) end++;
        return end > 0 && end < target.Length && target[end] == ':' ? target[..end] : "";
    }

    private static bool IsHostMaybePort(string host)
    {
        int colon = host.StartsWith('[') ? host.IndexOf(']', StringComparison.Ordinal) + 1 : host.IndexOf(':', StringComparison.Ordinal);
        if (host.StartsWith('[') && colon == 0) return false;
        if (colon < 0 || colon == host.Length) return true;
        return host[colon] == ':' && !host.AsSpan(colon + 1).ContainsAnyExceptInRange('0', '9');
    }

    private static bool IsHostAndPort(string target)
    {
        int colon = target.LastIndexOf(':');
        return colon > 0 && colon < target.Length - 1 && target.AsSpan().IndexOfAny("/?#@") < 0 && IsHostMaybePort(target);
    }
}
