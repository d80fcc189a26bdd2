using System.Text;

namespace Manifold.Httpd.Language;

/// <summary>
/// Splits a configuration text into logical lines: continuations joined, ends trimmed, empty lines and comments dropped. A comment is
/// recognised after joining, so a comment that ends in a backslash swallows the next line, as in httpd.
/// </summary>
internal sealed class LineReader(string text, int longest = LineReader.LongestLine)
{
    /// <summary>Longest logical line of a server configuration; .htaccess files have <see cref="LongestHtaccessLine"/>.</summary>
    public const int LongestLine = 16 << 20;
    public const int LongestHtaccessLine = 8192;

    private int _at;

    /// <summary>Number of the last physical line read: the line that errors name.</summary>
    public int Line { get; private set; }

    /// <summary>The next logical line that says something; null at the end.</summary>
    public string? Next()
    {
        while (_at < text.Length)
        {
            var line = Physical(out bool continues);
            if (continues) line = Joined(line);
            if (line.Length > longest) throw new ConfigurationException("Line too long");
            line = Trim(line);
            if (!line.IsEmpty && line[0] != '#') return line.ToString();
        }
        return null;
    }

    private ReadOnlySpan<char> Joined(ReadOnlySpan<char> first)
    {
        var joined = new StringBuilder().Append(first);
        for (bool continues = true; continues && _at < text.Length;)
        {
            joined.Append(Physical(out continues));
            if (joined.Length > longest) throw new ConfigurationException("Line too long");
        }
        return joined.ToString();
    }

    private ReadOnlySpan<char> Physical(out bool continues)
    {
        var rest = text.AsSpan(_at);
        int end = rest.IndexOf('\n');
        var line = end < 0 ? rest : rest[..end];
        _at += end < 0 ? rest.Length : end + 1;
        Line++;
        if (!line.IsEmpty && line[^1] == '\r') line = line[..^1];
        continues = !line.IsEmpty && line[^1] == '\\';
        return continues ? line[..^1] : line;
    }

    /// <summary>Cuts C's white space, no other, from both ends.</summary>
    public static ReadOnlySpan<char> Trim(ReadOnlySpan<char> line) => line.Trim(" \t\n\v\f\r");
}
