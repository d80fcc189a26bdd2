using System.Text.RegularExpressions;
using Xunit;

namespace Manifold.Differential;

/// <summary>Answers that a server writes itself: status, fields and what tools look for in the page; and what it says about itself.</summary>
public sealed partial class ErrorAnswersTests
{
    private static readonly int[] s_statuses = [.. Enumerable.Range(300, 9).Where(status => status != 306), .. Enumerable.Range(400, 200)];

    /// <summary>What the documentation says of texts that show a client's words.</summary>
    [ApacheFact]
    public Task A_text_shows_a_clients_words() => Pair.With("""
        ErrorDocument 404 "as it is: %{REQUEST_URI}"
        <Location /escaped>
            ErrorDocument 404 "escaped: %{escape:%{REQUEST_URI}}"
        </Location>
        """, async pair =>
    {
        foreach (string target in (string[])["/%3Cscript%3E", "/escaped/%3Cscript%3E%22'&", "/escaped/%e9"]) await pair.Same(target);
        Assert.DoesNotContain("<", (await pair.Same("/escaped/%3Cb%3E")).Ours.Body, StringComparison.Ordinal);
    });

    [ApacheFact]
    public Task Every_status_has_the_title_and_the_fields_of_httpd() => Pair.With(
        string.Concat(s_statuses.Select(status => status < 400 ? $"Redirect {status} /r{status} /t\n" : $"Redirect {status} /r{status}\n")), async pair =>
    {
        foreach (int status in s_statuses)
        {
            var (httpd, ours) = await pair.Same($"/r{status}");
            pair.Compare($"/r{status}", "title", Title().Match(httpd.Body).Value, Title().Match(ours.Body).Value);
            pair.Compare($"/r{status}", "h1", Heading().Match(httpd.Body).Value, Heading().Match(ours.Body).Value);
        }
        foreach (int status in (int[])[400, 404, 405, 408, 411, 413, 414, 416, 500, 501, 502, 503, 504])
        {
            // Whether the connection stays.
            await pair.SameBytes($"GET /r{status} HTTP/1.1\r\nHost: localhost\r\n\r\nGET /r404 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
            await pair.Same($"/r{status}", method: "HEAD");
            await pair.Same($"/r{status}", method: "POST", headers: "Content-Length: 3\r\n", body: "abc");
        }
        await pair.Same("/index.html", "Range: bytes=9999-\r\n");
        await pair.SameBytes("GET /index.html HTTP/1.1\r\nHost: localhost\r\nRange: bytes=9999-\r\n\r\nGET /index.html HTTP/1.0\r\nRange: bytes=9999-\r\n\r\n");
        await pair.SameAccessLog();
    });

    [ApacheTheory]
    [Xunit.InlineData("Prod"), Xunit.InlineData("ProductOnly"), Xunit.InlineData("Major"), Xunit.InlineData("Minor"), Xunit.InlineData("Min"), Xunit.InlineData("Minimal"),
        Xunit.InlineData("OS"), Xunit.InlineData("Full"), Xunit.InlineData("pROD"), Xunit.InlineData(null)]
    public Task The_server_field_says_as_much(string? tokens) => Pair.With((tokens is null ? "" : $"ServerTokens {tokens}\n") + "ServerSignature On\n", async pair =>
    {
        var (httpd, ours) = await pair.Same("/missing");
        pair.Compare("Server", "form", Form(httpd.Field("Server") ?? ""), Form(ours.Field("Server") ?? ""));
        pair.Compare("address", "form", Form(pair.Httpd.Neutral(Address().Match(httpd.Body).Value)), Form(pair.Ours.Neutral(Address().Match(ours.Body).Value)));
    });

    [ApacheTheory]
    [Xunit.InlineData("ServerSignature On"), Xunit.InlineData("ServerSignature Off"), Xunit.InlineData("ServerSignature EMail\nServerAdmin a&b@example.org"),
        Xunit.InlineData("ServerSignature eMAIL\nServerAdmin https://example.org/help"), Xunit.InlineData("ServerSignature EMail"), Xunit.InlineData("ServerSignature EMail\nServerAdmin nobody"),
        Xunit.InlineData(""), Xunit.InlineData("ServerSignature On\n<Location /off>\nServerSignature Off\n</Location>\nUseCanonicalName On\nServerName canonical.example:81")]
    public Task The_signature_is_that_of_httpd(string configuration) => Pair.With(configuration + "\nRedirect 500 /wrong\nRedirect 301 /moved /t\n", async pair =>
    {
        foreach (string target in (string[])["/missing", "/wrong", "/moved", "/off/missing"])
        {
            foreach (string host in (string[])["localhost", "other.example:8080", "A.EXAMPLE.", "[::1]:99"])
            {
                var (httpd, ours) = await pair.Same(target, host: host);
                pair.Compare($"{target} {host}", "address", Form(pair.Httpd.Neutral(Address().Match(httpd.Body).Value)), Form(pair.Ours.Neutral(Address().Match(ours.Body).Value)));
                pair.Compare($"{target} {host}", "rule", Count(httpd.Body, "<hr>"), Count(ours.Body, "<hr>"));
            }
        }
    });

    [ApacheFact]
    public Task What_the_directives_take() => Pair.SameSyntax(
        "ServerTokens Nonsense\n", "ServerTokens\n", "ServerTokens Prod Full\n", "<VirtualHost *:80>\nServerTokens Prod\n</VirtualHost>\n", "ServerTokens \"Prod\"\n",
        "ServerTokens Minim\n", "ServerTokens Product\n", "ServerSignature Nonsense\n", "ServerSignature\n", "ServerSignature On Off\n", "<Directory {D}>\nServerSignature Off\n</Directory>\n",
        "<Directory {D}>\nServerTokens Prod\n</Directory>\n", "ServerSignature \"\"\n");

    /// <summary>A page of either server with names and numbers of its own made equal.</summary>
    private static string Form(string text) => Version().Replace(text, match => $"Name{(match.Groups[1].Success ? "/" + string.Join('.', match.Groups[1].Value[1..].Split('.').Select(_ => "N")) : "")}{(match.Groups[2].Success ? " (System)" : "")}");

    private static string Count(string text, string what) => (text.Split(what).Length - 1).ToString();

    [GeneratedRegex("(?:Apache|Manifold)(/[0-9.]+)?( \\([A-Za-z]+\\))?")]
    private static partial Regex Version();

    [GeneratedRegex("<title>.*</title>")]
    private static partial Regex Title();

    [GeneratedRegex("<h1>.*</h1>")]
    private static partial Regex Heading();

    [GeneratedRegex("<address>.*</address>")]
    private static partial Regex Address();
}
