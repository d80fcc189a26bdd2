using System.Text;

namespace Manifold.Httpd.Matching;

/// <summary>The bytes that one place of a pattern matches, as PCRE2 has them without UTF: letters and digits are ASCII's.</summary>
internal sealed class ByteSet
{
    private readonly bool[] _has = new bool[256];

    public static ByteSet Of(Func<int, bool> holds)
    {
        var set = new ByteSet();
        for (int c = 0; c < 256; c++) set._has[c] = holds(c);
        return set;
    }

    /// <summary>The byte of a set of one.</summary>
    public int Only => Array.IndexOf(_has, true);

    public static ByteSet Of(char c) => Of(other => other == c);

    /// <summary>The set of an escape (\d) or of a POSIX name (alpha); null when there is none.</summary>
    public static ByteSet? Named(string name) => name switch
    {
        "d" or "digit" => Of(c => Ascii(c) && char.IsAsciiDigit((char)c)),
        "w" or "word" => Of(IsWord),
        "s" or "space" => Of(c => c is ' ' or (>= 9 and <= 13)),
        "h" => Of(c => c is ' ' or '\t' or 0xA0),
        "v" => Of(c => c is (>= 10 and <= 13) or 0x85),
        "D" or "W" or "S" or "H" or "V" => Named(name.ToLowerInvariant())!.Inverse(),
        "N" => Of(c => c != '\n'),
        "alpha" => Of(c => Ascii(c) && char.IsAsciiLetter((char)c)),
        "upper" => Of(c => c is >= 'A' and <= 'Z'),
        "lower" => Of(c => c is >= 'a' and <= 'z'),
        "alnum" => Of(c => Ascii(c) && char.IsAsciiLetterOrDigit((char)c)),
        "xdigit" => Of(c => Ascii(c) && char.IsAsciiHexDigit((char)c)),
        "blank" => Of(c => c is ' ' or '\t'),
        "cntrl" => Of(c => c is < 32 or 127),
        "graph" => Of(c => c is > 32 and < 127),
        "print" => Of(c => c is >= 32 and < 127),
        "punct" => Of(c => c is > 32 and < 127 && !char.IsAsciiLetterOrDigit((char)c)),
        "ascii" => Of(Ascii),
        _ => null,
    };

    public void Add(ByteSet other)
    {
        for (int c = 0; c < 256; c++) _has[c] |= other._has[c];
    }

    public ByteSet Inverse() => Of(c => !_has[c]);

    /// <summary>The set with the other case of its letters.</summary>
    public ByteSet InAnyCase() => Of(c => _has[c] || (Ascii(c) && char.IsAsciiLetter((char)c) && _has[c ^ 0x20]));

    /// <summary>As a class of .NET's, which knows nothing but numbers here.</summary>
    public override string ToString()
    {
        var text = new StringBuilder("[");
        for (int c = 0; c < 256; c++)
        {
            if (!_has[c]) continue;
            int first = c;
            while (c < 255 && _has[c + 1]) c++;
            text.Append($"\\x{first:x2}-\\x{c:x2}");
        }
        return text.Length == 1 ? "(?!)" : text.Append(']').ToString();
    }

    private static bool Ascii(int c) => c < 128;

    private static bool IsWord(int c) => c == '_' || (Ascii(c) && char.IsAsciiLetterOrDigit((char)c));
}
