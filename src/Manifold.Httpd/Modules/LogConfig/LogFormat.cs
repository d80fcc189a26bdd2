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
    public static LogFormat? Compile(string format, LogTime time, out string? error)
    {
        error = null;
        var tokens = new List<LogToken>();
        var literal = new StringBuilder();
        for (int i = 0; i < format.Length;)
        {
            char c = format[i++];
            if (c == '\\' && i < format.Length)
            {
                char next = format[i++];
                literal.Append(next switch { 'n' => '\n', 't' => '\t', '\\' => '\\', '"' => '"', _ => '\0' });
                if (literal[^1] == '\0') literal.Remove(literal.Length - 1, 1).Append('\\').Append(next);
            }
            else if (c != '%') literal.Append(c);
            else if (i < format.Length && format[i] == '%') literal.Append(format[i++]);
            else
            {
                Flush(tokens, literal);
                var item = Item(format, ref i, time, out error);
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

    private static void Flush(List<LogToken> tokens, StringBuilder literal)
    {
        if (literal.Length == 0) return;
        byte[] bytes = Encoding.Latin1.GetBytes(literal.ToString());
        literal.Clear();
        tokens.Add((line, _) => line.Add(bytes));
    }

    /// <summary>One item behind its percent sign: modifiers, argument, letter.</summary>
    private static LogToken? Item(string format, ref int i, LogTime time, out string? error)
    {
        error = null;
        bool negate = false;
        bool? original = null;
        string? argument = null;
        var statuses = new List<int>();
        for (; i < format.Length; i++)
        {
            char c = format[i];
            if (c == '!') negate = true;
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
                string letter = c.ToString();
                if (c == '^') letter = format.Substring(i, Math.Min(3, format.Length - i));
                i += letter.Length;
                var token = LogTokens.Find(letter, argument, original, time);
                if (token is null) error = $"Unrecognized LogFormat directive %{letter}";
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
