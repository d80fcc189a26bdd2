using System.Text;

namespace Manifold.Heads;

/// <summary>Writes a head as HTTP takes it. Pure.</summary>
internal static class HeadWriter
{
    public static byte[] Write(string method, string target, bool old, string? host, List<(string Name, string Value)> fields)
    {
        var head = new StringBuilder();
        head.Append(method).Append(' ');
        foreach (char c in target)
        {
            // What HTTP refuses there means the same when it is escaped.
            if (c is > ' ' and < '\x7f' and not '#') head.Append(c);
            else head.Append('%').Append(((int)c).ToString("x2"));
        }
        head.Append(old ? " HTTP/1.0\r\n" : " HTTP/1.1\r\n");
        bool hasHost = host is not null && Octets.IsPlainHost(Encoding.Latin1.GetBytes(host));
        if (hasHost) head.Append("Host: ").Append(host).Append("\r\n");
        foreach (var (name, value) in fields)
        {
            if (!Octets.IsToken(name)) continue; // it could mean nothing to anybody
            if (name.Equals("Host", StringComparison.OrdinalIgnoreCase))
            {
                if (hasHost || host is not null || !Octets.IsPlainHost(Encoding.Latin1.GetBytes(value))) continue;
                hasHost = true;
            }
            head.Append(name).Append(": ");
            foreach (char c in value) head.Append(c is < ' ' and not '\t' or '\x7f' ? ' ' : c);
            head.Append("\r\n");
        }
        // HTTP wants to be told of no body too.
        if (old && method[0] == 'P' && !fields.Exists(field => FramesBody(field.Name))) head.Append("Content-Length: 0\r\n");
        if (!hasHost && !old) head.Append("Host:\r\n");
        return Encoding.Latin1.GetBytes(head.Append("\r\n").ToString());
    }

    private static bool FramesBody(string name) =>
        name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase) || name.Equals("Transfer-Encoding", StringComparison.OrdinalIgnoreCase);
}
