using System.Text;
using Manifold.Httpd.Requests;

namespace Manifold.Httpd.Modules.LogConfig;

/// <summary>Writes one item of a log line.</summary>
internal delegate void LogToken(LogLine line, Request request);

/// <summary>A log format, compiled once into the list of its items. Immutable; used by all threads.</summary>
internal sealed class LogFormat
{
    private readonly LogToken[] _tokens;

    private LogFormat(LogToken[] tokens) => _tokens = tokens;

    /// <summary>The items of a format; <paramref name="error"/> says what is wrong with it.</summary>
    /// <param name="format">The text.</param>
    /// <param name="time">Shared by all formats.</param>
    /// <param name="tls">True where mod_ssl is loaded, which brings items of its own.</param>
    /// <param name="error">null when there is a format.</param>
    public static LogFormat? Compile(string format, LogTime time, bool tls, out string? error)
    {
        error = null;
        var tokens = new List<LogToken>();
        var literal = new StringBuilder();
        for (int i = 0; i < format.Length;)
        {
            char c = format[i++];
            if (c == '\\' && i < format.Length && Escaped(format[i]) is { } escaped)
            {
                literal.Append(escaped);
                i++;
            }
            else if (c != '%') literal.Append(c);
            else if (i < format.Length && format[i] == '%') literal.Append(format[i++]);
            else
            {
                Flush(tokens, literal);
                var item = Item(format, ref i, time, tls, out error);
                if (item is null) return null;
                tokens.Add(item);
            }
        }
        literal.Append('\n');
        Flush(tokens, literal);
        return new LogFormat([.. tokens]);
    }

    /// <summary>Writes the line of a request, its line feed included.</summary>
    public void Render(LogLine line, Request request)
    {
        foreach (var token in _tokens) token(line, request);
    }

    private static char? Escaped(char letter) => letter switch { 'n' => '\n', 'r' => '\r', 't' => '\t', '\\' => '\\', _ => null };

    private static void Flush(List<LogToken> tokens, StringBuilder literal)
    {
        if (literal.Length == 0) return;
        byte[] bytes = Encoding.Latin1.GetBytes(literal.ToString());
        literal.Clear();
        tokens.Add((line, _) => line.Add(bytes));
    }

    /// <summary>One item behind its percent sign: modifiers, argument, letter.</summary>
    private static LogToken? Item(string format, ref int i, LogTime time, bool tls, out string? error)
    {
        error = null;
        bool negate = false;
        bool? original = null;
        string argument = "";
        var statuses = new List<int>();
        for (; i < format.Length; i++)
        {
            char c = format[i];
            if (c == '!') negate = !negate;
            else if (c == '<') original = true;
            else if (c == '>') original = false;
            else if (c == ',') continue;
            else if (char.IsAsciiDigit(c))
            {
                int start = i;
                while (i + 1 < format.Length && char.IsAsciiDigit(format[i + 1])) i++;
                statuses.Add(int.TryParse(format.AsSpan(start, i + 1 - start), out int status) ? status : -1);
            }
            else if (c == '{')
            {
                int close = format.IndexOf('}', i);
                if (close < 0) break;
                argument = format[(i + 1)..close];
                i = close;
            }
            else
            {
                string letter = c == '^' && i + 2 < format.Length ? format.Substring(i, 3) : c.ToString();
                i += letter.Length;
                var token = LogTokens.Find(letter, argument, original, time) ?? (tls ? LogTokens.FindTls(letter, argument) : null);
                if (token is null) error = $"Unrecognized LogFormat directive %{c}";
                return token is null || statuses.Count == 0 ? token : Conditional(token, [.. statuses], negate);
            }
        }
        error = "Ran off end of LogFormat parsing args to some directive";
        return null;
    }

    private static LogToken Conditional(LogToken token, int[] statuses, bool negate) => (line, request) =>
    {
        if (Array.IndexOf(statuses, LogTokens.Status(request)) >= 0 != negate) token(line, request);
        else line.Add('-');
    };
}
