using System.Text;

namespace Manifold.Heads;

/// <summary>How far a head that is still arriving has been looked through.</summary>
internal struct HostScan
{
    /// <summary>Where the first line begins that was not complete.</summary>
    public int Position;

    /// <summary>True once the request line has been seen; empty lines before it do not count.</summary>
    public bool Begun;
}

/// <summary>What the transport itself looks at in the raw head of a request. Pure.</summary>
internal static class RequestHead
{
    /// <summary>True when the head's last line, which is empty, has come.</summary>
    public static bool IsWhole(ReadOnlySpan<byte> head)
    {
        head = head.TrimStart("\r\n"u8); // empty lines before a request are no end of one
        return head.IndexOf("\n\r\n"u8) >= 0 || head.IndexOf("\n\n"u8) >= 0;
    }

    /// <summary>
    /// True when a line has come that is in no request of HTTP/1: a first line of another version or protocol, a field without a name. HTTP refuses it
    /// whatever follows, and there may be nothing that follows.
    /// </summary>
    public static bool HasForeignLine(ReadOnlySpan<byte> head)
    {
        head = head.TrimStart("\r\n"u8);
        if (head.IsEmpty) return false;
        if (!Octets.Token.Contains(head[0])) return true;
        int end = head.IndexOf((byte)'\n');
        if (end < 0) return false;
        if (!IsOfHttp1(head[..end].TrimEnd((byte)'\r'))) return true;
        for (head = head[(end + 1)..]; (end = head.IndexOf((byte)'\n')) >= 0; head = head[(end + 1)..])
        {
            var line = head[..end].TrimEnd((byte)'\r');
            if (line.IsEmpty) return false;
            if (line.IndexOf((byte)':') <= 0) return true;
        }
        return false;
    }

    private static bool IsOfHttp1(ReadOnlySpan<byte> line) => line.Length > 9 && line[^9..^1].SequenceEqual(" HTTP/1."u8);

    /// <summary>
    /// Looks for the host that a request is for, in as many bytes of its head as have come: that of an absolute target, else the first Host
    /// field. True when it is known, empty when there is none; false while more must come. Only complete lines count, so it does not matter how
    /// the head is cut into pieces; <paramref name="scan"/> saves looking at a line twice.
    /// </summary>
    public static bool TryFindHost(ReadOnlySpan<byte> head, ref HostScan scan, out ReadOnlySpan<byte> host)
    {
        host = default;
        for (;;)
        {
            var rest = head[scan.Position..];
            int end = rest.IndexOf((byte)'\n');
            if (end < 0) return false;
            var line = rest[..end].TrimEnd((byte)'\r');
            scan.Position += end + 1;
            if (!scan.Begun)
            {
                scan.Begun = !line.IsEmpty;
                if (scan.Begun && AbsoluteTargetsHost(line, out host)) return true;
            }
            else if (line.IsEmpty)
            {
                return true;
            }
            else if (line.Length >= 5 && line[4] == ':' && Ascii.EqualsIgnoreCase(line[..4], "host"u8))
            {
                host = line[5..];
                host = host[Ascii.Trim(host)];
                return true;
            }
        }
    }

    /// <summary>"GET http://name:80/path HTTP/1.1": the host is in the target, and a Host field does not count.</summary>
    private static bool AbsoluteTargetsHost(ReadOnlySpan<byte> line, out ReadOnlySpan<byte> host)
    {
        host = default;
        int from = line.IndexOf((byte)' ') + 1;
        var target = line[from..];
        int to = target.IndexOf((byte)' ');
        if (to >= 0) target = target[..to];
        int scheme = target.IndexOf("://"u8);
        if (from == 0 || target.IsEmpty || target[0] == '/' || scheme < 0) return false;
        host = target[(scheme + 3)..];
        int end = host.IndexOfAny("/?#"u8);
        if (end >= 0) host = host[..end];
        return true;
    }
}
