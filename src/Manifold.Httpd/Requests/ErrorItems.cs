using System.Globalization;
using System.Net;
using System.Text;
using Manifold.Contracts;
using Manifold.Os;
using Manifold.Shared;

namespace Manifold.Httpd.Requests;

/// <summary>What an item of an error log's format may look at.</summary>
internal readonly record struct ErrorContext(ErrorRecord? Record, ErrorSubject? Subject, string Server);

/// <summary>Adds the value of an item to a line; nothing when there is none.</summary>
internal delegate void ErrorItem(StringBuilder line, ErrorContext context);

/// <summary>The items that a format of the error log can have beside the message. There is no source to name for %F. Any thread; blocks nowhere.</summary>
internal static class ErrorItems
{
    /// <summary>The item of a letter; null when there is none.</summary>
    public static ErrorItem? Find(char letter, string argument) => letter switch
    {
        'a' => (line, context) => Point(line, context.Subject?.Connection?.Remote, context.Record?.Client),
        'A' => (line, context) => Point(line, context.Subject?.Connection?.Local, null),
        'e' => (line, context) => Text(line, context.Subject?.Request?.Variable(argument)),
        'E' => (line, context) => Text(line, context.Record is { Errno: not 0 and var errno } ? Errno.Numbered(errno) : null),
        'F' => (_, _) => { },
        'i' => (line, context) => Text(line, context.Subject?.Request is { } request && request.Headers[argument] is { Count: > 0 } values ? string.Join(", ", values.ToArray()) : null),
        'k' => (line, context) =>
        {
            if (context.Subject?.Connection is { } connection) line.Append(connection.RequestCount);
        },
        'l' => (line, context) => Text(line, context.Record?.Level.ToString().ToLowerInvariant()),
        'L' => argument switch
        {
            "c" => (line, context) => Text(line, context.Subject?.ConnectionLogId),
            "C" => (line, context) => Text(line, context.Subject is { Request: null } subject ? subject.ConnectionLogId : null),
            _ => (line, context) => Text(line, context.Subject?.Request?.LogId),
        },
        'm' => (line, context) => Text(line, context.Record?.Module),
        'n' => (line, context) => Text(line, context.Subject?.Request?.Note(argument)),
        'P' => (line, _) => line.Append(Environment.ProcessId),
        'T' => (line, _) => line.Append(ThreadId.Current),
        't' => Time(argument),
        'v' => (line, context) => Text(line, context.Subject?.Request?.Server.Name ?? context.Server),
        'V' => (line, context) => Text(line, context.Subject?.Request is { } request ? SelfUrl.Name(request) : null),
        _ => null,
    };

    private static void Text(StringBuilder line, string? text)
    {
        if (text is not null) ErrorLog.AppendEscaped(line, text);
    }

    private static void Point(StringBuilder line, IPEndPoint? point, string? otherwise)
    {
        if (point is null) Text(line, otherwise);
        else line.Append(point.Address).Append(':').Append(point.Port);
    }

    private static ErrorItem Time(string options)
    {
        string fraction = options.Contains('u', StringComparison.Ordinal) ? ".ffffff" : "";
        string format = options.Contains('c', StringComparison.Ordinal) ? "yyyy-MM-dd HH:mm:ss" + fraction : $"ddd MMM dd HH:mm:ss{fraction} yyyy";
        return (line, _) => line.Append(DateTime.Now.ToString(format, CultureInfo.InvariantCulture));
    }
}
