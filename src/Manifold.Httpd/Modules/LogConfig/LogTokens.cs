using System.Globalization;
using Manifold.Httpd.Expressions;
using Manifold.Httpd.Modules.Ssl;
using Manifold.Httpd.Requests;
using Manifold.Os;
using Microsoft.Extensions.Primitives;

namespace Manifold.Httpd.Modules.LogConfig;

/// <summary>The items that a log format can have. What is made here runs on the thread that ended the request and waits for nothing but the client's name.</summary>
internal static class LogTokens
{
    /// <summary>The status that the client saw.</summary>
    public static int Status(Request request) => request.Out.StatusCode;

    /// <summary>The item of a letter; null when there is none.</summary>
    /// <param name="letter">One letter, or ^ and two.</param>
    /// <param name="argument">What stood in braces; empty without.</param>
    /// <param name="original">True for the request as it came, false for the one that was answered in its stead; null = as is usual for the letter.</param>
    /// <param name="time">Shared by all formats.</param>
    public static LogToken? Find(string letter, string argument, bool? original, LogTime time) => letter switch
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
        "O" => (line, request) => line.Add(request.Exchange.BytesSent),
        "I" => (line, request) => line.Add(request.Exchange.BytesReceived),
        "S" => (line, request) => line.Add(request.Exchange.BytesReceived + request.Exchange.BytesSent),
        "D" => (line, request) => line.Add((long)request.Elapsed.TotalMicroseconds),
        "T" => Duration(argument),
        "f" => (line, request) => line.AddEscaped(Of(request, original ?? false).FileName),
        "U" => (line, request) => line.AddEscaped(Of(request, original ?? true).Path),
        "q" => (line, request) => Query(line, request, original ?? false),
        "m" => (line, request) => line.AddEscaped(request.OriginalStatus != 0 && original != true ? "GET" : request.SaidMethod),
        "H" => (line, request) => line.AddPlain(request.Protocol),
        "R" => (line, request) => line.AddEscaped(Handler(Of(request, original ?? true))),
        "v" => (line, request) => line.AddEscaped(request.Server.Name),
        "V" => (line, request) => line.AddEscaped(SelfUrl.Name(request)),
        "p" => Port(argument),
        "P" => argument switch
        {
            "" or "pid" => (line, _) => line.Add(Environment.ProcessId),
            "tid" => (line, _) => line.Add(ThreadId.Current),
            "hextid" => (line, _) => line.AddPlain(ThreadId.Current.ToString("x", CultureInfo.InvariantCulture)),
            _ => (line, _) => line.AddPlain(argument),
        },
        "k" => (line, request) => line.Add(request.Exchange.Number),
        "X" => (line, request) => line.Add(request.Connection.IsAborted ? 'X' : request.WillClose ? '-' : '+'),
        "L" => argument == "c" ? (line, request) => line.AddPlain(request.ConnectionLogId) : (line, request) => line.AddPlain(request.LogId),
        "i" => (line, request) => Fields(line, request.Headers[argument]),
        "o" => ResponseHeader(argument),
        "C" => (line, request) => line.AddEscaped(Cookie(request.Headers.Cookie, argument)),
        "e" => (line, request) => line.AddEscaped(original == true ? request.OriginalVariable(argument) : request.Variable(argument)),
        "n" => (line, request) => line.AddEscaped(request.Note(argument)),
        "^ti" => (line, request) => Fields(line, request.Trailers[argument]),
        "^FB" or "^to" => (line, _) => line.Add('-'),
        _ => null,
    };

    /// <summary>The item of a letter that mod_ssl brings.</summary>
    public static LogToken? FindTls(string letter, string argument) => letter switch
    {
        "x" => Tls(argument),
        "c" => argument switch
        {
            "version" => Tls("SSL_PROTOCOL"),
            "cipher" => Tls("SSL_CIPHER"),
            "subjectdn" or "clientcert" => Tls("SSL_CLIENT_S_DN"),
            "issuerdn" or "cacert" => Tls("SSL_CLIENT_I_DN"),
            _ => (line, _) => line.Add('-'),
        },
        _ => null,
    };

    private static Resource Of(Request request, bool original) => original && request.Original is { } first ? first : request.Resource;

    // mod_ssl has the variables of expressions, too, and two forms for others.
    private static LogToken Tls(string name)
    {
        if (name.StartsWith("ENV:", StringComparison.Ordinal)) return (line, request) => line.AddEscaped(request.Variable(name[4..]) is { Length: > 0 } value ? value : null);
        if (name.StartsWith("HTTP:", StringComparison.Ordinal)) return (line, request) => Fields(line, request.Headers[name[5..]]);
        if ((SslVariables.Find(name) ?? Variables.Find(name)) is not { } reader) return (line, _) => line.Add('-');
        return (line, request) =>
        {
            var evaluation = new Evaluation { Subject = request, Varies = false };
            line.AddEscaped(reader(ref evaluation) is { Length: > 0 } value ? value : null);
        };
    }

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

    private static void Query(LogLine line, Request request, bool original)
    {
        if (!original && request.OriginalStatus != 0)
        {
            if (request.Query.Length > 0) line.AddEscaped("?" + request.Query);
            return;
        }
        string target = request.In.RawTarget;
        int question = target.IndexOf('?', StringComparison.Ordinal);
        if (question >= 0) line.AddEscaped(target[question..]);
    }

    private static string? Handler(Resource resource) => resource.Handler ?? (resource.Stat.IsDirectory ? "httpd/unix-directory" : null);

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

    private static LogToken Duration(string unit) => unit.ToLowerInvariant() switch
    {
        "" or "s" => (line, request) => line.Add((long)request.Elapsed.TotalSeconds),
        "ms" => (line, request) => line.Add((long)request.Elapsed.TotalMilliseconds),
        "us" => (line, request) => line.Add((long)request.Elapsed.TotalMicroseconds),
        _ => (line, _) => line.AddPlain(unit),
    };

    private static LogToken Port(string which) => which switch
    {
        "local" => (line, request) => line.Add(request.Connection.Local.Port),
        "remote" => (line, request) => line.Add(request.Connection.Remote.Port),
        _ => (line, request) => line.Add(request.Server.Port),
    };

    private static LogToken Time(string format, LogTime time)
    {
        bool end = format.StartsWith("end:", StringComparison.Ordinal);
        if ((end || format.StartsWith("begin:", StringComparison.Ordinal)))
            format = format[(format.IndexOf(':') + 1)..];
        DateTime When(Request request)
        {
            var now = request.Site.Options.Clock.GetUtcNow().UtcDateTime;
            return end ? now : now - request.Elapsed;
        }
        static long Micros(DateTime when) => (when - DateTime.UnixEpoch).Ticks / 10;
        return format switch
        {
            "" => (line, request) => time.Add(line, When(request)),
            "sec" => (line, request) => line.Add(Micros(When(request)) / 1_000_000),
            "msec" => (line, request) => line.Add(Micros(When(request)) / 1000),
            "usec" => (line, request) => line.Add(Micros(When(request))),
            "msec_frac" => (line, request) => line.AddPlain((Micros(When(request)) / 1000 % 1000).ToString("000")),
            "usec_frac" => (line, request) => line.AddPlain((Micros(When(request)) % 1_000_000).ToString("000000")),
            _ => (line, request) => line.AddPlain(LogTime.Format(format, When(request))),
        };
    }

    // The first of several, as in httpd.
    private static LogToken ResponseHeader(string name)
    {
        bool isType = name.Equals("Content-Type", StringComparison.OrdinalIgnoreCase);
        return (line, request) =>
        {
            string? value = request.ResponseHeaders[name] is { Count: > 0 } values ? values[0] : null;
            line.AddEscaped(isType ? value?.Split(';')[0].TrimEnd() : value);
        };
    }

    private static void Fields(LogLine line, StringValues values)
    {
        if (values.Count == 0) line.Add('-');
        else if (values.Count == 1) line.AddEscaped(values[0]);
        else line.AddEscaped(string.Join(", ", values.ToArray()));
    }

    private static string? Cookie(StringValues headers, string name)
    {
        foreach (string part in string.Join(", ", headers.ToArray()).Split(';'))
        {
            int equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0 && part[..equals].Replace(" ", "", StringComparison.Ordinal).Equals(name, StringComparison.OrdinalIgnoreCase))
                return part[(equals + 1)..].Trim() is { Length: > 0 } value ? value : null;
        }
        return null;
    }
}
