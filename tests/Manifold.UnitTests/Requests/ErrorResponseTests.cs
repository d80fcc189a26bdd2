using Xunit;

namespace Manifold.UnitTests.Requests;

public sealed class ErrorResponseTests : IDisposable
{
    private readonly TestSite _site = new();

    public void Dispose() => _site.Dispose();

    [Fact]
    public async Task Builtin_page()
    {
        var response = await _site.Get("/missing");
        Assert.Equal((404, "text/html; charset=utf-8"), (response.Status, response["Content-Type"]));
        Assert.Contains("<title>404 Not Found</title>", response.Text, StringComparison.Ordinal);
        Assert.StartsWith("<!DOCTYPE html>\n<html lang=\"en\"><head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n", response.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("missing", response.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("<address>", response.Text, StringComparison.Ordinal);
        Assert.Equal(response.Body.Sent.ToString(), response["Content-Length"]);
    }

    /// <summary>A status that httpd does not know is answered as 500; 304 has no page.</summary>
    [Theory]
    [InlineData(418, 500, "<title>500 Internal Server Error</title>")]
    [InlineData(599, 500, "<h1>Internal Server Error</h1>")]
    [InlineData(429, 429, "<title>429 Too Many Requests</title>")]
    [InlineData(304, 304, "")]
    public async Task Statuses(int asked, int status, string text)
    {
        _site.Text = $"Redirect {asked} /x{(asked < 400 ? " /y" : "")}";
        var response = await _site.Get("/x");
        Assert.Equal(status, response.Status);
        Assert.Contains(text, response.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("<a href='x'>&\"", "&lt;a href=&#39;x&#39;&gt;&amp;&quot;")]
    [InlineData("\u00c3\u00a9\u00c2\u009b", "\u00c3\u00a9\u00c2\u009b")]
    [InlineData("a\u001b[31m\u0000", "a&#xFFFD;[31m&#xFFFD;")]
    public void Texts_become_harmless_and_stay_bytes(string text, string expected) => Assert.Equal(expected, Manifold.Httpd.Requests.ErrorPage.Escaped(text));

    [Fact]
    public async Task Head_of_an_error_has_no_length()
    {
        var response = await _site.Connect().Send("HEAD", "/missing");
        Assert.Equal((404, null, 0L), (response.Status, response["Content-Length"], response.Body.Sent));
    }

    [Theory]
    [InlineData("ErrorDocument 404 \"Nothing <b>here</b>\"", 404, "Nothing <b>here</b>")]
    [InlineData("ErrorDocument 404 /sorry.html", 404, "sorry page")]
    [InlineData("ErrorDocument 404 /sorry.html\nErrorDocument 404 default", 404, "<h1>Not Found</h1>")]
    [InlineData("ErrorDocument 404 http://other.example/x", 302, "<h1>Found</h1>")]
    [InlineData("ErrorDocument 404 /also-missing", 404, "could not be shown: 404")]
    [InlineData("ErrorDocument 404 /dir", 404, "could not be shown: 301")]
    [InlineData("ServerSignature On", 404, "<address>Manifold/0.1.0 (Unix) Server at test.example Port 80</address>")]
    [InlineData("ServerSignature On\nServerTokens Prod", 404, "<address>Manifold Server at test.example Port 80</address>")]
    [InlineData("ServerSignature EMail\nServerAdmin me@x.example", 404, "<a href=\"mailto:me@x.example\">")]
    public async Task Error_documents(string configuration, int status, string text)
    {
        _site.Text = configuration;
        _site.Write("sorry.html", "sorry page");
        Directory.CreateDirectory(_site.Docs + "/dir");
        var response = await _site.Get("/missing", ("If-None-Match", "*"), ("Range", "bytes=0-1"));
        Assert.Equal(status, response.Status);
        Assert.Contains(text, response.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Error_document_of_a_place_and_its_log_line()
    {
        _site.Text = "<Location /a>\nErrorDocument 404 /a.html\n</Location>\nCustomLog access \"%U %>s %s %{REDIRECT_URL}e\"";
        _site.Write("a.html", "A");
        Assert.Equal("A", (await _site.Get("/a/x")).Text);
        Assert.NotEqual("A", (await _site.Get("/b/x")).Text);
        Assert.Contains("/a/x 404 404 /a/x", _site.AccessLog, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/%zz", "close")]
    [InlineData("/missing", null)]
    public async Task Some_errors_end_the_connection(string target, string? connection) =>
        Assert.Equal(connection, (await _site.Get(target))["Connection"]);

    [Theory]
    [InlineData("", 400)]
    [InlineData("a/b", 400)]
    [InlineData("a:", 400)]
    [InlineData("a:99999", 400)]
    [InlineData("a..b", 400)]
    [InlineData("a_b", 404)]
    [InlineData(".a", 404)]
    [InlineData("a(b", 400)]
    [InlineData("a:0", 400)]
    [InlineData("A.EXAMPLE.:80", 404)]
    [InlineData("[::1]:80", 404)]
    [InlineData("-", 400)]
    public async Task Host_rules(string host, int status) => Assert.Equal(status, (await _site.Get("/missing", ("Host", host))).Status);

    [Fact]
    public async Task Http_1_0_needs_no_host()
    {
        var connection = _site.Connect();
        connection.Protocol = "HTTP/1.0";
        Assert.Equal(404, (await connection.Send("GET", "/missing", ("Host", "-"))).Status);
    }

    [Fact]
    public async Task Body_over_the_limit_is_413()
    {
        _site.Text = "<Location /small>\nLimitRequestBody 10\n</Location>";
        Assert.Equal(413, (await _site.Connect().Send("POST", "/small", ("Content-Length", "11"))).Status);
        Assert.Equal(404, (await _site.Connect().Send("POST", "/large", ("Content-Length", "11"))).Status);
    }

    [Fact]
    public async Task Keep_alive_ends_after_the_limit()
    {
        _site.Text = "MaxKeepAliveRequests 3";
        var connection = _site.Connect();
        var seen = new List<string?>();
        for (int i = 0; i < 4; i++)
        {
            var response = await connection.Send("GET", "/x", ("Connection", "Keep-Alive, TE"));
            seen.Add(response["Keep-Alive"] ?? response["Connection"]);
        }
        Assert.Equal(["timeout=5, max=3", "timeout=5, max=2", "timeout=5, max=1", "close"], seen);
        Assert.Equal(TimeSpan.FromSeconds(5), connection.KeepAliveTimeout);
    }

    [Theory]
    [InlineData("KeepAlive Off", "close")]
    [InlineData("MaxKeepAliveRequests 0", "Keep-Alive")]
    public async Task Keep_alive_settings(string configuration, string connection)
    {
        _site.Text = configuration;
        var response = await _site.Get("/x", ("Connection", "keep-alive"));
        Assert.Equal(connection, response["Connection"]);
        Assert.Equal(connection == "close" ? null : "timeout=5", response["Keep-Alive"]);
    }

    [Fact]
    public async Task Virtual_host_is_chosen_for_each_request()
    {
        _site.Text = """
            <VirtualHost *:8080>
            ServerName one.example
            DocumentRoot htdocs/one
            </VirtualHost>
            <VirtualHost *:8080>
            ServerName two.example:8080
            DocumentRoot htdocs/two
            </VirtualHost>
            """;
        _site.Write("one/a.txt", "one");
        _site.Write("two/a.txt", "two");
        var connection = _site.Connect();
        Assert.Equal("one", (await connection.Send("GET", "/a.txt", ("Host", "one.example"))).Text);
        Assert.Equal("two", (await connection.Send("GET", "/a.txt", ("Host", "TWO.example:8080"))).Text);
        Assert.Equal("two.example:8080", connection.VirtualHost);
        Assert.Equal("two", (await connection.Send("GET", "http://two.example/a.txt", ("Host", "one.example"))).Text);
        Assert.Equal("one", (await connection.Send("GET", "/a.txt", ("Host", "unknown"))).Text);
    }
}
