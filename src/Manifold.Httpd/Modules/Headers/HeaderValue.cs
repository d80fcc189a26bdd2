using System.Globalization;
using System.Text;
using Manifold.Httpd.Expressions;
using Manifold.Httpd.Language;
using Manifold.Httpd.Modules.Ssl;
using Manifold.Httpd.Modules.Status;
using Manifold.Httpd.Requests;

namespace Manifold.Httpd.Modules.Headers;

/// <summary>
/// The value in a Header or RequestHeader line: a text with %-items, or an expression. Immutable; used by all threads. %l, %i and %b read the kernel's files and
/// the scoreboard.
/// </summary>
internal sealed class HeaderValue
{
    private readonly Func<Request, string>[] _parts;

    private HeaderValue(Func<Request, string>[] parts) => _parts = parts;

    /// <summary>Compiles a value as it stands in the configuration.</summary>
    public static HeaderValue Compile(DirectiveCall call, string text)
    {
        if (text.StartsWith("expr=", StringComparison.Ordinal))
        {
            var expression = TextExpression.Parse(call, text[5..]);
            return new HeaderValue([expression.Value]);
        }
        var parts = new List<Func<Request, string>>();
        var plain = new StringBuilder();
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i], next = i + 1 < text.Length ? text[i + 1] : '\0';
            if (c == '%' && next == '%') plain.Append(text[i++]);
            else if (c == '\\' && next != '\0')
            {
                plain.Append(next switch { 'n' => '\n', 'r' => '\r', 't' => '\t', _ => next });
                i++;
            }
            else if (c != '%' || next == '\0') plain.Append(c);
            else
            {
                Flush(parts, plain);
                parts.Add(Item(text, ref i) ?? throw call.Fail($"Unrecognized header format %{(next == '{' ? "" : next)} in '{text}'"));
            }
        }
        Flush(parts, plain);
        return new HeaderValue([.. parts]);
    }

    /// <summary>The value for a request, as a field can have it.</summary>
    public string For(Request request) => Clean(_parts.Length == 1 ? _parts[0](request) : string.Concat(_parts.Select(part => part(request))));

    /// <summary>A value as a field can have it: clients may have chosen parts of it.</summary>
    public static string Clean(string value)
    {
        if (!value.AsSpan().ContainsAnyExceptInRange(' ', '~')) return value;
        return string.Create(value.Length, value, static (clean, text) =>
        {
            for (int i = 0; i < text.Length; i++) clean[i] = text[i] is not '\t' and (< ' ' or '\x7f') ? ' ' : text[i];
        });
    }

    private static void Flush(List<Func<Request, string>> parts, StringBuilder plain)
    {
        if (plain.Length == 0) return;
        string text = plain.ToString();
        plain.Clear();
        parts.Add(_ => text);
    }

    /// <summary>One item; <paramref name="i"/> is moved from its percent sign to its last character. null when there is none of that letter.</summary>
    private static Func<Request, string>? Item(string text, ref int i)
    {
        string? name = null;
        if (text[++i] == '{')
        {
            int close = text.IndexOf('}', i);
            if (close < 0 || close + 1 == text.Length) return null;
            name = text[(i + 1)..close];
            i = close + 1;
        }
        return text[i] switch
        {
            't' => request => "t=" + Micros(request.Site.Options.Clock.GetUtcNow().UtcDateTime - request.Elapsed - DateTime.UnixEpoch),
            'D' => request => "D=" + Micros(request.Elapsed),
            'l' => _ => "l=" + string.Join('/', (ProcFiles.OfSystem.Load() ?? [-1, -1, -1]).Select(load => load.ToString("0.00", CultureInfo.InvariantCulture))),
            'i' => request => $"i={Share(request, busy: false)}",
            'b' => request => $"b={Share(request, busy: true)}",
            'e' when name is not null => request => request.Variable(name) ?? "(null)",
            's' when name is not null => request => SslVariables.Value(request, name) ?? "(null)",
            _ => null,
        };
    }

    private static string Micros(TimeSpan span) => ((long)span.TotalMicroseconds).ToString(CultureInfo.InvariantCulture);

    /// <summary>How many of a hundred threads are busy, or idle.</summary>
    private static int Share(Request request, bool busy)
    {
        if (request.Site.Options.Resources?.Scoreboard is not { } board) return busy ? 0 : 100;
        var threads = ServerSnapshot.Take(board, Environment.TickCount64, new ProcFiles(_ => null), withWorkers: false);
        int all = Math.Max(1, threads.Busy + threads.Idle);
        return 100 * (busy ? threads.Busy : threads.Idle) / all;
    }
}
