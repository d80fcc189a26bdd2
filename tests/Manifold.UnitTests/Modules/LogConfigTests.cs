using System.Text;
using Manifold.Httpd.Modules.LogConfig;
using Manifold.Httpd.Requests;
using Manifold.UnitTests.Requests;
using Xunit;

namespace Manifold.UnitTests.Modules;

public sealed class LogConfigTests : IDisposable
{
    private readonly TestSite _site = new();

    public void Dispose() => _site.Dispose();

    private async Task<string> Line(string format, int status = 200, params (string, string)[] headers)
    {
        _site.Write("a.html", "hello");
        _site.Text = $"LogFormat \"{format}\" mine\nCustomLog other mine";
        await _site.Get(status == 200 ? "/a.html?q=1" : "/missing", headers);
        return File.ReadAllText(_site.Root + "/other").TrimEnd('\n');
    }

    [Theory]
    [InlineData("%h %l %u", "10.1.2.3 - -")]
    [InlineData("%a %A %{c}a", "10.1.2.3 127.0.0.1 10.1.2.3")]
    [InlineData("%r", "GET /a.html?q=1 HTTP/1.1")]
    [InlineData("%m %U%q %H", "GET /a.html?q=1 HTTP/1.1")]
    [InlineData("%s %>s %<s", "200 200 200")]
    [InlineData("%b %B %I %O %S", "5 5 99 1234 1333")]
    [InlineData("%p %{local}p %{remote}p %{canonical}p", "80 8080 4000 80")]
    [InlineData("%v %V", "test.example test.example")]
    [InlineData("%k %X %R %L", "0 + - -")]
    [InlineData("%{User-Agent}i %{Missing}i", "agent -")]
    [InlineData("%{Content-Type}o %{Content-Length}o", "text/html 5")]
    [InlineData("%{b}C %{z}C", "2 -")]
    [InlineData("%{x}e %{x}n", "- -")]
    [InlineData("%400,501{User-Agent}i %!400{User-Agent}i", "- agent")]
    [InlineData("%200{User-Agent}i", "agent")]
    [InlineData("100%% \\t|", "100% \t|")]
    [InlineData("%{Quoted}i", "a\\\"b\\\\c\\xc3\\xa4")]
    [InlineData("%T %{s}T", "0 0")]
    public async Task Tokens(string format, string expected) => Assert.Equal(expected,
        await Line(format, 200, ("User-Agent", "agent"), ("Cookie", "a=1; b=2"), ("Quoted", "a\"b\\c\u00c3\u00a4")));

    [Fact]
    public async Task Times()
    {
        string line = await Line("%t %{%Y}t %{begin:%s}t %{sec}t %{usec}t %{end:msec_frac}t %D %{us}T %P %{tid}P");
        Assert.Matches(@"^\[\d\d/[A-Z][a-z][a-z]/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}\] \d{4} \d{10} \d{10} \d{16} \d{3} \d+ \d+ \d+ \d+$", line);
    }

    [Fact]
    public async Task Nickname_that_nobody_defined_is_a_literal()
    {
        _site.Text = "CustomLog other nickname";
        await _site.Get("/x");
        Assert.Equal("nickname\n", File.ReadAllText(_site.Root + "/other"));
    }

    [Fact]
    public async Task Transfer_log_uses_the_nameless_format()
    {
        _site.Text = "LogFormat \"%m %>s\"\nTransferLog other";
        await _site.Get("/x");
        Assert.Equal("GET 404\n", File.ReadAllText(_site.Root + "/other"));
    }

    [Fact]
    public async Task Virtual_host_log_replaces_that_of_the_main_server()
    {
        _site.Text = "GlobalLog all \"%v\"\n<VirtualHost *>\nServerName v.example\nCustomLog other \"%v\"\n</VirtualHost>";
        await _site.Get("/x");
        Assert.Equal("", _site.AccessLog);
        Assert.Equal("v.example\n", File.ReadAllText(_site.Root + "/other"));
        Assert.Equal("v.example\n", File.ReadAllText(_site.Root + "/all"));
    }

    [Fact]
    public async Task Conditions_on_variables()
    {
        _site.Text = "CustomLog yes \"%U\" env=MATCH_A\nCustomLog no \"%U\" env=!MATCH_A\n" +
            "<LocationMatch \"^/(?<a>secret)\">\nAddDefaultCharset Off\n</LocationMatch>";
        await _site.Get("/secret");
        await _site.Get("/public");
        Assert.Equal("/secret\n", File.ReadAllText(_site.Root + "/yes"));
        Assert.Equal("/public\n", File.ReadAllText(_site.Root + "/no"));
    }

    [Fact]
    public async Task Conditions_in_the_expression_language()
    {
        _site.Write("a.txt", "x");
        _site.Text = "CustomLog bad \"%U %>s\" \"expr=%{REQUEST_STATUS} -ge 400\"\nCustomLog slow \"%U\" \"expr=%{REQUEST_URI} =~ m#^/(a+)+$#\"";
        Assert.Null((await _site.Get("/a.txt"))["Vary"]);
        await _site.Get("/none");
        var response = await _site.Get("/" + new string('a', 60) + ".txt");
        Assert.Equal((404, null), (response.Status, response.Error));
        Assert.Equal($"/none 404\n/{new string('a', 60)}.txt 404\n", File.ReadAllText(_site.Root + "/bad"));
        Assert.Equal($"/{new string('a', 60)}.txt\n", File.ReadAllText(_site.Root + "/slow")); // not known: rather a line too many
        Assert.Contains("the condition of a log: the regular expression", File.ReadAllText(_site.Root + "/errors"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", 400, "GET /x HTTP/9.9\r\n", 400, "GET /x HTTP/9.9")]
    [InlineData("", 431, "GET /x HTTP/1.1\r\nA: b", 400, "GET /x HTTP/1.1")]
    [InlineData("", 414, "GET /xxxxxx", 414, "GET /xxxxxx")]
    [InlineData("", 505, "GET / FTP/1.1\r\n", 400, "GET / FTP/1.1")]
    [InlineData("", 408, "GET /x HTTP/1.1\r\nHost", 408, "GET /x HTTP/1.1")]
    [InlineData("", 400, "\u0016\u0003\u0001", 400, "\\x16\\x03\\x01")]
    public void Refused_input_is_answered_and_logged(string configuration, int kestrel, string head, int status, string line)
    {
        _site.Text = configuration;
        Assert.NotNull(_site.Application);
        var answer = new RejectedRequests(_site.Site).Answer(_site.Connect(), kestrel, Encoding.Latin1.GetBytes(head));
        string text = Encoding.Latin1.GetString(answer.Span);
        Assert.StartsWith($"HTTP/1.1 {status} ", text, StringComparison.Ordinal);
        Assert.Contains("Connection: close\r\n", text, StringComparison.Ordinal);
        Assert.Contains($"\"{line}\" {status} ", _site.AccessLog, StringComparison.Ordinal);
    }

    [Fact]
    public void Silence_is_neither_answered_nor_logged()
    {
        Assert.NotNull(_site.Application);
        var handler = new RejectedRequests(_site.Site);
        Assert.Equal(0, handler.Answer(_site.Connect(), 408, default).Length);
        Assert.Equal("", _site.AccessLog);
        Assert.Equal(0, handler.Answer(_site.Connect(), 408, "GET /par"u8).Length);
        Assert.Contains("\"GET /par\" 408", _site.AccessLog, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("%d/%b/%Y:%H:%M:%S", "02/Jan/2024:03:04:05")]
    [InlineData("%F %T %j %u %e%%", "2024-01-02 03:04:05 002 2  2%")]
    public void Strftime(string format, string expected)
    {
        var utc = new DateTime(2024, 1, 2, 3, 4, 5, DateTimeKind.Utc);
        Assert.Equal(expected, LogTime.Format(format, utc - TimeZoneInfo.Local.GetUtcOffset(utc)));
    }
}
