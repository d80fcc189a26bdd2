using System.Text.RegularExpressions;

namespace Manifold.Differential;

/// <summary>A difference that is meant: where it is, and why.</summary>
/// <param name="Reason">Why this server does something else.</param>
/// <param name="Holds">True for answers that differ in this way.</param>
internal sealed record KnownDifference(string Reason, Func<Difference, bool> Holds);

/// <summary>One point in which the servers differ.</summary>
/// <param name="Question">What was asked: the first line of the request, or what was looked at.</param>
/// <param name="Point">"status", "body", "answers", "syntax", "access log", "error log", or the name of a field.</param>
/// <param name="Apache">What httpd has there; empty = nothing.</param>
/// <param name="Ours">What this server has there.</param>
internal sealed record Difference(string Question, string Point, string Apache, string Ours)
{
    public override string ToString() => $"{Question}\n    {Point}: httpd \"{Apache}\", here \"{Ours}\"";
}

/// <summary>The one table of known differences.</summary>
internal static class KnownDifferences
{
    private static readonly string[] s_sections = ["<Directory {D}/t/secret/f.txt>", "<Directory \"{D}/t/secret/*\">", "<Directory \"{D}/t/*/*.txt\">"];

    private static readonly string[] s_asked = ["Require expr ", "Require not expr ", "Require not env ", "Require env "];

    private static readonly string[] s_programs = ["a.php", "b.cgi", "c.phps", "a.php.txt", "x.fpm", "e/", "none", "script"];

    private static readonly Regex s_statuses = new(@" HTTP/1\.[01] (\d{3}) (\d{3}) ");

    private static readonly string[] s_targets = ["\"GET /../../a ", "\"GET a ", "\"CONNECT ", "%00", "\"GET /a?q\"  ", "\"GET /a?qqq"];
    private static readonly string[] s_ssl = ["SSLProtocol -all", "SSLProtocol", "SSLProtocol all -TLSv1.2 -TLSv1.3", "SSLOptions", "SSLEngine optional", "<Directory {D}>\nSSLRequireSSL On\n</Directory>"];

    private static readonly Regex s_bothLengths = new("Transfer-Encoding: .*Content-Length|Content-Length.*Transfer-Encoding: ", RegexOptions.IgnoreCase);

    public static readonly KnownDifference[] Table =
    [
        new("the type is a field of the response like others, so that a condition can ask for it", d => d is { Point: "value", Apache: "" } && d.Question.EndsWith("%{resp:Content-Type}", StringComparison.Ordinal)),
        new("Kestrel writes no Connection field where HTTP/1.1 keeps the connection anyway", d => d is { Point: "Connection", Apache: "Keep-Alive", Ours: "" }),
        new("Kestrel writes the word in small letters, where it says it at all", d => d is { Point: "Connection", Apache: "Keep-Alive", Ours: "keep-alive" }),
        new("many blank lines between two requests are answered as those before the first; httpd closes without a word", d =>
            (d is { Point: "answers", Apache: "1", Ours: "2" } or { Point: "error log", Apache: "", Ours: "AH03445" }) && d.Question.Contains("\\r\\n\\r\\n\\r\\n\\r\\n\\r\\n\\r\\n\\r\\n\\r\\n\\r\\n\\r\\n", StringComparison.Ordinal)),
        new("the frame of a body is read strictly under HttpProtocolOptions Unsafe too: there requests are smuggled", d =>
            d is { Point: "answers", Apache: "2", Ours: "1" } or { Point: "status", Apache: "HTTP/1.1 200 OK", Ours: "HTTP/1.1 400 Bad Request" }
            && d.Question.StartsWith("POST /a.txt HTTP/1.1\\r\\nHost: h\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n3", StringComparison.Ordinal)
            && (d.Question.Contains("3\\nabc", StringComparison.Ordinal) || d.Question.Contains("abc\\n", StringComparison.Ordinal) || d.Question.Contains("0\\n", StringComparison.Ordinal) || d.Question.Contains("T: ", StringComparison.Ordinal))),
        new("the log tells what was sent, and of the request that was refused, where httpd tells of the page that could not be had for it", d =>
            d.Point == "access log" && s_statuses.Match(d.Apache) is { Success: true } theirs && s_statuses.Match(d.Ours) is { Success: true } sent
            && theirs.Groups[1].Value == sent.Groups[1].Value && sent.Groups[1].Value == sent.Groups[2].Value && d.Apache.EndsWith("\"-\" \"-\"", StringComparison.Ordinal)),
        new("the log tells the target of a refused request as it stood", d => d.Point == "access log"
            && s_targets.Any(target => d.Ours.Contains(target, StringComparison.Ordinal)) && s_statuses.Match(d.Apache).Value == s_statuses.Match(d.Ours).Value),
        new("the log has the host that was refused, not the field that it took the place of", d => d.Point == "access log" && d.Ours == d.Apache.Replace("\"none.example\"", "\"bad,host\"", StringComparison.Ordinal)
            .Replace("\"one.example\"", "\"bad,host\"", StringComparison.Ordinal).Replace("\"two.example\"", "\"bad,host\"", StringComparison.Ordinal).Replace("\"localhost\"", "\"bad,host\"", StringComparison.Ordinal)),
        new("HEAD stays HEAD where a page of ErrorDocument answers it", d => d.Point == "access log" && d.Ours == d.Apache.Replace(" GET /a ", " HEAD /a ", StringComparison.Ordinal)),
        new("the text of ErrorDocument tells its length, and a failed page takes no Allow away", d => d is { Point: "Content-Length", Apache: "" } && d.Question.StartsWith("POST /a?q ", StringComparison.Ordinal)
            || d is { Point: "Allow", Apache: "" } && d.Question.StartsWith("FOO /a?q ", StringComparison.Ordinal)),
        new("TRACE echoes the fields in the order in which HTTP keeps them", d => d.Point == "body" && d.Question.StartsWith("TRACE ", StringComparison.Ordinal)
            && d.Apache.Split("\r\n").Order().SequenceEqual(d.Ours.Split("\r\n").Order())),
        new("a directory has no type", d => d is { Point: "Content-Type", Apache: "httpd/unix-directory", Ours: "" }),
        new("there is no other protocol to change to, and nothing to choose", d => d.Point == "error log" && d.Apache.EndsWith("AH03155", StringComparison.Ordinal) && d.Apache.Replace("AH03155", "", StringComparison.Ordinal).Trim() == d.Ours),
        new("fields behind the last chunk are refused for one reason", d => d is { Point: "error log", Ours: "AH02656" } && d.Apache.Contains("AH02656", StringComparison.Ordinal)),
        new("a refused request without a protocol is answered with a head", d => d is { Point: "status", Apache: "not HTTP", Ours: "HTTP/1.1 400 Bad Request" } && d.Question.Contains(" /a.txt\\r\\n", StringComparison.Ordinal)),
        new("an answer that is the connection's last says so", d => d is { Point: "Connection", Apache: "" or "Keep-Alive", Ours: "close" } or { Point: "Keep-Alive", Ours: "" } && d.Question.Contains("Expect: ", StringComparison.Ordinal)),
        new("pages of the server's own, and the texts of ErrorDocument, are in UTF-8, as configurations are", d =>
            d is { Point: "Content-Type", Apache: "text/html; charset=iso-8859-1", Ours: "text/html; charset=utf-8" }),
        new("the access log has the status that was sent, where httpd has one that it does not know and sends 500 for", d =>
            d.Point == "access log" && d.Ours.Contains(" 500 (length)", StringComparison.Ordinal) && d.Apache.StartsWith(d.Ours.Split(" 500 ")[0], StringComparison.Ordinal)),
        new("a redirect to 405 or 501, and a method that is not registered, name the methods that files are served with, where httpd names TRACE alone", d => d is { Point: "Allow", Apache: "TRACE" }),
        new("the page of 416 tells its length on a connection that stays", d =>
            d is { Point: "Transfer-Encoding", Apache: "chunked", Ours: "" } && d.Question.Contains("Range: ", StringComparison.Ordinal)),
        new("without ServerAdmin there is no address to link to", d => d.Point == "address" && d.Apache.Replace("<a href=\"mailto:[no address given]\">", "", StringComparison.Ordinal)
            .Replace("</a>", "", StringComparison.Ordinal) == d.Ours),
        new("httpd sends the source of a program whose handler is not there",
            d => d is { Point: "status", Apache: "HTTP/1.1 200 OK", Ours: "HTTP/1.1 403 Forbidden" } && s_programs.Any(name => d.Question.StartsWith($"GET /{name} ", StringComparison.Ordinal))),
        new("slashes at the start of a path collapse in an absolute target, too, and a pattern meets one form of it", d =>
            d is { Point: "status", Apache: "200", Ours: "403" } && d.Question.Contains("http://", StringComparison.Ordinal) && d.Question.Contains("[MergeSlashes Off]", StringComparison.Ordinal)),
        new("the same, met by the attacks", d => d.Question.Contains("AllowOverride FileInfo", StringComparison.Ordinal) &&
            (d is { Point: "status", Ours: "403" } || (d is { Point: "body", Ours: "" } && d.Apache.StartsWith("content of ", StringComparison.Ordinal)))),
        new("a Directory section that names a file holds for it also as an index and with path info", d => d is { Point: "status", Ours: "403" } &&
            s_sections.Any(section => d.Question.Contains(section, StringComparison.Ordinal))),
        new("Require is asked again about an index or fallback, where httpd lets it pass when the directory's rules are the same", d =>
            d is { Point: "status", Apache: "200", Ours: "403" } && s_asked.Any(rule => d.Question.Contains(rule, StringComparison.Ordinal))),
        new("what climbs above the root by encoded slashes is refused, not taken for the root", d =>
            d is { Point: "status", Ours: "400" } && d.Question.Contains("[AllowEncodedSlashes On]", StringComparison.Ordinal) && d.Question.Contains("%2f", StringComparison.OrdinalIgnoreCase)),
        new("control characters in a field's value become blanks, as httpd makes them of line ends, and are no reason to refuse the request", d =>
            d is { Point: "status", Apache: "HTTP/1.1 500 Internal Server Error", Ours: "HTTP/1.1 200 OK" } && d.Question.StartsWith("GET /clean.txt/", StringComparison.Ordinal)),
        new("an index is refused before it turns out that files do not have this method", d => d is { Point: "status", Apache: "405" or "501", Ours: "403" }),
        new("Kestrel takes paths and absolute URLs, in ASCII, and no other targets", d => d is { Point: "status", Ours: "400" } &&
            d.Question.Split(" [")[0] is var asked && (asked.Contains("\\x", StringComparison.Ordinal) || !asked.Contains(" /", StringComparison.Ordinal))),
        new("SetEnvIf looks for a pattern without special characters as plain text, and leaves $0 as it stands; here it is the match, as with any pattern",
            d => d.Apache == "\"<$0|$1|$2|$3|$9>\"" && d.Ours.EndsWith("||||>\"", StringComparison.Ordinal)),
        new("the last request of a connection is counted like those before it (%k)", d => d.Point == "items.log" && d.Apache.EndsWith(" 1 - -", StringComparison.Ordinal) && d.Ours.EndsWith(" 2 - -", StringComparison.Ordinal)),
        new("a request that is about no file has no file name (%f)", d => d is { Point: "items.log", Ours: "file - - -" }),
        new("the log has the Last-Modified that an answer of 304 is sent with", d => d.Point == "items.log" && d.Apache.StartsWith("out2 ", StringComparison.Ordinal) && d.Apache.EndsWith("\" - bytes", StringComparison.Ordinal)),
        new("of requests in one packet httpd counts two bytes too many (%I)", d => d.Point == "bytes.log" && d.Apache.EndsWith(" 41", StringComparison.Ordinal) && d.Ours.EndsWith(" 39", StringComparison.Ordinal)),
        new("the formats that everybody has are known by name without LogFormat", d => d is { Point: "l.log", Apache: "combined" or "common" }),
        new("the same", d => d.Point == "bytes.log" && d.Apache.EndsWith(" 58", StringComparison.Ordinal) && d.Ours.EndsWith(" 56", StringComparison.Ordinal)),
        new("what came is counted, also what httpd does not read of a refused request (%I)", d => d.Point == "bytes.log" && d.Ours.StartsWith('4') && d.Apache[..20] == d.Ours[..20]),
        new("SetEnvIf asks outside of sections, too, for the path that access rules see: httpd asks for it as it was written, and /%65nvsecret or /x/../envsecret passes by", d =>
            d is { Point: "status", Apache: "HTTP/1.1 200 OK", Ours: "HTTP/1.1 403 Forbidden" } && (d.Question.Contains("nvsecret/", StringComparison.Ordinal) || d.Question.Contains("nvclosed/", StringComparison.Ordinal)) && (d.Question.Contains("..", StringComparison.Ordinal) || d.Question.Contains('%', StringComparison.Ordinal) || d.Question.Contains("/./", StringComparison.Ordinal))),
        new("Redirect without a path, outside of sections, lets httpd's children crash at each request; it is refused", d => d is { Point: "syntax", Question: "Redirect gone\n" }),
        new(".NET does not tell a session's number, nor whether a client of TLS 1.2 renegotiates safely: there is no value then", d =>
            d is { Point: "session", Apache: "64", Ours: "0" } || (d is { Point: "value", Apache: "true", Ours: "" or "(null)" } && d.Question.EndsWith(" SSL_SECURE_RENEG", StringComparison.Ordinal)) || (d is { Point: "tls.log", Ours: "SSL_SECURE_RENEG - -" })),
        new("a line that lets no version of TLS be spoken, asks for an upgrade within HTTP/1.1, or says nothing, is refused", d => d is { Point: "syntax", Apache: "accepted" } && s_ssl.Any(line => d.Question.EndsWith($"mod_ssl.so\n{line}\n", StringComparison.Ordinal))),
        new("an answer is not of an interim status, nor of none", d => d is { Point: "syntax", Question: "Redirect 100 /a\n" or "Redirect 99 /a\n" or "Redirect 0 /a\n" or "Redirect 4x /a\n" }),
        new("OID(1.2.3) is an extension of a certificate, as documented, and no field that a client may send", d => d.Point == "value" && d.Question.EndsWith("SetEnvIf OID(1.2.3) (.*) A=[$1]", StringComparison.Ordinal)),
        new("CONNECT is about no place, and no section holds for it", d => d is { Point: "refused.log", Apache: "CONNECT 405 1 1 1 1 1 1 1", Ours: "CONNECT 405 1 1 1 1 1 - -" }),
        new("a time that is too long for an int is the longest there is, where httpd has none at all", d => d is { Point: "age", Apache: "200, max-age=0, date + 0", Ours: "200, max-age=2147483647, date + 2147483647" }),
        new("a chunk beyond LimitRequestBody is refused for that before it has come, and not for what it lacks", d => IsSpoilt(d, "400", "413") && d.Question.Contains("chunked", StringComparison.OrdinalIgnoreCase)),
        new("who expects what nobody can do is told so, whatever the body is", d => IsSpoilt(d, "400", "417") && d.Question.Contains("Expect: ", StringComparison.Ordinal)),
        new("a body with two lengths is refused when it is not what they say; httpd answers, looks at none of it, and closes", d =>
            (IsSpoilt(d, "200", "400") || IsSpoilt(d, "404", "400")) && s_bothLengths.IsMatch(d.Question)),
        new("OPTIONS * is answered before the body, which nobody has been asked for", d => IsSpoilt(d, "400", "200") && d.Question.Contains("OPTIONS * ", StringComparison.Ordinal) && d.Question.Contains("Expect: ", StringComparison.Ordinal)),
        new("a bare line end between two requests is refused as one before the first", d => d.Point == "statuses" && d.Question.Contains("/for", StringComparison.Ordinal)
            && d.Ours.EndsWith(" 400", StringComparison.Ordinal) && d.Apache.StartsWith(d.Ours[..^3] + "20", StringComparison.Ordinal)),
        new("behind a request of HTTP/1.0 that does not keep the connection nothing is read, and nothing refused", d => d.Point == "statuses" && d.Apache == d.Ours + " 400" && d.Question.Contains("HTTP/1.0\\r\\nConnection: ke", StringComparison.Ordinal)),
    ];

    /// <summary>True when the last answer to spoilt requests has these statuses, and all others are the same.</summary>
    private static bool IsSpoilt(Difference d, string apache, string ours) => d.Point == "statuses"
        && d.Apache.EndsWith(apache, StringComparison.Ordinal) && d.Ours.EndsWith(ours, StringComparison.Ordinal) && d.Apache[..^3] == d.Ours[..^3];

    public static bool Holds(Difference difference) => Array.Exists(Table, known => known.Holds(difference));
}
