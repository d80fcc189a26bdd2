using Manifold.ProcessTests.Harness;
using Xunit;

namespace Manifold.ProcessTests.EndToEnd;

/// <summary>The server as a user's own client sees it.</summary>
public class CurlTests
{
    [CurlFact]
    public Task It_works() => TestServer.With("event", async server =>
    {
        var ran = await Curl(server, "/");
        Assert.Equal(0, ran.ExitCode);
        Assert.Contains("It works!", ran.Output, StringComparison.Ordinal);
    });

    [CurlFact]
    public Task Head_requests() => TestServer.With("event", async server =>
    {
        var ran = await Curl(server, "/big.bin", "-I");
        Assert.StartsWith("HTTP/1.1 200 OK", ran.Output, StringComparison.Ordinal);
        Assert.Contains($"Content-Length: {Content.BigSize}", ran.Output, StringComparison.Ordinal);
    });

    [CurlFact]
    public Task Ranges() => TestServer.With("event", async server =>
    {
        Assert.Equal("234", (await Curl(server, "/digits.txt", "-r", "2-4")).Output);
        Assert.Equal("789", (await Curl(server, "/digits.txt", "-r", "-3")).Output);
        Assert.Equal("206", await Status(server, "/digits.txt", "-r", "0-"));
        Assert.Equal("416", await Status(server, "/digits.txt", "-r", "10-"));
        Assert.Equal("200", await Status(server, "/digits.txt", "-r", "a-b"));
        var several = await Curl(server, "/digits.txt", "-i", "-r", "0-1,5-6");
        Assert.Contains("multipart/byteranges", several.Output, StringComparison.Ordinal);
        Assert.Contains("Content-range: bytes 5-6/10", several.Output, StringComparison.Ordinal);
    });

    [CurlFact]
    public Task Conditions() => TestServer.With("event", async server =>
    {
        string tag = (await server.Get("/digits.txt")).Header("ETag")!;
        Assert.Equal("304", await Status(server, "/digits.txt", "-H", "If-None-Match: " + tag));
        Assert.Equal("200", await Status(server, "/digits.txt", "-H", "If-None-Match: \"other\""));
        Assert.Equal("304", await Status(server, "/digits.txt", "-H", "If-Modified-Since: Tue, 02 Jan 2024 03:04:05 GMT"));
        Assert.Equal("200", await Status(server, "/digits.txt", "-H", "If-Modified-Since: Mon, 01 Jan 2024 00:00:00 GMT"));
        Assert.Equal("412", await Status(server, "/digits.txt", "-H", "If-Match: \"other\""));
        Assert.Equal("412", await Status(server, "/digits.txt", "-H", "If-Unmodified-Since: Mon, 01 Jan 2024 00:00:00 GMT"));
        Assert.Equal("206", await Status(server, "/digits.txt", "-r", "1-2", "-H", "If-Range: " + tag));
        Assert.Equal("200", await Status(server, "/digits.txt", "-r", "1-2", "-H", "If-Range: \"other\""));
    });

    /// <summary>What a per-directory file says holds at the next request, in every child; a mistake in it costs that request only.</summary>
    [CurlFact]
    public Task Per_directory_files() => TestServer.With(
        new ServerSpec { Mpm = "prefork", Extra = ["<Directory />", "AllowOverride All", "</Directory>"] }, async server =>
    {
        string file = server.Root + "/htdocs/.htaccess";
        Assert.Equal("200", await Status(server, "/digits.txt"));
        await Replace(file, "Require all denied");
        Assert.Equal("403", await Status(server, "/digits.txt"));
        await Replace(file, "# a comment\nListen 80");
        Assert.Equal("500", await Status(server, "/digits.txt"));
        Assert.Equal(1, server.CountInErrorLog($"{file}: Listen not allowed here (line 2)"));
        await Replace(file, "<If \"%{QUERY_STRING} == 'a'\">\nRedirect 410 /digits.txt\n</If>");
        Assert.Equal("410", await Status(server, "/digits.txt?a"));
        Assert.Equal("200", await Status(server, "/digits.txt"));
        File.Delete(file);
        Assert.Equal("200", await Status(server, "/digits.txt?a"));
    });

    private static async Task Replace(string file, string text)
    {
        await File.WriteAllTextAsync(file + ".new", text);
        File.Move(file + ".new", file, overwrite: true);
    }

    /// <summary>No spelling of a path leads out of the document root.</summary>
    [CurlFact]
    public Task Traversal() => TestServer.With("event", async server =>
    {
        string[] attempts =
        [
            "/../conf/httpd.conf", "/../../../../../../etc/passwd", "/folder/../../conf/httpd.conf", "/%2e%2e/conf/httpd.conf", "/.%2e/%2e./conf/httpd.conf",
            "/folder/%2e%2e/%2e%2e/conf/httpd.conf", "/..%2fconf/httpd.conf", "/%2e%2e%2fconf%2fhttpd.conf", "/..%5cconf/httpd.conf", "/%252e%252e/conf/httpd.conf",
            "//../conf/httpd.conf", "/.//../conf/httpd.conf", "/%c0%ae%c0%ae/conf/httpd.conf", "/index.html%00/../../conf/httpd.conf", "/folder/..;/../conf/httpd.conf",
        ];
        foreach (string attempt in attempts)
        {
            var ran = await Curl(server, attempt, "--path-as-is", "-w", "\n%{http_code}");
            Assert.Contains(ran.Output.Split('\n')[^1], (string[])["400", "403", "404"]);
            Assert.DoesNotContain("ServerRoot", ran.Output, StringComparison.Ordinal);
            Assert.DoesNotContain("root:", ran.Output, StringComparison.Ordinal);
        }
        Assert.Equal("folder\n", (await Curl(server, "/folder/../folder/./", "--path-as-is")).Output);
    });

    [CurlFact]
    public Task Upload_download_and_parallel() => TestServer.With("event", async server =>
    {
        string big = server.Root + "/htdocs/big.bin";
        var posted = await Curl(server, "/", "--data-binary", "@" + big); // curl sends Expect: 100-continue with it
        Assert.Contains("It works!", posted.Output, StringComparison.Ordinal);
        var downloaded = await Curl(server, "/big.bin", "-o", server.Root + "/copy.bin");
        Assert.Equal(0, downloaded.ExitCode);
        byte[] copy = await File.ReadAllBytesAsync(server.Root + "/copy.bin");
        Assert.True(copy.AsSpan().SequenceEqual(Content.Big));
        var parallel = await Command.Run("curl", "-sS", "--parallel", "--parallel-max", "20", "-o", "/dev/null", "-w", "%{http_code}\n", $"http://127.0.0.1:{server.Port}/?[1-200]");
        Assert.Equal(200, parallel.Output.Split('\n').Count(line => line == "200"));
    });

    private static async Task<string> Status(TestServer server, string path, params IReadOnlyList<string> options) =>
        (await Curl(server, path, [.. options, "-o", "/dev/null", "-w", "%{http_code}"])).Output;

    private static Task<Ran> Curl(TestServer server, string path, params IReadOnlyList<string> options) =>
        Command.Run("curl", ["-sS", "--max-time", "20", .. options, $"http://127.0.0.1:{server.Port}{path}"]);
}
