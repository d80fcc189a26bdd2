using Manifold.Contracts;

namespace Manifold.Heads;

/// <summary>A request line read with care, as httpd reads it: what it says, or the first thing that is wrong with it. Pure.</summary>
internal sealed class RequestLine
{
    private int _status;
    private string? _fault;

    private RequestLine()
    {
    }

    public string Method { get; private set; } = "";

    /// <summary>The target as it came.</summary>
    public string Target { get; private set; } = "";

    /// <summary>The protocol as it came; empty for HTTP/0.9.</summary>
    public string Protocol { get; private set; } = "";

    /// <summary>The target taken apart; null when it could not be.</summary>
    public RequestTarget? Parts { get; private set; }

    /// <summary>True for a request without a protocol.</summary>
    public bool IsSimple => Protocol.Length == 0;

    /// <summary>True when the protocol is one that there is.</summary>
    public bool HasVersion { get; private set; }

    /// <summary>True for HTTP/1.0.</summary>
    public bool IsOld { get; private set; }

    /// <summary>The line for logs.</summary>
    public string Shown
    {
        get
        {
            string target = RequestTarget.WithoutPassword(Target);
            return Target.Length == 0 ? Method : IsSimple ? $"{Method} {target}" : $"{Method} {target} {Protocol}";
        }
    }

    /// <summary>Why it is refused; null = it is not.</summary>
    public RefusedHead? Refusal => _fault is null ? null : new RefusedHead(_status, new HeadReport(LogLevel.Debug, _fault));

    /// <summary>Reads a line, without its end.</summary>
    public static RequestLine Read(string text, HeadRules rules)
    {
        var line = new RequestLine();
        line.Split(text, rules.Strict);
        line.CheckProtocol(rules);
        if (line._fault is null && rules.Methods?.Contains(line.Method) == false)
            line.Fail($"AH02423: HTTP Request Line; Unrecognized HTTP method: '{line.Method}' (disallowed by RegisteredMethods)", 501);
        line.Parts = RequestTarget.Read(line.Target, line.Method, rules.Scheme);
        if (line._fault is null) line.CheckTarget(rules);
        return line;
    }

    private void Fail(string fault, int status = 400, bool instead = false)
    {
        if (_fault is not null && !instead) return; // the first fault counts, but for some
        _fault = fault;
        _status = status;
    }

    private void Split(string text, bool strict)
    {
        const string badBlank = "AH03447: HTTP Request Line; Invalid whitespace";
        const string excess = "AH03448: HTTP Request Line; Excess whitespace (disallowed by HttpProtocolOptions Strict)";
        int start = 0;
        while (start < text.Length && Octets.IsSpace(text[start])) start++;
        if (start > 0) Fail(badBlank);
        int end = strict ? Octets.EndOfToken(text, start) : Octets.EndOfVisible(text, start);
        bool isMethod = end > start && (end == text.Length || Octets.IsSpace(text[end]));
        if (!isMethod)
        {
            end = Octets.SpaceIn(text, start);
            Fail($"AH03445: HTTP Request Line; Invalid method token: '{text[start..end]}'");
            if (start == 0 && end == text.Length)
            {
                Method = text;
                return;
            }
        }
        Method = text[start..end];
        int target = Between(text, end, strict, badBlank, excess);
        end = Octets.EndOfVisible(text, target);
        if (end == target || (end < text.Length && !Octets.IsSpace(text[end])))
        {
            end = Octets.SpaceIn(text, target);
            Fail($"AH03454: HTTP Request Line; URI incorrectly encoded: '{text[target..end]}'", instead: true);
        }
        Target = text[target..end];
        int protocol = Between(text, end, strict && text.AsSpan(end).Trim(' ').Length > 0, badBlank, excess);
        end = Octets.EndOfVisible(text, protocol);
        Protocol = text[protocol..end];
        if (end == text.Length) return;
        if (!Octets.IsSpace(text[end]))
        {
            Fail($"AH02418: HTTP Request Line; Unrecognized protocol '{text[protocol..]}' (perhaps whitespace was injected?)", instead: true);
            return;
        }
        if (strict) Fail(excess, instead: true);
        int rest = end;
        while (rest < text.Length && Octets.IsSpace(text[rest]))
            if (text[rest++] != ' ') Fail(badBlank);
        if (rest < text.Length) Fail($"AH03449: HTTP Request Line; Extraneous text found '{text[rest..]}' (perhaps whitespace was injected?)");
    }

    /// <summary>Where the next word begins.</summary>
    private int Between(string text, int from, bool strict, string badBlank, string excess)
    {
        if (strict && from + 1 < text.Length && Octets.IsSpace(text[from + 1])) Fail(excess);
        while (from < text.Length && Octets.IsSpace(text[from]))
            if (text[from++] != ' ') Fail(badBlank);
        return from;
    }

    private void CheckProtocol(HeadRules rules)
    {
        if (IsSimple)
        {
            if (!rules.Simple) Fail("AH02401: HTTP Request Line; Rejected HTTP/0.9 request");
            if (Method != "GET") Fail($"AH03444: HTTP Request Line; Invalid method token: '{Method}' (only GET is allowed for HTTP/0.9 requests)");
            IsOld = true;
            return;
        }
        bool known = HasVersion = Protocol.Length == 8 && Protocol[6] == '.' && char.IsAsciiDigit(Protocol[7]) && Protocol[5] is >= '1' and <= '9' &&
            Protocol.StartsWith("HTTP/", rules.Strict ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase);
        if (!known) Fail($"AH02418: HTTP Request Line; Unrecognized protocol '{Protocol}' (perhaps whitespace was injected?)");
        IsOld = !known || Protocol.EndsWith("1.0", StringComparison.Ordinal);
    }

    private void CheckTarget(HeadRules rules)
    {
        if (Parts is null) Fail($"AH03450: HTTP Request Line; Unable to parse URI: '{RequestTarget.WithoutPassword(Target)}'");
        else if (!rules.Strict) return;
        else if (Parts.HasFragment) Fail("AH02421: HTTP Request Line; URI must not contain a fragment");
        else if (Parts.HasUser) Fail("AH02422: HTTP Request Line; URI must not contain a username/password");
    }
}
