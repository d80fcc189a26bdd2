using Xunit;

namespace Manifold.Differential.Protocol;

/// <summary>Requests that are refused before anybody knows what they are for are answered, logged and counted as others are.</summary>
public sealed class RefusedTests
{
    /// <summary>A request for each reason to refuse one, to a host by name; {0} is its Host.</summary>
    private static readonly string[] s_requests =
    [
        "G@T /a?q HTTP/1.1\r\nHost: {0}\r\n\r\n", "GET /a?q HTTP/1.1\r\n\r\n", "GET /a?q HTTP/1.1\r\nHost: {0}\r\nno field\r\n\r\n", "GET /a?q HTTP/1.1\r\nHost: {0}\r\nA: \x01\r\n\r\n",
        "GET /a?q HTTP/1.1\r\nHost: bad host\r\nX: y\r\n\r\n", "GET /a?q HTTP/1.1\r\nHost: {0}\r\nHost: {0}\r\n\r\n", "GET http://bad,host/a?q HTTP/1.1\r\nHost: {0}\r\n\r\n", "GET a HTTP/1.1\r\nHost: {0}\r\n\r\n",
        "GET /a?q HTTP/1.1\r\nHost: {0}\r\nTransfer-Encoding: gzip\r\n\r\n", "POST /a?q HTTP/1.1\r\nHost: {0}\r\nContent-Length: x\r\n\r\n", "GET /a  HTTP/1.1\r\nHost: {0}\r\n\r\n", "GET /a?q HTTP/x\r\nHost: {0}\r\n\r\n",
        $"GET /a?{new string('q', 600)} HTTP/1.1\r\nHost: {{0}}\r\n\r\n", $"GET /a?q HTTP/1.1\r\nHost: {{0}}\r\nA: {new string('x', 600)}\r\n\r\n",
        $"GET /a?q HTTP/1.1\r\nHost: {{0}}\r\n{string.Concat(Enumerable.Repeat("A: x\r\n", 101))}\r\n", "GET /a%00b?q HTTP/1.1\r\nHost: {0}\r\nConnection: close\r\n\r\n", "GET /a%2fb?q HTTP/1.1\r\nHost: {0}\r\nConnection: close\r\n\r\n",
        "GET /../../a HTTP/1.1\r\nHost: {0}\r\nConnection: close\r\n\r\n", "GET /%zz HTTP/1.1\r\nHost: {0}\r\nConnection: close\r\n\r\n", "POST /a?q HTTP/1.1\r\nHost: {0}\r\nContent-Length: 2000\r\n\r\n",
        "POST /a?q HTTP/1.1\r\nHost: {0}\r\nExpect: 100-continue\r\nContent-Length: 2000\r\n\r\n", "GET /a?q HTTP/1.1\r\nHost: {0}\r\nExpect: the worst\r\nConnection: close\r\n\r\n",
        "POST /a?q HTTP/1.1\r\nHost: {0}\r\nTransfer-Encoding: chunked\r\n\r\nG\r\n", "CONNECT {0}:80 HTTP/1.1\r\nHost: {0}\r\nConnection: close\r\n\r\n", "FOO /a?q HTTP/1.1\r\nHost: {0}\r\nConnection: close\r\n\r\n",
        "HEAD /a?q HTTP/1.1\r\n\r\n", "POST /a?q HTTP/1.1\r\nHost: {0}\r\nX\r\n\r\n", "GET /a?q\r\n", "GET /a?q HTTP/1.0\r\nHost: bad host\r\n\r\n", "\x16\x03\x01\r\n\r\n",
        // Cut off, which only time tells.
        "GET /a?q HTTP/1.1\r\nHost: {0}\r\nX: ", "GET /a?q", "POST /a?q HTTP/1.1\r\nHost: {0}\r\nContent-Length: 3\r\n\r\na",
    ];

    private const string Base = """
        LogFormat "%v \"%r\" %m %U %q %H %s %>s \"%{Host}i\" \"%{X}i\" \"%{X-Always}o\" \"%{X-Success}o\"" compared
        RequestReadTimeout header=1 body=1
        Timeout 2
        LimitRequestBody 1000
        LimitRequestLine 500
        LimitRequestFieldSize 500
        Alias /errors {D}/errors

        """;

    private static readonly int[] s_statuses = [400, 404, 405, 408, 413, 414, 417, 501];

    [ApacheTheory]
    [InlineData("")]
    [InlineData("\"it is refused\"")]
    [InlineData("/errors/page.html")]
    [InlineData("/errors/page.html?of=error")]
    [InlineData("/errors/missing.html")]
    [InlineData("/errors/denied/page.html")]
    [InlineData("http://elsewhere.example/page")]
    public Task The_page_is_the_one_that_is_configured(string document) => Pair.With(Base + Fields + Documents(document) + """
        <Directory {D}/errors/denied>
            Require all denied
        </Directory>
        """, pair => Ask(pair, "localhost"));

    [ApacheTheory]
    [InlineData("one.example")]
    [InlineData("two.example")]
    [InlineData("none.example")]
    public Task The_page_is_that_of_the_host(string host) => Pair.With($$"""
        {{Base}}
        <VirtualHost *:{port}>
            ServerName one.example
            Header always set X-Always one
            {{Documents("\"first\"").ReplaceLineEndings("\n    ")}}
        </VirtualHost>
        <VirtualHost *:{port}>
            ServerName two.example
            Header always set X-Always two
            {{Documents("/errors/page.html").ReplaceLineEndings("\n    ")}}
        </VirtualHost>
        """, pair => Ask(pair, host));

    [ApacheFact]
    public Task They_count_on_the_status_page() => Pair.With(Base + """
        ExtendedStatus On
        <Location /server-status>
            SetHandler server-status
        </Location>
        """, async pair =>
    {
        pair.Write("a", "a");
        foreach (string request in s_requests)
        {
            int httpd = await Accesses(pair.Httpd), ours = await Accesses(pair.Ours);
            await pair.SameBytes(request.Replace("{0}", "localhost", StringComparison.Ordinal), compare: false);
            pair.Compare(Pair.Shown(request), "accesses", $"{await Accesses(pair.Httpd) - httpd}", $"{await Accesses(pair.Ours) - ours}");
        }
    });

    private static async Task<int> Accesses(Reference server)
    {
        var answer = Answer.Parse(await server.Ask("GET /server-status?auto HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"u8.ToArray()), false)[0];
        return int.Parse(answer.Body.Split("Total Accesses: ")[1].Split('\n')[0]);
    }

    private const string Fields = "Header always set X-Always yes\nHeader set X-Success yes\nHeader always set X-If yes \"expr=%{REQUEST_STATUS} >= 400\"\n";

    private static string Documents(string document) => document.Length == 0 ? "" : string.Concat(s_statuses.Select(status => $"ErrorDocument {status} {document}\n"));

    private static async Task Ask(Pair pair, string host)
    {
        pair.Write("errors/page.html", "<p>our page</p>");
        pair.Write("errors/denied/page.html", "<p>nobody's page</p>");
        pair.Write("a", "a");
        foreach (string request in s_requests) await pair.SameBytes(request.Replace("{0}", host, StringComparison.Ordinal));
        await pair.SameAccessLog();
        pair.SameErrorNumbers();
    }
}
