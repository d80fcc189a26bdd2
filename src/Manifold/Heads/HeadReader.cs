using System.Text;
using Manifold.Contracts;

namespace Manifold.Heads;

/// <summary>
/// Reads a head that is not plain as httpd reads it, with care instead of speed: decides whether it is refused and why, and what HTTP is given in
/// its place. Runs once for a request line, and once for the head. Pure.
/// </summary>
internal ref struct HeadReader
{
    private const string TooManyFields = "The number of request header fields exceeds this server's limit.";
    private const string TooLongField = "Size of a request header field exceeds server limit.";

    private readonly ReadOnlySpan<byte> _bytes;
    private readonly HeadRules _rules;
    private readonly List<(string Name, string Value)> _fields = [];
    private RequestLine? _line;
    private int _at;

    private HeadReader(ReadOnlySpan<byte> bytes, HeadRules rules)
    {
        _bytes = bytes;
        _rules = rules;
    }

    /// <summary>Reads what has come, from the request line on; null when more must come.</summary>
    /// <param name="bytes">What has come.</param>
    /// <param name="rules">What is taken.</param>
    /// <param name="hasEnded">True when nothing more will come.</param>
    public static ReadHead? Read(ReadOnlySpan<byte> bytes, HeadRules rules, bool hasEnded)
    {
        var reader = new HeadReader(bytes, rules);
        return reader.Read(hasEnded) is { } head ? head with { Length = reader._at } : null;
    }

    /// <summary>A refusal before the head says anything.</summary>
    public static ReadHead Refuse(int status, ReadOnlySpan<byte> bytes, HeadRules rules)
    {
        var reader = new HeadReader(bytes, rules);
        _ = reader.ReadRequestLine(false, out _);
        return reader.Refused(new RefusedHead(status)) with { Length = bytes.Length };
    }

    private ReadHead? Read(bool hasEnded)
    {
        if (ReadRequestLine(hasEnded, out bool more) is { } refused) return refused;
        if (more) return null;
        if (_line!.IsSimple) return Simple();
        refused = ReadFields(hasEnded, out more);
        if (more || refused is not null) return refused;
        var frame = new FieldCheck(_line, _fields, _rules).Check(out var refusal, out var fields);
        if (refusal is not null) return Refused(refusal);
        return new ReadHead
        {
            Line = _line.Shown, Protocol = _line.Protocol, Host = HostOf(_line, _fields), HostIsTarget = _line.Parts!.Host is not null, Frame = frame, Reports = Overridden(),
            Instead = HeadWriter.Write(_line.Method, _line.Parts.Path, _line.IsOld, _line.Parts.Host, fields),
        };
    }

    private ReadHead? ReadRequestLine(bool hasEnded, out bool more)
    {
        more = false;
        var end = NextLine(_rules.Line, out var line);
        switch (end)
        {
            case LineEnd.None when !hasEnded && (line.IsEmpty || line[0] == '\r' || Octets.Token.Contains(line[0])):
                more = true;
                return null;
            case LineEnd.TooLong:
                string shown = Text(line[..Math.Min(line.Length, _rules.Line + 1)]);
                return Refused(new RefusedHead(414, new HeadReport(
                    LogLevel.Info, $"AH00565: request failed: client's request-line exceeds LimitRequestLine (longer than {_rules.Line})")), shown);
            case LineEnd.None when !hasEnded:
                return Refused(new RefusedHead(400, new HeadReport(LogLevel.Debug, "AH03445: HTTP Request Line; Invalid method token")), Text(line[..Math.Min(line.Length, 80)]));
            case LineEnd.Bad or LineEnd.None:
                return Refused(new RefusedHead(400, new HeadReport(LogLevel.Debug, "AH00566: request failed: malformed request line")), BeforeNul(line));
            default:
                _line = RequestLine.Read(Text(line), _rules);
                return _line.Refusal is { } refusal ? Refused(refusal) : null;
        }
    }

    /// <summary>The fields up to the empty line, unfolded.</summary>
    private ReadHead? ReadFields(bool hasEnded, out bool more)
    {
        more = false;
        var merged = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        string? pending = null;
        int count = 0;
        for (;;)
        {
            var end = NextLine(_rules.FieldSize, out var line);
            if (end == LineEnd.None && !hasEnded)
            {
                if (pending is not null && pending.IndexOf(':', StringComparison.Ordinal) <= 0) return BadFields(new HeadReport(LogLevel.Debug, TakeField(pending)!));
                more = true;
                return null;
            }
            if (end == LineEnd.TooLong)
            {
                string name = Text(line[..Math.Min(line.Length, 80)]).Split(':')[0];
                return BadFields(new HeadReport(LogLevel.Info, $"AH00561: Request header exceeds LimitRequestFieldSize: {name}"), TooLongField);
            }
            if (end is LineEnd.Bad or LineEnd.None) return BadFields(null);
            if (line.Length > 0 && line[0] is (byte)' ' or (byte)'\t')
            {
                if (pending is null) return BadFields(new HeadReport(LogLevel.Debug, "AH03442: Line folding encountered before first header line"));
                string more1 = Text(line).Trim(' ', '\t');
                if (more1.Length == 0) return BadPending(pending, new HeadReport(LogLevel.Debug, "AH03443: Empty folded line encountered"));
                if (pending.Length + more1.Length + 1 > _rules.FieldSize + 1L)
                    return BadFields(new HeadReport(LogLevel.Info, $"AH00562: Request header exceeds LimitRequestFieldSize after folding: {pending.Split(':')[0]}"), TooLongField);
                pending = $"{pending} {more1}";
                continue;
            }
            if (pending is not null)
            {
                if (_rules.Fields > 0 && ++count > _rules.Fields)
                    return BadFields(new HeadReport(LogLevel.Info, "AH00563: Number of request headers exceeds LimitRequestFields"), TooManyFields);
                if (TakeField(pending) is { } fault) return BadFields(new HeadReport(LogLevel.Debug, fault));
                var (name, value) = _fields[^1];
                int length = merged.TryGetValue(name, out int before) ? before + 2 + value.Length : name.Length + 2 + value.Length;
                merged[name] = length;
                if (before > 0 && length > _rules.FieldSize + 1L)
                    return BadFields(new HeadReport(LogLevel.Info, $"AH00560: Request header exceeds LimitRequestFieldSize after merging: {name}"), TooLongField);
            }
            if (line.IsEmpty) return null;
            pending = Text(line);
            if (_at > HeadRules.LongestHead) return BadFields(new HeadReport(LogLevel.Info, "the request's head is longer than this server keeps"), TooManyFields);
        }
    }

    /// <summary>Adds a field; returns what is wrong with it.</summary>
    private readonly string? TakeField(string line)
    {
        int colon = line.IndexOf(':', StringComparison.Ordinal);
        if (_rules.Strict)
        {
            if (colon <= 0 || !Octets.IsToken(line[..colon])) return $"AH02426: Request header field name is malformed: {line}";
        }
        else if (colon < 0) return $"AH00564: Request header field is missing ':' separator: {line}";
        else if (colon == 0) return "AH03453: Request header field name was empty";
        else if (line[..colon].Any(Octets.IsSpace)) return "AH03452: Request header field name presented invalid whitespace";
        string value = line[(colon + 1)..].Trim(' ', '\t');
        bool hasControl = value.Any(c => c is < ' ' and not '\t' or '\x7f');
        if (_rules.Strict && hasControl) return $"AH02427: Request header value is malformed: {value}";
        if (hasControl && value.AsSpan().IndexOfAny("\r\v\f") >= 0) return "AH03451: Request header field value presented bad whitespace";
        _fields.Add((line[..colon], value));
        return null;
    }

    private ReadHead BadPending(string pending, HeadReport report)
    {
        _ = TakeField(pending);
        return BadFields(report);
    }

    private readonly ReadHead BadFields(HeadReport? report, string? note = null)
    {
        var last = new HeadReport(LogLevel.Debug, "AH00567: request failed: error reading the headers");
        return Refused(new RefusedHead(400, report is { } first ? [first, last] : [last]) { Note = note });
    }

    /// <summary>HTTP gets a request that it takes, with what is known of the one that is refused.</summary>
    private readonly ReadHead Refused(RefusedHead refusal, string? shown = null)
    {
        string method = _line is { } line && Octets.IsToken(line.Method) && line.Method != "CONNECT" ? line.Method : "GET";
        string path = _line?.Parts?.Path is { } known && known[0] == '/' ? known : "/";
        if (path.Contains("%00", StringComparison.Ordinal)) path = "/"; // HTTP would refuse it in its own way
        bool old = !refusal.Continues || _line!.IsOld;
        var frame = refusal.Continues ? new FieldCheck(_line!, _fields, _rules).Check(out _, out var fields) : default;
        if (!refusal.Continues) fields = [.. _fields.Where(field => !FieldCheck.Frames(field.Name))];
        else fields = new FieldCheck(_line!, _fields, _rules).Framed();
        return new ReadHead
        {
            Line = shown ?? _line?.Shown ?? "", Protocol = _line is { IsSimple: false, HasVersion: true } ? _line.Protocol : "HTTP/1.0", Host = _line is null ? null : HostOf(_line, _fields),
            HostIsTarget = _line?.Parts?.Host is not null,
            Refusal = refusal, Frame = frame, Instead = HeadWriter.Write(method, path, old, null, fields),
        };
    }

    private readonly ReadHead Simple() => new()
    {
        Line = _line!.Shown, Protocol = "HTTP/0.9", IsSimple = true, Host = _line.Parts!.Host,
        Instead = HeadWriter.Write("GET", _line.Parts.Path, old: true, _line.Parts.Host, []),
    };

    /// <summary>The host of an absolute target takes the place of the field.</summary>
    private readonly IReadOnlyList<HeadReport> Overridden()
    {
        if (_line!.Parts!.Host is not { } host || !_fields.Exists(field => field.Name.Equals("Host", StringComparison.OrdinalIgnoreCase))) return [];
        string named = string.Join(", ", _fields.Where(field => field.Name.Equals("Host", StringComparison.OrdinalIgnoreCase)).Select(field => field.Value));
        return [new HeadReport(LogLevel.Debug, $"AH02417: Replacing host header '{named}' with host '{host}' given in the request uri")];
    }

    private static string? HostOf(RequestLine line, List<(string Name, string Value)> fields)
    {
        if (line.Parts?.Host is { } host) return host;
        var values = fields.Where(field => field.Name.Equals("Host", StringComparison.OrdinalIgnoreCase)).Select(field => field.Value).ToList();
        return values.Count == 0 ? null : string.Join(", ", values);
    }

    private enum LineEnd { Whole, None, TooLong, Bad }

    private LineEnd NextLine(int limit, out ReadOnlySpan<byte> line)
    {
        var rest = _bytes[_at..];
        int end = rest.IndexOf((byte)'\n');
        line = end < 0 ? rest : rest[..end];
        if (end < 0) return line.Length > limit + 3L ? LineEnd.TooLong : _bytes.Length > HeadRules.LongestHead ? LineEnd.Bad : LineEnd.None;
        _at += end + 1;
        bool feedOnly = line.IsEmpty || line[^1] != '\r';
        if (!feedOnly) line = line[..^1];
        if (line.Length > limit + 1L) return LineEnd.TooLong;
        if ((feedOnly && _rules.Strict) || line.Contains((byte)0))
        {
            if (feedOnly) line = rest[..(end + 1)];
            return LineEnd.Bad;
        }
        return LineEnd.Whole;
    }

    private static string BeforeNul(ReadOnlySpan<byte> line)
    {
        int nul = line.IndexOf((byte)0);
        return Text(nul < 0 ? line : line[..nul]).TrimEnd(nul < 0 ? '\0' : ' ');
    }

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);
}
