using System.Text;
using System.Text.RegularExpressions;
using Manifold.ProcessTests.Harness;
using Xunit;

namespace Manifold.Differential;

/// <summary>What a client sends comes out of logs and pages as text: no byte of it speaks to a terminal or a browser.</summary>
public sealed partial class EscapesTests
{
    /// <summary>Control characters of ASCII, of Latin-1 (CSI as one byte) and of Unicode in UTF-8 (U+009B, U+202E, U+2066), a broken sequence, quotes and backslashes.</summary>
    private static readonly string[] s_hostile =
        ["\x1b[31m", "\x9b31m", "\xc2\x9b31m", "\xe2\x80\xaetxt.exe", "\xe2\x81\xa6x", "\xc3", "\xe9", "\x7f", "\x01\x08\x0b", "a\\b", "a\"b", "'", "<b>&amp;", "\xff\xfe"];

    [ApacheFact]
    public Task The_error_log_is_text() => Pair.With("LogLevel info\n<Location /no>\nRequire all denied\n</Location>\n", async pair =>
    {
        foreach (string hostile in s_hostile) await pair.Same("/no/" + Encoded(hostile));
        foreach (string hostile in s_hostile) await pair.Same("/missing/" + Encoded(hostile));
        Assert.Empty(Bare(pair.Ours.ErrorLog));
        string[] ours = Denied(pair.Ours), httpd = Denied(pair.Httpd);
        Assert.Equal(s_hostile.Length, httpd.Length);
        for (int i = 0; i < Math.Max(httpd.Length, ours.Length); i++) pair.Compare(s_hostile[i], "denied", httpd.ElementAtOrDefault(i) ?? "", ours.ElementAtOrDefault(i) ?? "");
    });

    [ApacheFact]
    public Task The_access_log_is_text() => Pair.With("""
        LogFormat "%r|%U|%q|%f|%m|%{User-Agent}i|%{X-Other}i|%{Host}i|%V|%u|%{a}C|%{WHO}e" all
        CustomLog logs/all.log all
        SetEnvIf User-Agent (.*) WHO=$1
        """, async pair =>
    {
        foreach (string hostile in s_hostile)
        {
            await pair.Same($"/{Encoded(hostile)}?{Encoded(hostile)}");
            if (hostile.All(c => c >= ' ' && c != '\x7f'))
                await pair.Same("/", headers: $"User-Agent: {hostile}\r\nX-Other: {hostile}\r\nCookie: a={hostile}\r\n");
        }
        const string name = "/logs/all.log";
        string ours = await File.ReadAllTextAsync(pair.Ours.Directory + name, Encoding.Latin1), httpd = await File.ReadAllTextAsync(pair.Httpd.Directory + name, Encoding.Latin1);
        Assert.Empty(Bare(ours));
        pair.Compare(name, "lines", httpd.Split('\n').Length.ToString(), ours.Split('\n').Length.ToString());
        foreach (var (theirs, line) in httpd.Split('\n').Zip(ours.Split('\n'))) pair.Compare(name, "line", pair.Httpd.Neutral(theirs), pair.Ours.Neutral(line));
        Assert.Empty(Bare(string.Join('\n', pair.Ours.AccessLog)));
        await pair.SameAccessLog();
    });

    /// <summary>Requests that the parser refuses: the bytes are in the log, and harmless.</summary>
    [ApacheFact]
    public Task Refused_requests_are_logged_as_text() => Pair.With("LogLevel info\nRequestReadTimeout header=2\n", async pair =>
    {
        foreach (string hostile in s_hostile)
        {
            foreach (string request in (string[])[$"GET /{hostile} HTTP/1.1\r\nHost: localhost\r\n\r\n", $"{hostile} / HTTP/1.1\r\nHost: localhost\r\n\r\n",
                $"GET / {hostile}\r\n\r\n", $"GET / HTTP/1.1\r\nHost: {hostile}\r\nConnection: close\r\n\r\n", $"GET / HTTP/1.1\r\nHost: localhost\r\n{hostile}: x\r\nConnection: close\r\n\r\n"])
                await pair.Ours.Ask(Encoding.Latin1.GetBytes(request));
        }
        await WaitFor.Condition(() => pair.Ours.AccessLog.Count > s_hostile.Length, "the access log is written");
        Assert.Empty(Bare(pair.Ours.ErrorLog));
        Assert.Empty(Bare(string.Join('\n', pair.Ours.AccessLog)));
    });

    [ApacheFact]
    public Task The_status_page_is_harmless() => Pair.With("ExtendedStatus On\nKeepAlive Off\n<Location /server-status>\nSetHandler server-status\n</Location>\n", async pair =>
    {
        foreach (string hostile in s_hostile)
        {
            await pair.Ours.Ask(Encoding.Latin1.GetBytes($"GET /{Encoded(hostile)}<script>{(hostile.All(c => c > ' ') ? hostile : "")} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"));
            foreach (string form in (string[])["", "?auto", "?notable"])
            {
                string page = Encoding.Latin1.GetString(await pair.Ours.Ask(Encoding.Latin1.GetBytes($"GET /server-status{form} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")));
                Assert.StartsWith("HTTP/1.1 200", page, StringComparison.Ordinal);
                Assert.Empty(Bare(page));
                Assert.DoesNotContain("<script>", page, StringComparison.Ordinal);
                Assert.DoesNotContain("<b>&amp;<", page, StringComparison.Ordinal);
            }
        }
    });

    /// <summary>Pages of the server's own, and fields that repeat what was asked.</summary>
    [ApacheFact]
    public Task Generated_pages_and_fields_are_harmless() => Pair.With("ServerSignature On\nRedirectMatch ^/r(.*)$ /t$1\nRedirectMatch ^/s(.*)$ http://other.example/$1\n", async pair =>
    {
        Directory.CreateDirectory(pair.Documents + "/dir");
        foreach (string hostile in s_hostile)
        {
            foreach (string target in (string[])[$"/missing{Encoded(hostile)}", $"/r{Encoded(hostile)}", $"/s{Encoded(hostile)}", $"/dir?{Encoded(hostile)}"])
            {
                string answer = Encoding.Latin1.GetString(await pair.Ours.Ask(Encoding.Latin1.GetBytes($"GET {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")));
                Assert.StartsWith("HTTP/1.1 ", answer, StringComparison.Ordinal);
                Assert.Empty(Bare(answer));
                Assert.DoesNotContain("<b>", answer[answer.IndexOf("\r\n\r\n", StringComparison.Ordinal)..], StringComparison.Ordinal);
            }
        }
    });

    private static string Encoded(string bytes) => string.Concat(bytes.Select(c => char.IsAsciiLetterOrDigit(c) ? c.ToString() : $"%{(int)c:X2}"));

    /// <summary>The characters of a text that are not printable ASCII, nor ends of lines.</summary>
    private static IEnumerable<string> Bare(string text) => text.Where(c => c is not ('\n' or '\r' or '\t') and (< ' ' or > '~')).Select(c => $"\\x{(int)c:x2}").Distinct();

    private static string[] Denied(Reference server) => [.. DeniedLine().Matches(server.ErrorLog).Select(match => server.Neutral(match.Groups[1].Value))];

    [GeneratedRegex(@"AH01630: (.*)")]
    private static partial Regex DeniedLine();
}
