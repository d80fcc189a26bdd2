using System.Text;
using Manifold.Connections;
using Manifold.Contracts;
using Manifold.Shared;

namespace Manifold.Httpd.Requests;

/// <summary>What a line of the error log is about.</summary>
/// <param name="Request">The request; null in a line about the connection alone.</param>
/// <param name="Connection">The connection; null in a line of the server's own.</param>
/// <param name="ConnectionLogId">What the log calls the connection.</param>
internal sealed record ErrorSubject(Request? Request, IMpmConnectionFeature? Connection, string? ConnectionLogId);

/// <summary>
/// The format of the error log's lines: fields that begin at blanks, each of items. A field one of whose items has no value is left out. Parsed
/// while the configuration is read; immutable, used by all threads, blocks nowhere.
/// </summary>
internal sealed class ErrorLogFormat
{
    private readonly List<Item> _items = [];

    /// <summary>A part of the line. The text of a literal has no writer, nor has the message.</summary>
    private sealed record Item(string Text, ErrorItem? Write, bool BeginsField, bool IsMessage = false, bool IsRequired = false, bool HasDash = false, int Level = 0);

    /// <summary>The format in a text; null when something is wrong with it.</summary>
    /// <param name="text">The text.</param>
    /// <param name="isMain">True for the format of records, false for lines that are written once.</param>
    /// <param name="error">What is wrong.</param>
    public static ErrorLogFormat? Parse(string text, bool isMain, out string? error)
    {
        var format = new ErrorLogFormat();
        error = null;
        for (int i = 0; i < text.Length && error is null;)
        {
            bool begins = text[i] == ' ';
            if (text[i] == '%' && i + 1 < text.Length && text[i + 1] == ' ')
            {
                i += 2;
                begins = true;
            }
            if (i < text.Length && text[i] == '%') format.Add(text, ref i, begins, isMain, out error);
            else format._items.Add(new Item(Literal(text, ref i), null, begins));
        }
        if (error is null && isMain && !format._items.Exists(item => item.IsMessage)) error = "main ErrorLogFormat must contain message format string '%M'";
        return error is null ? format : null;
    }

    /// <summary>The format as the layer takes it.</summary>
    /// <param name="server">The name of the main server.</param>
    public ErrorLayout Layout(string server) => (StringBuilder line, in ErrorRecord record) => Append(line, record, record.About switch
    {
        Request request => new ErrorSubject(request, request.Connection, request.ConnectionLogId),
        IMpmConnectionFeature connection => new ErrorSubject(null, connection, null),
        _ => null,
    }, server);

    /// <summary>Adds a line without its end; nothing when an item has no value that must have one.</summary>
    /// <param name="line">The line.</param>
    /// <param name="record">The record; null for a line that is written once.</param>
    /// <param name="subject">What it is about; null = the server.</param>
    /// <param name="server">The name of the main server.</param>
    public void Append(StringBuilder line, ErrorRecord? record, ErrorSubject? subject, string server = "")
    {
        bool skips = false;
        int field = line.Length;
        foreach (var item in _items)
        {
            if (item.BeginsField)
            {
                if (!skips) field = line.Length;
                skips = false;
            }
            if (item.IsMessage) ErrorLog.AppendEscaped(line, record?.Message ?? ""); // whatever is missing before it
            if (skips || item.IsMessage) continue;
            int before = line.Length;
            if (record is { } told && item.Level > (int)told.Level) skips = true;
            else if (item.Write is null) line.Append(item.Text);
            else
            {
                item.Write(line, new ErrorContext(record, subject, server));
                if (line.Length > before) continue;
                if (item.IsRequired)
                {
                    line.Clear();
                    return;
                }
                if (item.HasDash) line.Append('-');
                else skips = true;
            }
            if (skips) line.Length = field;
        }
    }

    private static string Literal(string text, ref int i)
    {
        var literal = new StringBuilder();
        for (int start = i; i < text.Length && text[i] != '%' && (text[i] != ' ' || i == start); i++)
        {
            if (text[i] != '\\' || i + 1 == text.Length) literal.Append(text[i]);
            else literal.Append(text[++i] switch { 'n' => '\n', 'r' => '\r', 't' => '\t', var other => other });
        }
        return literal.ToString();
    }

    private void Add(string text, ref int i, bool begins, bool isMain, out string? error)
    {
        error = null;
        string argument = "";
        bool required = false, dash = false;
        int level = 0;
        for (i++; i < text.Length; i++)
        {
            char c = text[i];
            if (c == '{')
            {
                int close = text.IndexOf('}', i);
                if (close < 0) break;
                argument = text[(i + 1)..close];
                i = close;
            }
            else if (c == '+') required = true;
            else if (c == '-') dash = true;
            else if (char.IsAsciiDigit(c))
            {
                int start = i;
                while (i + 1 < text.Length && char.IsAsciiDigit(text[i + 1])) i++;
                level = int.TryParse(text.AsSpan(start, i + 1 - start), out int number) ? number : int.MaxValue;
            }
            else
            {
                i++;
                if (c == '%' && text[i - 2] == '%') _items.Add(new Item("%", null, begins));
                else if (c == 'M' || ErrorItems.Find(c, argument) is not null)
                    _items.Add(new Item("", c == 'M' ? null : ErrorItems.Find(c, argument), begins, c == 'M', required, dash, level));
                else error = $"Unrecognized error log format directive %{c}";
                error ??= required && isMain ? "The '+' flag cannot be used in the main error log format"
                    : level > (int)LogLevel.Trace8 ? "The specified loglevel modifier is out of range"
                    : isMain ? null
                    : c == 'M' ? "%M cannot be used in once-per-request or once-per-connection formats"
                    : level > 0 ? "The loglevel cannot be used as a condition in once-per-request or once-per-connection formats" : null;
                return;
            }
        }
        error = "Ran off end of error log format parsing args to some directive";
    }
}
