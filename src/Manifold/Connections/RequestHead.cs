using System.Text;

namespace Manifold.Connections;

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
    /// False when a Content-Length has anything but digits. Kestrel's number parser takes a sign; where two servers in a row read such a
    /// field differently, the second sees a request that the first did not.
    /// </summary>
    public static bool HasPlainContentLength(ReadOnlySpan<byte> head)
    {
        bool begun = false;
        while (!head.IsEmpty)
        {
            int end = head.IndexOf((byte)'\n');
            var line = end < 0 ? head : head[..end];
            head = end < 0 ? default : head[(end + 1)..];
            bool empty = line.IsEmpty || line.SequenceEqual("\r"u8);
            if (empty && begun) return true; // the head ends here; what follows is a body or the next request
            begun |= !empty;
            if (line.Length < 15 || (line[0] | 0x20) != 'c' || line[14] != ':') continue;
            if (!Ascii.EqualsIgnoreCase(line[..14], "content-length"u8)) continue;
            var value = line[15..];
            value = value[Ascii.Trim(value)];
            if (value.IsEmpty || value.ContainsAnyExceptInRange((byte)'0', (byte)'9')) return false;
        }
        return true;
    }
}
