using System.Text;
using Xunit;

namespace Manifold.UnitTests.Requests;

public sealed class StaticFilesTests : IDisposable
{
    private readonly TestSite _site = new() { Later = TimeSpan.FromSeconds(10) };

    public void Dispose() => _site.Dispose();

    [Fact]
    public async Task Get_sends_file_with_its_headers()
    {
        _site.Write("a.html", new string('x', 10000));
        var response = await _site.Get("/a.html");
        Assert.Equal(200, response.Status);
        Assert.Equal(10000, response.Body.Sent);
        Assert.Equal("10000", response["Content-Length"]);
        Assert.Equal("text/html", response["Content-Type"]);
        Assert.Equal("Tue, 02 Jan 2024 03:04:05 GMT", response["Last-Modified"]);
        Assert.Equal("bytes", response["Accept-Ranges"]);
        Assert.EndsWith("2710-60dedc04dd340\"", response["ETag"], StringComparison.Ordinal);
        Assert.Equal("Manifold/0.1.0 (Unix)", response["Server"]);
        Assert.Null(response["Connection"]);
        Assert.Contains("10.1.2.3 \"GET /a.html HTTP/1.1\" 200 10000", _site.AccessLog, StringComparison.Ordinal);
    }

    /// <summary>Twice: the second time the file is known.</summary>
    [Theory]
    [InlineData("", null, 200, 100_000)]
    [InlineData("", "bytes=1000-60999", 206, 60_000)]
    [InlineData("", "bytes=1000-1999", 206, 0)] // not worth it
    [InlineData("", "bytes=0-9,20000-89999", 206, 70_000)]
    [InlineData("EnableSendfile Off", null, 200, 0)]
    [InlineData("<Files a.bin>\nEnableSendfile Off\n</Files>", "bytes=1000-60999", 206, 0)]
    public async Task A_large_file_is_left_to_the_transport(string configuration, string? range, int status, long uncopied)
    {
        _site.Text = configuration;
        string content = string.Create(100_000, 0, (text, _) =>
        {
            for (int i = 0; i < text.Length; i++) text[i] = (char)('a' + i % 23);
        });
        _site.Write("a.bin", content);
        (string, string)[] headers = range is null ? [] : [("Range", range)];
        var copied = await _site.Get("/a.bin", headers);
        for (int i = 0; i < 2; i++)
        {
            var connection = _site.Connect();
            connection.TakesRegions = true;
            var response = await connection.Send("GET", "/a.bin", headers);
            Assert.Equal(status, response.Status);
            Assert.Equal(uncopied, response.Body.Uncopied);
            Assert.Equal(copied.Text, response.Text);
            Assert.Equal(response["Content-Length"], response.Text.Length.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }
    }

    [Fact]
    public async Task Head_sends_no_body()
    {
        _site.Write("a.txt", "hello");
        for (int i = 0; i < 2; i++)
        {
            var response = await _site.Connect().Send("HEAD", "/a.txt");
            Assert.Equal((200, "5", 0L), (response.Status, response["Content-Length"], response.Body.Sent));
        }
    }

    [Theory]
    [InlineData("/missing", 404)]
    [InlineData("/a.txt/", 404)]
    [InlineData("/a.txt/more", 404)]
    [InlineData("/dir", 301)]
    [InlineData("/dir/", 404)]
    [InlineData("/a%2ftxt", 404)]
    [InlineData("/a%00", 404)]
    [InlineData("/%zz", 400)]
    [InlineData("/../a.txt", 400)]
    [InlineData("/%2e%2e/a.txt", 400)]
    [InlineData("/dir/../a.txt", 200)]
    [InlineData("//a.txt", 200)]
    [InlineData("/..%5c..%5cetc/passwd", 404)]
    [InlineData("/%2e%2e%2fetc%2fpasswd", 404)]
    [InlineData("/a.unknown", 200)]
    public async Task Outcomes(string target, int status)
    {
        _site.Write("a.txt", "hello");
        _site.Write("a.unknown", "hello");
        Directory.CreateDirectory(_site.Docs + "/dir");
        Assert.Equal(status, (await _site.Get(target)).Status);
    }

    [Fact]
    public async Task Name_that_is_too_long_is_forbidden() => Assert.Equal(403, (await _site.Get("/" + new string('a', 300))).Status);

    [Fact]
    public async Task Nothing_maps_the_type_of_an_unknown_name()
    {
        _site.Write("plain", "x");
        Assert.Null((await _site.Get("/plain"))["Content-Type"]);
    }

    [Theory]
    [InlineData("POST", 200)]
    [InlineData("PUT", 405)]
    [InlineData("DELETE", 405)]
    [InlineData("get", 501)]
    [InlineData("BREW", 501)]
    [InlineData("OPTIONS", 200)]
    public async Task Methods(string method, int status)
    {
        _site.Write("a.txt", "hello");
        var response = await _site.Connect().Send(method, "/a.txt");
        Assert.Equal(status, response.Status);
        if (method != "POST") Assert.Equal("HEAD,GET,POST,OPTIONS,TRACE", response["Allow"]);
        Assert.Equal(status == 501 ? "close" : null, response["Connection"]);
    }

    [Fact]
    public async Task Trace_echoes_the_request()
    {
        var response = await _site.Connect().Send("TRACE", "/a", ("X-Mark", "1"));
        Assert.Equal((200, "message/http"), (response.Status, response["Content-Type"]));
        Assert.StartsWith("TRACE /a HTTP/1.1\r\n", response.Text, StringComparison.Ordinal);
        Assert.Contains("X-Mark: 1\r\n", response.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Directory_without_slash_is_redirected_with_query()
    {
        Directory.CreateDirectory(_site.Docs + "/a b");
        var response = await _site.Get("/a%20b?x=1", ("Host", "client.example:8080"));
        Assert.Equal((301, "http://client.example:8080/a%20b/?x=1"), (response.Status, response["Location"]));
        Assert.Contains("<h1>Moved Permanently</h1>", response.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Conditions_answer_304_and_412()
    {
        _site.Write("a.txt", "hello");
        string tag = (await _site.Get("/a.txt"))["ETag"]!;
        for (int i = 0; i < 2; i++)
        {
            var same = await _site.Get("/a.txt", ("If-None-Match", tag));
            Assert.Equal((304, 0L, null, null), (same.Status, same.Body.Sent, same["Content-Type"], same["Content-Length"]));
            Assert.Equal(tag, same["ETag"]);
            var other = await _site.Get("/a.txt", ("If-Match", "\"x\""));
            Assert.Equal((412, 0L, "0"), (other.Status, other.Body.Sent, other["Content-Length"]));
        }
    }

    [Fact]
    public async Task One_range()
    {
        _site.Write("a.txt", "0123456789");
        for (int i = 0; i < 2; i++)
        {
            var response = await _site.Get("/a.txt", ("Range", "bytes=2-4"));
            Assert.Equal((206, "234", "bytes 2-4/10", "3"),
                (response.Status, response.Text, response["Content-Range"], response["Content-Length"]));
        }
    }

    [Fact]
    public async Task Several_ranges()
    {
        _site.Write("a.txt", "0123456789");
        var response = await _site.Get("/a.txt", ("Range", "bytes=0-0,8-9"));
        Assert.Equal(206, response.Status);
        string boundary = response["Content-Type"]!.Split("boundary=")[1];
        string expected = $"\r\n--{boundary}\r\nContent-type: text/plain\r\nContent-range: bytes 0-0/10\r\n\r\n0" +
            $"\r\n--{boundary}\r\nContent-type: text/plain\r\nContent-range: bytes 8-9/10\r\n\r\n89\r\n--{boundary}--\r\n";
        Assert.Equal(expected, response.Text);
        Assert.Equal(expected.Length.ToString(), response["Content-Length"]);
    }

    [Fact]
    public async Task Unsatisfiable_range_is_416_without_the_length_of_the_file()
    {
        _site.Write("a.txt", "0123456789");
        var response = await _site.Get("/a.txt", ("Range", "bytes=10-"));
        Assert.Equal((416, null, response.Body.Sent.ToString()), (response.Status, response["Content-Range"], response["Content-Length"]));
        Assert.Equal("Requested Range Not Satisfiable", response.Reason);
    }

    [Fact]
    public async Task Big_file_is_sent_in_little_memory()
    {
        const long size = 300L << 20;
        using (var file = File.Create(_site.Docs + "/big.bin")) file.SetLength(size);
        var connection = _site.Connect();
        connection.KeepBody = false;
        var response = await connection.Send("GET", "/big.bin");
        Assert.Equal((200, size), (response.Status, response.Body.Sent));
        Assert.InRange(response.Body.MostBuffered, 1, 128 * 1024);
    }

    [Fact]
    public async Task Sending_stops_when_the_client_is_gone()
    {
        using (var file = File.Create(_site.Docs + "/big.bin")) file.SetLength(50 << 20);
        var connection = _site.Connect();
        connection.OnFlush = flush => connection.IsAborted |= flush == 3;
        var response = await connection.Send("GET", "/big.bin");
        Assert.InRange(response.Body.Sent, 1, 1 << 20);
    }

    [Fact]
    public async Task Shrinking_file_ends_the_connection()
    {
        string path = _site.Docs + "/big.bin";
        using (var file = File.Create(path)) file.SetLength(1 << 20);
        var connection = _site.Connect();
        connection.OnFlush = flush =>
        {
            if (flush != 2) return;
            using var file = File.OpenWrite(path);
            file.SetLength(300_000);
        };
        var response = await connection.Send("GET", "/big.bin");
        Assert.True(connection.IsAborted);
        Assert.Equal(300_000, response.Body.Sent);
    }

    [Fact]
    public async Task Unreadable_file_is_forbidden()
    {
        string path = _site.Write("secret.txt", "x");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.None);
        int expected = Environment.IsPrivilegedProcess ? 200 : 403;
        Assert.Equal(expected, (await _site.Get("/secret.txt")).Status);
    }

    [Fact]
    public async Task Special_file_is_not_opened()
    {
        Assert.Equal(0, MakePipe(Encoding.UTF8.GetBytes(_site.Docs + "/pipe\0"), 0x1b6));
        Assert.Equal(403, (await _site.Get("/pipe")).Status);
    }

    [System.Runtime.InteropServices.DllImport("libc", EntryPoint = "mkfifo")]
    private static extern int MakePipe(byte[] path, uint mode);
}
