using System.Text;
using Manifold.ProcessTests.Harness;
using Xunit;

namespace Manifold.ProcessTests.Conformance;

/// <summary>Requests as well-behaved clients send them.</summary>
[Collection(ConformanceSuite.Name)]
public class RequestTests(SharedServers servers)
{
    [Theory, MemberData(nameof(TestedMpms.All), MemberType = typeof(TestedMpms))]
    public Task Get_returns_the_file_with_its_headers(string mpm) => servers.With(mpm, async server =>
    {
        using var client = await WireClient.Connect(server.Port);
        var response = await client.Ask(WireClient.Request());
        Assert.Equal("HTTP/1.1 200 OK", response.StatusLine);
        Assert.Equal(Content.Index, response.Body);
        Assert.Equal("text/html", response.Header("Content-Type"));
        Assert.Equal("bytes", response.Header("Accept-Ranges"));
        Assert.Equal("Tue, 02 Jan 2024 03:04:05 GMT", response.Header("Last-Modified"));
        Assert.NotNull(response.Header("Date"));
        Assert.NotNull(response.Header("ETag"));
        Assert.NotNull(response.Header("Server"));
        Assert.Null(response.Header("Connection"));
    });

    [Theory, MemberData(nameof(TestedMpms.All), MemberType = typeof(TestedMpms))]
    public Task Head_is_get_without_a_body(string mpm) => servers.With(mpm, async server =>
    {
        using var client = await WireClient.Connect(server.Port);
        var head = await client.Ask(WireClient.Request(method: "HEAD"), head: true);
        var get = await client.Ask(WireClient.Request());
        Assert.Equal(200, head.Status);
        Assert.Equal(Content.Index.Length.ToString(), head.Header("Content-Length"));
        Assert.Equal(get.Header("ETag"), head.Header("ETag"));
        Assert.Equal(Content.Index, get.Body);
    });

    [Theory, MemberData(nameof(TestedMpms.All), MemberType = typeof(TestedMpms))]
    public Task A_kept_connection_answers_many_requests(string mpm) => servers.With(mpm, async server =>
    {
        using var client = await WireClient.Connect(server.Port);
        for (int i = 0; i < 200; i++)
        {
            var response = await client.Ask(WireClient.Request($"/?{i}"));
            Assert.Equal(200, response.Status);
            Assert.Equal(Content.Index, response.Body);
        }
    });

    [Theory, MemberData(nameof(TestedMpms.All), MemberType = typeof(TestedMpms))]
    public Task Keep_alive_is_announced_to_who_asks_for_it(string mpm) => servers.With(mpm, async server =>
    {
        using var client = await WireClient.Connect(server.Port);
        var response = await client.Ask(WireClient.Request(headers: "Connection: keep-alive\r\n"));
        Assert.Equal("keep-alive", response.Header("Connection"), ignoreCase: true);
        Assert.StartsWith("timeout=5", response.Header("Keep-Alive"), StringComparison.Ordinal);
    });

    [Theory, MemberData(nameof(TestedMpms.All), MemberType = typeof(TestedMpms))]
    public Task Pipelined_requests_are_answered_in_order(string mpm) => servers.With(mpm, async server =>
    {
        using var client = await WireClient.Connect(server.Port);
        var all = new StringBuilder();
        for (int i = 0; i < 20; i++) all.Append(WireClient.Request(i % 3 == 0 ? "/" : i % 3 == 1 ? "/digits.txt" : "/missing"));
        await client.Send(all.ToString());
        for (int i = 0; i < 20; i++)
        {
            var response = await client.Receive();
            Assert.Equal(i % 3 == 2 ? 404 : 200, response.Status);
            if (i % 3 == 0) Assert.Equal(Content.Index, response.Body);
            if (i % 3 == 1) Assert.Equal("0123456789", response.Text);
        }
    });

    [Theory, MemberData(nameof(TestedMpms.All), MemberType = typeof(TestedMpms))]
    public Task Connection_close_closes(string mpm) => servers.With(mpm, async server =>
    {
        using var client = await WireClient.Connect(server.Port);
        var response = await client.Ask(WireClient.Request(headers: "Connection: close\r\n"));
        Assert.Equal(Content.Index, response.Body);
        Assert.True(response.ClosesConnection);
        Assert.True(await client.IsClosedByServer());
    });

    [Theory, MemberData(nameof(TestedMpms.All), MemberType = typeof(TestedMpms))]
    public Task Http_1_0_closes_unless_asked(string mpm) => servers.With(mpm, async server =>
    {
        using var client = await WireClient.Connect(server.Port);
        var kept = await client.Ask("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
        Assert.Equal("HTTP/1.1 200 OK", kept.StatusLine);
        Assert.Equal("keep-alive", kept.Header("Connection"), ignoreCase: true);
        var last = await client.Ask("GET / HTTP/1.0\r\n\r\n");
        Assert.Equal(Content.Index, last.Body);
        Assert.Null(last.Header("Transfer-Encoding"));
        Assert.True(await client.IsClosedByServer());
    });

    [Theory, MemberData(nameof(TestedMpms.All), MemberType = typeof(TestedMpms))]
    public Task A_request_body_of_known_length_is_read_and_ignored(string mpm) => servers.With(mpm, async server =>
    {
        using var client = await WireClient.Connect(server.Port);
        string body = new('x', 100_000);
        var response = await client.Ask(WireClient.Request(method: "POST", headers: $"Content-Length: {body.Length}\r\n") + body);
        Assert.Equal(200, response.Status);
        Assert.Equal(Content.Index, response.Body);
        Assert.Equal(200, (await client.Ask(WireClient.Request())).Status); // the connection is where it should be
    });

    [Theory, MemberData(nameof(TestedMpms.All), MemberType = typeof(TestedMpms))]
    public Task A_chunked_request_body_is_read_and_ignored(string mpm) => servers.With(mpm, async server =>
    {
        using var client = await WireClient.Connect(server.Port);
        await client.Send(WireClient.Request(method: "POST", headers: "Transfer-Encoding: chunked\r\n"));
        for (int i = 0; i < 10; i++) await client.Send("400\r\n" + new string('y', 0x400) + "\r\n");
        await client.Send("0\r\n\r\n");
        Assert.Equal(Content.Index, (await client.Receive()).Body);
        Assert.Equal(200, (await client.Ask(WireClient.Request())).Status);
    });

    [Theory, MemberData(nameof(TestedMpms.All), MemberType = typeof(TestedMpms))]
    public Task A_client_that_expects_100_continue_gets_on(string mpm) => servers.With(mpm, async server =>
    {
        using var client = await WireClient.Connect(server.Port);
        await client.Send(WireClient.Request(method: "POST", headers: "Content-Length: 5\r\nExpect: 100-continue\r\n"));
        var first = await client.Receive();
        // A server that does not want the body may answer at once; then the body must not be sent on this connection.
        if (first.Status == 100)
        {
            await client.Send("hello");
            first = await client.Receive();
        }
        Assert.Equal(200, first.Status);
        Assert.Equal(Content.Index, first.Body);
    });

    [Theory, MemberData(nameof(TestedMpms.All), MemberType = typeof(TestedMpms))]
    public Task What_is_not_there_is_404_and_the_connection_goes_on(string mpm) => servers.With(mpm, async server =>
    {
        using var client = await WireClient.Connect(server.Port);
        Assert.Equal(404, (await client.Ask(WireClient.Request("/missing"))).Status);
        Assert.Equal(404, (await client.Ask(WireClient.Request("/digits.txt/extra"))).Status);
        Assert.Equal(301, (await client.Ask(WireClient.Request("/folder"))).Status);
        Assert.Equal("folder\n", (await client.Ask(WireClient.Request("/folder/"))).Text);
        Assert.Equal("", (await client.Ask(WireClient.Request("/empty.txt"))).Text);
        Assert.Equal(405, (await client.Ask(WireClient.Request(method: "DELETE"))).Status);
        Assert.Equal(200, (await client.Ask(WireClient.Request())).Status);
    });

    [Theory, MemberData(nameof(TestedMpms.All), MemberType = typeof(TestedMpms))]
    public Task Virtual_hosts_are_told_apart_on_one_connection(string mpm) => servers.With(mpm, async server =>
    {
        using var client = await WireClient.Connect(server.Port);
        foreach (string host in (string[])["a.example", "b.example", "a.example", "B.EXAMPLE:80"])
        {
            var response = await client.Ask($"GET / HTTP/1.1\r\nHost: {host}\r\n\r\n");
            Assert.Equal(host.Split(':')[0].ToLowerInvariant() + "\n", response.Text);
        }
    });

    [Theory, MemberData(nameof(TestedMpms.All), MemberType = typeof(TestedMpms))]
    public Task Every_request_has_its_line_in_the_access_log(string mpm) => servers.With(mpm, async server =>
    {
        string tag = Guid.NewGuid().ToString("N");
        using var client = await WireClient.Connect(server.Port);
        await client.Ask(WireClient.Request($"/?{tag}"));
        await client.Ask(WireClient.Request($"/?{tag}", method: "HEAD"), head: true);
        await client.Ask(WireClient.Request($"/missing?{tag}"));
        await client.Ask(WireClient.Request($"/digits.txt?{tag}", headers: "Range: bytes=2-4\r\n"));
        await WaitFor.Condition(() => server.AccessLog.Count(l => l.Contains(tag, StringComparison.Ordinal)) == 4, "four lines in the access log");
        var lines = server.AccessLog.Where(l => l.Contains(tag, StringComparison.Ordinal)).ToList();
        Assert.Equal($"127.0.0.1 \"GET /?{tag} HTTP/1.1\" 200 {Content.Index.Length}", lines[0]);
        Assert.Equal($"127.0.0.1 \"HEAD /?{tag} HTTP/1.1\" 200 0", lines[1]);
        Assert.Matches($"^127\\.0\\.0\\.1 \"GET /missing\\?{tag} HTTP/1\\.1\" 404 [1-9][0-9]+$", lines[2]);
        Assert.Equal($"127.0.0.1 \"GET /digits.txt?{tag} HTTP/1.1\" 206 3", lines[3]);
    });
}
