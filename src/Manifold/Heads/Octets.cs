using System.Buffers;
using System.Text;

namespace Manifold.Heads;

/// <summary>The classes of bytes that heads are made of.</summary>
internal static class Octets
{
    private const string TokenChars = "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

    /// <summary>What names of methods and fields consist of.</summary>
    public static SearchValues<byte> Token { get; } = SearchValues.Create(Encoding.ASCII.GetBytes(TokenChars));

    /// <summary>What a value consists of: everything but control characters.</summary>
    public static SearchValues<byte> Value { get; } = SearchValues.Create(Of(b => b is '\t' or >= ' ' and not 0x7f));

    /// <summary>What HTTP takes in a target as it stands.</summary>
    public static SearchValues<byte> Target { get; } = SearchValues.Create(Of(b => b is > ' ' and < 0x7f and not '#'));

    /// <summary>What a host name consists of.</summary>
    public static SearchValues<byte> Host { get; } = SearchValues.Create(Of(b => char.IsAsciiLetterOrDigit((char)b) || b is '-' or '_' or '.'));

    public static bool IsToken(string text) => text.Length > 0 && !text.AsSpan().ContainsAnyExcept(s_token);

    /// <summary>White space as C has it.</summary>
    public static bool IsSpace(char c) => c is ' ' or (>= '\t' and <= '\r');

    /// <summary>Where white space begins; the length when there is none.</summary>
    public static int SpaceIn(string text, int from)
    {
        while (from < text.Length && !IsSpace(text[from])) from++;
        return from;
    }

    /// <summary>Where something begins that a target cannot contain: white space or a control character.</summary>
    public static int EndOfVisible(string text, int from)
    {
        while (from < text.Length && text[from] is > ' ' and not '\x7f') from++;
        return from;
    }

    /// <summary>Where a token ends.</summary>
    public static int EndOfToken(string text, int from)
    {
        while (from < text.Length && s_token.Contains(text[from])) from++;
        return from;
    }

    /// <summary>True for a host and port that HTTP takes.</summary>
    public static bool IsPlainHost(ReadOnlySpan<byte> host)
    {
        int end;
        if (host.Length > 0 && host[0] == '[')
        {
            end = host.IndexOf((byte)']') + 1;
            if (end < 4 || host[1..(end - 1)].ContainsAnyExcept(s_address)) return false;
        }
        else
        {
            end = host.IndexOfAnyExcept(Host);
            if (end == 0 || host.IsEmpty) return false;
            if (end < 0) return true;
        }
        var port = host[end..];
        return port.IsEmpty || (port[0] == ':' && port.Length is > 1 and <= 6 && !port[1..].ContainsAnyExceptInRange((byte)'0', (byte)'9'));
    }

    private static readonly SearchValues<byte> s_address = SearchValues.Create("0123456789abcdefABCDEF:."u8);
    private static readonly SearchValues<char> s_token = SearchValues.Create(TokenChars);

    private static byte[] Of(Func<int, bool> holds) => [.. Enumerable.Range(0, 256).Where(holds).Select(b => (byte)b)];
}
