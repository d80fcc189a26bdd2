using System.IO.Compression;
using System.Text;
using Xunit;

namespace Manifold.UnitTests.Requests;

/// <summary>What becomes of a response, head and body, when filters stand between the handler and the client.</summary>
public class FilterTests
{
    private const string Zipped = "Accept-Encoding";

    [Fact]
    public async Task A_file_goes_through_the_filters_in_the_order_of_their_types()
    {
        using var site = FilterModule.Site("SetOutputFilter GZ;UPPER");
        site.Write("a.txt", "hello");
        var response = await site.Get("/a.txt", (Zipped, "gzip"));
        Assert.Equal((200, "HELLO"), (response.Status, Unzip(response.Body.Bytes)));
        Assert.Equal(("gzip", "Accept-Encoding", $"{response.Body.Sent}"), (response["Content-Encoding"], response["Vary"], response["Content-Length"]));
        Assert.EndsWith("-up-gz\"", response["ETag"], StringComparison.Ordinal);
        Assert.Null(response["Accept-Ranges"]);
        Assert.EndsWith($"200 {response.Body.Sent}\n", site.AccessLog, StringComparison.Ordinal);
    }

    /// <summary>Twice: the second time the file is known.</summary>
    [Theory]
    [InlineData("gzip", false, "-gz")]
    [InlineData("br", true, "")]
    public async Task A_condition_is_about_what_the_filters_make_of_the_file(string accepted, bool isPlain, string suffix)
    {
        using var site = FilterModule.Site("SetOutputFilter GZ");
        site.Write("a.txt", "hello");
        for (int i = 0; i < 2; i++)
        {
            var whole = await site.Get("/a.txt", (Zipped, accepted));
            string tag = whole["ETag"]!;
            Assert.EndsWith(suffix + "\"", tag, StringComparison.Ordinal);
            Assert.Equal(isPlain ? "hello" : "", isPlain ? whole.Text : "");
            var same = await site.Get("/a.txt", (Zipped, accepted), ("If-None-Match", tag));
            Assert.Equal((304, 0L, tag, "Accept-Encoding"), (same.Status, same.Body.Sent, same["ETag"], same["Vary"]));
            Assert.Equal((null, null, null), (same["Content-Type"], same["Content-Length"], same["Content-Encoding"]));
            string other = isPlain ? tag.Replace("\"", "-gz\"", StringComparison.Ordinal)[3..] : tag.Replace("-gz", "", StringComparison.Ordinal);
            Assert.Equal(200, (await site.Get("/a.txt", (Zipped, accepted), ("If-None-Match", isPlain ? "\"" + other : other))).Status);
            Assert.Equal(412, (await site.Get("/a.txt", (Zipped, accepted), ("If-Match", "\"x\""))).Status);
        }
    }

    [Fact]
    public async Task There_are_no_ranges_of_a_filtered_file_and_some_of_one_that_no_filter_wants()
    {
        using var site = FilterModule.Site("SetOutputFilter UPPER");
        site.Write("a.txt", "hello");
        var filtered = await site.Get("/a.txt", ("Range", "bytes=1-2"));
        Assert.Equal((200, "HELLO"), (filtered.Status, filtered.Text));
        var plain = await site.Get("/a.txt?plain", ("Range", "bytes=1-2"));
        Assert.Equal((206, "el", "bytes"), (plain.Status, plain.Text, plain["Accept-Ranges"]));
    }

    [Fact]
    public async Task The_head_of_a_filtered_file_is_the_same_without_its_body_but_for_the_length()
    {
        using var site = FilterModule.Site("SetOutputFilter UPPER");
        site.Write("a.txt", "hello");
        var get = await site.Get("/a.txt");
        var head = await site.Connect().Send("HEAD", "/a.txt");
        Assert.Equal((200, 0L, null), (head.Status, head.Body.Sent, head["Content-Length"]));
        foreach (string name in (string[])["ETag", "Content-Type", "Last-Modified", "Accept-Ranges"]) Assert.Equal(get[name], head[name]);
    }

    [Fact]
    public async Task What_may_differ_each_time_has_no_tag()
    {
        using var site = FilterModule.Site("SetOutputFilter UPPER;STAMP");
        site.Write("a.txt", "hello");
        var response = await site.Get("/a.txt", ("If-None-Match", "*"));
        Assert.Null(response["ETag"]);
        Assert.Equal((304, "HELLO!"), (response.Status, (await site.Get("/a.txt")).Text));
    }

    [Theory]
    [InlineData("HTTP/1.1", 65536, "65536", null)]
    [InlineData("HTTP/1.1", 65537, null, null)]
    [InlineData("HTTP/1.0", 65536, "65536", "Keep-Alive")]
    [InlineData("HTTP/1.0", 65537, null, "close")]
    [InlineData("HTTP/1.1", 3_000_000, null, null)]
    public async Task What_is_sent_at_once_has_its_length_and_what_is_longer_does_not_stay_in_memory(string protocol, int size, string? length, string? connection)
    {
        using var site = FilterModule.Site("SetOutputFilter UPPER");
        site.Write("a.txt", new string('x', size));
        var client = site.Connect();
        client.Protocol = protocol;
        var response = await (protocol == "HTTP/1.0" ? client.Send("GET", "/a.txt", ("Connection", "keep-alive")) : client.Send("GET", "/a.txt"));
        Assert.Equal(new string('X', size), response.Text);
        Assert.Equal((length, connection), (response["Content-Length"], response["Connection"]));
        Assert.True(connection != "close" || response["Keep-Alive"] is null);
        Assert.InRange(response.Body.MostBuffered, 1, 65536);
    }

    [Fact]
    public async Task A_client_that_has_gone_ends_the_work()
    {
        using var site = FilterModule.Site("SetOutputFilter UPPER");
        site.Write("a.txt", new string('x', 3_000_000));
        var client = site.Connect();
        client.OnFlush = number => client.IsAborted = number >= 1;
        var response = await client.Send("GET", "/a.txt");
        Assert.Null(response.Error);
        Assert.Equal(2 * 65536, response.Body.Sent);
    }

    [Fact]
    public async Task The_server_s_own_pages_are_not_filtered_and_documents_for_errors_are()
    {
        using var site = FilterModule.Site("SetOutputFilter UPPER\nErrorDocument 404 /lost.txt\nErrorDocument 403 \"stay out\"\n<Location /no>\nRequire all denied\n</Location>");
        site.Write("lost.txt", "lost");
        Assert.Equal((404, "LOST"), Seen(await site.Get("/none")));
        Assert.Equal((403, "stay out"), Seen(await site.Get("/no")));
    }

    [Theory]
    [InlineData(10, 500)]
    [InlineData(140_000, 200)]
    public async Task A_filter_that_fails_costs_the_response_only(int soon, int status)
    {
        using var site = FilterModule.Site("SetOutputFilter BROKEN");
        site.Write("a.txt", new string('x', 1_000_000));
        var client = site.Connect();
        var response = await client.Send("GET", "/a.txt?" + soon);
        Assert.Equal((status, status == 200), (response.Status, response.Error is not null));
        Assert.Equal(status == 500, response.Text.Contains("Internal Server Error", StringComparison.Ordinal));
        Assert.Equal((200, 1_000_000L), ((await client.Send("GET", "/a.txt?2000000")) is var next ? (next.Status, next.Body.Sent) : default));
    }

    [Theory]
    [InlineData("SetOutputFilter UPPER", "/a.txt", "HELLO")]
    [InlineData("SetOutputFilter upper", "/a.txt", "HELLO")]
    [InlineData("SetOutputFilter UPPER\n<Location /a.txt>\nSetOutputFilter none\n</Location>", "/a.txt", "hello")]
    [InlineData("SetOutputFilter UPPER\n<Location /a.txt>\nSetOutputFilter STAMP\n</Location>", "/a.txt", "hello!")]
    [InlineData("AddOutputFilter UPPER txt", "/a.txt", "HELLO")]
    [InlineData("AddOutputFilter UPPER .Txt", "/a.txt", "HELLO")]
    [InlineData("AddOutputFilter UPPER html", "/a.txt", "hello")]
    [InlineData("AddOutputFilter UPPER txt\nSetOutputFilter STAMP", "/a.txt", "HELLO!")]
    [InlineData("AddOutputFilter UPPER;STAMP txt", "/a.txt", "HELLO!")]
    [InlineData("AddOutputFilter UPPER txt\n<Location /a.txt>\nRemoveOutputFilter .txt\n</Location>", "/a.txt", "hello")]
    public async Task Directives_name_filters(string configuration, string target, string text)
    {
        using var site = FilterModule.Site(configuration);
        site.Write("a.txt", "hello");
        Assert.Equal(text, (await site.Get(target)).Text);
        Assert.Equal(text, (await site.Get(target)).Text);
        Assert.DoesNotContain(site.Warnings, warning => warning.Contains("filter", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("SetOutputFilter UPPER;NONSUCH", "NONSUCH")]
    [InlineData("AddOutputFilter NONSUCH txt", "NONSUCH")]
    [InlineData("SetInputFilter UPPER", "UPPER")] // one for responses
    public async Task A_filter_that_nobody_has_is_warned_of(string configuration, string name)
    {
        using var site = FilterModule.Site(configuration);
        site.Write("a.txt", "hello");
        Assert.Equal(200, (await site.Get("/a.txt")).Status);
        Assert.Contains(site.Warnings, warning => warning.Contains($"no loaded module has a filter '{name}'", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_body_of_a_request_goes_through_filters_to_the_handler_and_the_answer_back()
    {
        using var site = FilterModule.Site("<Location /echo>\nSetHandler echo\nSetInputFilter UNGZ\nSetOutputFilter UPPER\n</Location>");
        var client = site.Connect();
        client.RequestBody = Zip("hello");
        var response = await client.Send("POST", "/echo", ("Content-Encoding", "gzip"));
        Assert.Equal((200, "HELLO", "5"), (response.Status, response.Text, response["Content-Length"]));
        client.RequestBody = "plain"u8.ToArray();
        Assert.Equal((200, "PLAIN"), Seen(await client.Send("POST", "/echo")));
    }

    [Theory]
    [InlineData("/echo")]
    [InlineData("/a.txt")]
    public async Task A_body_that_a_filter_does_not_understand_is_refused(string target)
    {
        using var site = FilterModule.Site("SetInputFilter UNGZ\n<Location /echo>\nSetHandler echo\n</Location>");
        site.Write("a.txt", "hello");
        var client = site.Connect();
        client.RequestBody = "hello, this is no gzip"u8.ToArray();
        Assert.Equal(400, (await client.Send("POST", target, ("Content-Encoding", "gzip"))).Status);
    }

    /// <summary>What nobody reads is bounded by what it unpacks to, not by what is sent.</summary>
    [Fact]
    public async Task A_body_that_unpacks_to_too_much_is_refused()
    {
        using var site = FilterModule.Site("SetInputFilter UNGZ\nLimitRequestBody 100000");
        site.Write("a.txt", "hello");
        var client = site.Connect();
        client.RequestBody = Zip(new string('x', 100_000));
        Assert.Equal(200, (await client.Send("POST", "/a.txt", ("Content-Encoding", "gzip"))).Status);
        client.RequestBody = Zip(new string('x', 100_001));
        Assert.Equal(413, (await client.Send("POST", "/a.txt", ("Content-Encoding", "gzip"))).Status);
    }

    private static (int, string) Seen(TestResponse response) => (response.Status, response.Text);

    private static string Unzip(byte[] bytes)
    {
        using var reader = new StreamReader(new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress));
        return reader.ReadToEnd();
    }

    private static byte[] Zip(string text)
    {
        using var zipped = new MemoryStream();
        using (var zip = new GZipStream(zipped, CompressionLevel.Fastest)) zip.Write(Encoding.ASCII.GetBytes(text));
        return zipped.ToArray();
    }
}
