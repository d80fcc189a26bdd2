using System.Buffers;
using System.Text;

namespace Manifold.Httpd.Requests;

/// <summary>What happens to %2F in a path (AllowEncodedSlashes).</summary>
public enum EncodedSlashes
{
    /// <summary>The request is answered 404.</summary>
    Off,
    /// <summary>Decoded like any other octet.</summary>
    On,
    /// <summary>Left encoded.</summary>
    NoDecode,
}

/// <summary>
/// A request target, taken apart: host of the absolute form, decoded and normalised path, query. Pure. The path is first normalised
/// and then decoded, and normalised again when slashes were decoded, so a path that leaves here never climbs above the root.
/// </summary>
public readonly record struct UrlPath(string Path, string Query, string? Host)
{
    private static readonly SearchValues<char> Special = SearchValues.Create("%#\\");

    /// <summary>Takes <paramref name="target"/> apart. Returns 0, or the HTTP status of the refusal: 400 or 404.</summary>
    /// <param name="target">The target as it stands in the request line.</param>
    /// <param name="slashes">What to do with %2F.</param>
    /// <param name="mergeSlashes">True when repeated slashes count as one.</param>
    /// <param name="result">The parts; on refusal the path is as far as it is known.</param>
    public static int Parse(string target, EncodedSlashes slashes, bool mergeSlashes, out UrlPath result)
    {
        string? host = null;
        int start = 0;
        if (!target.StartsWith('/'))
        {
            int authority = target.IndexOf("://", StringComparison.Ordinal);
            if (authority <= 0 || target.AsSpan(0, authority).IndexOfAny('/', '?', '%') >= 0) return Refuse(target, 400, out result);
            authority += 3;
            int end = target.AsSpan(authority).IndexOfAny("/?#");
            start = end < 0 ? target.Length : authority + end;
            var name = target.AsSpan(authority, start - authority);
            int at = name.LastIndexOf('@');
            host = name[(at + 1)..].ToString();
            if (host.Length == 0) return Refuse(target, 400, out result);
        }
        int question = target.IndexOf('?', start);
        string query = question < 0 ? "" : target[(question + 1)..];
        // Behind the slash of a path another one never begins a host name, whatever MergeSlashes says.
        if (host is null) while (start + 1 < target.Length && target[start + 1] == '/') start++;
        var raw = target.AsSpan(start, (question < 0 ? target.Length : question) - start);
        if (raw.Length == 0) raw = "/";
        if (raw[0] != '/' || query.Contains('#', StringComparison.Ordinal)) return Refuse(target, 400, out result);
        if (IsPlain(raw))
        {
            result = new UrlPath(raw.Length == target.Length ? target : raw.ToString(), query, host);
            return 0;
        }
        int status = Decode(raw, slashes, mergeSlashes, out string path);
        result = new UrlPath(path, query, host);
        return status;
    }

    /// <summary>The path as it is written into a URL: everything escaped that is not allowed in a path.</summary>
    public static string Escape(string path)
    {
        const string allowed = "/$-_.+!*'(),:;@&=~";
        var escaped = new StringBuilder(path.Length + 16);
        foreach (byte b in Encoding.Latin1.GetBytes(path))
        {
            if (char.IsAsciiLetterOrDigit((char)b) || allowed.Contains((char)b, StringComparison.Ordinal)) escaped.Append((char)b);
            else escaped.Append('%').Append(b.ToString("x2"));
        }
        return escaped.ToString();
    }

    /// <summary>The path with one slash where there are several in a row.</summary>
    public static string MergeSlashes(string path)
    {
        if (!path.Contains("//", StringComparison.Ordinal)) return path;
        var merged = new StringBuilder(path.Length);
        foreach (char c in path)
            if (c != '/' || merged.Length == 0 || merged[^1] != '/') merged.Append(c);
        return merged.ToString();
    }

    private static int Refuse(string target, int status, out UrlPath result)
    {
        result = new UrlPath(target, "", null);
        return status;
    }

    private static bool IsPlain(ReadOnlySpan<char> raw) =>
        !raw.ContainsAny(Special) && raw.IndexOf("//") < 0 && raw.IndexOf("/.") < 0 && Ascii.IsValid(raw);

    private static int Decode(ReadOnlySpan<char> raw, EncodedSlashes slashes, bool merge, out string path)
    {
        path = raw.ToString();
        if (raw.Contains('#')) return 400;
        byte[] bytes = Encoding.Latin1.GetBytes(path);
        if (!DecodeUnreserved(bytes, out int length)) return 400;
        if (!Normalise(bytes, ref length, merge)) return 400;
        int status = DecodeRest(bytes, ref length, slashes);
        if (status == 400) return 400;
        if (slashes == EncodedSlashes.On && !Normalise(bytes, ref length, merge)) return 400;
        path = Encoding.Latin1.GetString(bytes, 0, length);
        return status;
    }

    /// <summary>Decodes letters, digits and -._~ in place; false at a percent sign without two hexadecimal digits.</summary>
    private static bool DecodeUnreserved(byte[] bytes, out int length)
    {
        int to = 0;
        for (int from = 0; from < bytes.Length; from++)
        {
            byte b = bytes[from];
            if (b == '%')
            {
                if (!Hex(bytes, from, bytes.Length, out byte value))
                {
                    length = 0;
                    return false;
                }
                if (char.IsAsciiLetterOrDigit((char)value) || value is (byte)'-' or (byte)'.' or (byte)'_' or (byte)'~')
                {
                    b = value;
                    from += 2;
                }
            }
            bytes[to++] = b;
        }
        length = to;
        return true;
    }

    private static int DecodeRest(byte[] bytes, ref int length, EncodedSlashes slashes)
    {
        int to = 0, status = 0;
        for (int from = 0; from < length; from++)
        {
            byte b = bytes[from];
            if (b == '%')
            {
                if (!Hex(bytes, from, length, out byte value)) return 400;
                if (value == 0 || (value == '/' && slashes == EncodedSlashes.Off)) status = 404;
                if (value == '/' && slashes == EncodedSlashes.NoDecode)
                {
                    bytes[to++] = b;
                    bytes[to++] = bytes[from + 1];
                    b = bytes[from + 2];
                }
                else b = value;
                from += 2;
            }
            bytes[to++] = b;
        }
        length = to;
        return status;
    }

    /// <summary>Removes dot segments, merges slashes; false when the path climbs above its root.</summary>
    private static bool Normalise(byte[] path, ref int length, bool merge)
    {
        int to = 0, from = 0;
        while (from < length)
        {
            // path[from] is a slash; the segment behind it reaches to the next slash or the end.
            int end = from + 1;
            while (end < length && path[end] != '/') end++;
            var segment = path.AsSpan(from + 1, end - from - 1);
            bool last = end == length;
            if (segment.SequenceEqual("."u8) || segment.SequenceEqual(".."u8))
            {
                if (segment.Length == 2)
                {
                    if (to == 0) return false;
                    do to--; while (path[to] != '/');
                }
                if (last) path[to++] = (byte)'/';
            }
            else if (segment.Length > 0 || last || !merge)
            {
                path.AsSpan(from, end - from).CopyTo(path.AsSpan(to));
                to += end - from;
            }
            from = end;
        }
        length = to;
        return true;
    }

    private static bool Hex(byte[] bytes, int at, int length, out byte value)
    {
        value = 0;
        if (at + 2 >= length || !char.IsAsciiHexDigit((char)bytes[at + 1]) || !char.IsAsciiHexDigit((char)bytes[at + 2])) return false;
        value = (byte)(Digit(bytes[at + 1]) << 4 | Digit(bytes[at + 2]));
        return true;
    }

    private static int Digit(byte b) => b <= '9' ? b - '0' : (b | 0x20) - 'a' + 10;
}
