using System.Globalization;
using Manifold.Httpd.Requests;
using Manifold.Os;

namespace Manifold.Httpd.Modules.LogConfig;

/// <summary>The items that a log format can have. What is made here runs on the thread that ended the request and waits for nothing but the client's name.</summary>
internal static class LogTokens
{
    /// <summary>The status that the client saw.</summary>
    public static int Status(Request request) => request.Out.StatusCode;

    /// <summary>The item of a letter; null when there is none.</summary>
    public static LogToken? Find(string letter, string? argument, bool? original, LogTime time) => letter switch
    {
        "h" => (line, request) => line.AddEscaped(request.RemoteHost),
        "a" => (line, request) => line.AddPlain(request.Connection.RemoteAddress),
        "A" => (line, request) => line.AddPlain(request.Connection.Local.Address.ToString()),
        "l" => (line, _) => line.Add('-'),
        "u" => User,
        "t" => Time(argument, time),
        "r" => RequestLine,
        "s" => original == false ? (line, request) => line.Add(Status(request))
            : (line, request) => line.Add(request.OriginalStatus != 0 ? request.OriginalStatus : Status(request)),
        "b" => (line, request) => Bytes(line, request.BodyBytes),
        "B" => (line, request) => line.Add(request.BodyBytes),
        "O" => (line, request) => line.Add(request.Connection.RequestBytesSent),
        "I" => (line, request) => line.Add(request.Connection.RequestBytesReceived),
        "S" => (line, request) => line.Add(request.Connection.RequestBytesReceived + request.Connection.RequestBytesSent),
        "D" => (line, request) => line.Add((long)request.Elapsed.TotalMicroseconds),
        "T" => Duration(argument),
        "f" => (line, request) => line.AddEscaped(request.Resource.FileName),
        "U" => original == false ? (line, request) => line.AddEscaped(request.Resource.Path)
            : (line, request) => line.AddEscaped((request.Original ?? request.Resource).Path),
        "q" => Query,
        "m" => (line, request) => line.AddEscaped(request.In.Method),
        "H" => (line, request) => line.AddPlain(request.Protocol),
        "R" => (line, request) => line.AddPlain(request.Resource.Handler),
        "v" => (line, request) => line.AddPlain(request.Server.Name),
        "V" => (line, request) => line.AddEscaped(SelfUrl.Name(request)),
        "p" => Port(argument),
        "P" => argument switch
        {
            null or "pid" => (line, _) => line.Add(Environment.ProcessId),
            "tid" => (line, _) => line.Add(ThreadId.Current),
            "hextid" => (line, _) => line.AddPlain(ThreadId.Current.ToString("x", CultureInfo.InvariantCulture)),
            _ => null,
        },
        "k" => (line, request) => line.Add(request.Connection.RequestNumber),
        "X" => (line, request) => line.Add(request.Connection.IsAborted ? 'X' : request.WillClose ? '-' : '+'),
        "L" => (line, _) => line.Add('-'),
        "i" when argument is not null => (line, request) => Header(line, request.Headers[argument], ", "),
        "o" when argument is not null => ResponseHeader(argument),
        "C" when argument is not null => (line, request) => line.AddEscaped(Cookie(request.Headers.Cookie.ToString(), argument)),
        "e" when argument is not null => (line, request) => line.AddEscaped(request.Variable(argument)),
        "n" when argument is not null => (line, request) => line.AddEscaped(request.Note(argument)),
        "x" or "c" when argument is not null => (line, _) => line.Add('-'),
        "^FB" or "^ti" or "^to" => (line, _) => line.Add('-'),
        _ => null,
    };

    private static void User(LogLine line, Request request)
    {
        if (request.User is { Length: 0 }) line.Add("\"\""u8);
        else line.AddEscaped(request.User);
    }

    private static void Bytes(LogLine line, long count)
    {
        if (count == 0) line.Add('-');
        else line.Add(count);
    }

    private static void Query(LogLine line, Request request)
    {
        string target = request.In.RawTarget;
        int question = target.IndexOf('?', StringComparison.Ordinal);
        if (question >= 0) line.AddEscaped(target[question..]);
    }

    private static void RequestLine(LogLine line, Request request)
    {
        if (request.FirstLine is { } raw)
        {
            if (raw.Length == 0) line.Add('-');
            else line.AddEscaped(raw);
            return;
        }
        if (request.Head is { } head)
        {
            line.AddEscaped(head.Line);
            return;
        }
        line.AddEscaped(request.In.Method);
        line.Add(' ');
        line.AddEscaped(request.In.RawTarget);
        line.Add(' ');
        line.AddEscaped(request.In.Protocol);
    }

    private static LogToken? Duration(string? unit) => unit switch
    {
        null or "s" => (line, request) => line.Add((long)request.Elapsed.TotalSeconds),
        "ms" => (line, request) => line.Add((long)request.Elapsed.TotalMilliseconds),
        "us" => (line, request) => line.Add((long)request.Elapsed.TotalMicroseconds),
        _ => null,
    };

    private static LogToken? Port(string? which) => which switch
    {
        null or "canonical" => (line, request) => line.Add(request.Server.Port),
        "local" => (line, request) => line.Add(request.Connection.Local.Port),
        "remote" => (line, request) => line.Add(request.Connection.Remote.Port),
        _ => null,
    };

    private static LogToken Time(string? format, LogTime time)
    {
        bool end = format?.StartsWith("end:", StringComparison.Ordinal) == true;
        if (format is not null && (end || format.StartsWith("begin:", StringComparison.Ordinal)))
            format = format[(format.IndexOf(':') + 1)..];
        DateTime When(Request request)
        {
            var now = request.Site.Options.Clock.GetUtcNow().UtcDateTime;
            return end ? now : now - request.Elapsed;
        }
        static long Micros(DateTime when) => (when - DateTime.UnixEpoch).Ticks / 10;
        return format switch
        {
            null or "" => (line, request) => time.Add(line, When(request)),
            "sec" => (line, request) => line.Add(Micros(When(request)) / 1_000_000),
            "msec" => (line, request) => line.Add(Micros(When(request)) / 1000),
            "usec" => (line, request) => line.Add(Micros(When(request))),
            "msec_frac" => (line, request) => line.AddPlain((Micros(When(request)) / 1000 % 1000).ToString("000")),
            "usec_frac" => (line, request) => line.AddPlain((Micros(When(request)) % 1_000_000).ToString("000000")),
            _ => (line, request) => line.AddPlain(LogTime.Format(format, When(request))),
        };
    }

    private static LogToken ResponseHeader(string name)
    {
        bool isType = name.Equals("Content-Type", StringComparison.OrdinalIgnoreCase);
        return (line, request) =>
        {
            var values = request.ResponseHeaders[name];
            if (!isType || values.Count == 0) Header(line, values, ", ");
            else line.AddEscaped(values.ToString().Split(';')[0].TrimEnd());
        };
    }

    private static void Header(LogLine line, Microsoft.Extensions.Primitives.StringValues values, string separator)
    {
        if (values.Count == 0) line.Add('-');
        else if (values.Count == 1) line.AddEscaped(values[0]);
        else line.AddEscaped(string.Join(separator, values.ToArray()));
    }

    private static string? Cookie(string header, string name)
    {
        foreach (string part in header.Split(';'))
        {
            int equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0 && part[..equals].Trim() == name) return part[(equals + 1)..].Trim();
        }
        return null;
    }
}
