using System.Text;
using Manifold.ProcessTests.Harness;
using Xunit;

namespace Manifold.ProcessTests.Conformance;

/// <summary>Input that is incomplete, slow, too large or wrong. Each time the answer is clear, and the server goes on.</summary>
[Collection(ConformanceSuite.Name)]
public class BadInputTests(SharedServers servers)
{
    [Theory, MemberData(nameof(TestedMpms.All), MemberType = typeof(TestedMpms))]
    public Task Half_a_request_and_then_the_end_is_no_request(string mpm) => servers.With(mpm, async server =>
    {
        using var client = await WireClient.Connect(server.Port);
        await client.Send("GET /half HTTP/1.1\r\nHost: loc");
        client.EndSending();
        string answer = Encoding.Latin1.GetString(await client.ReceiveToEnd());
        Assert.True(answer.Length == 0 || answer.StartsWith("HTTP/1.1 400 ", StringComparison.Ordinal), answer);
    });

    [Theory, MemberData(nameof(TestedMpms.All), MemberType = typeof(TestedMpms))]
    public Task A_request_that_comes_in_halves_is_answered(string mpm) => servers.With(mpm, async server =>
    {
        using var client = await WireClient.Connect(server.Port);
        string request = WireClient.Request();
        await client.Send(request[..10]);
        await Task.Delay(300); // long enough for any thread to have waited for the rest
        await client.Send(request[10..]);
        Assert.Equal(Content.Index, (await client.Receive()).Body);
    });

    [Theory, MemberData(nameof(TestedMpms.All), MemberType = typeof(TestedMpms))]
    public Task One_byte_at_a_time_is_a_request(string mpm) => servers.With(mpm, async server =>
    {
        using var client = await WireClient.Connect(server.Port);
        for (int i = 0; i < 2; i++)
        {
            foreach (char c in WireClient.Request(method: "POST", headers: "Content-Length: 3\r\n") + "abc") await client.Send(c.ToString());
            Assert.Equal(Content.Index, (await client.Receive()).Body);
        }
    });

    [Theory, MemberData(nameof(TestedMpms.All), MemberType = typeof(TestedMpms))]
    public Task Empty_lines_before_a_request_are_ignored(string mpm) => servers.With(mpm, async server =>
    {
        using var client = await WireClient.Connect(server.Port);
        Assert.Equal(200, (await client.Ask("\r\n\r\n" + WireClient.Request())).Status);
    });

    [Theory, MemberData(nameof(TestedMpms.All), MemberType = typeof(TestedMpms))]
    public Task A_request_line_that_is_too_long_is_414(string mpm) => Refused(mpm, $"GET /{new string('a', 9000)} HTTP/1.1\r\nHost: localhost\r\n\r\n", 414);

    [Theory, MemberData(nameof(TestedMpms.All), MemberType = typeof(TestedMpms))]
    public Task A_header_field_that_is_too_long_is_400(string mpm) => Refused(mpm, WireClient.Request(headers: $"X-Long: {new string('a', 9000)}\r\n"), 400);

    [Theory, MemberData(nameof(TestedMpms.All), MemberType = typeof(TestedMpms))]
    public Task Too_many_header_fields_are_400(string mpm) =>
        Refused(mpm, WireClient.Request(headers: string.Concat(Enumerable.Range(0, 150).Select(i => $"X-{i}: {i}\r\n"))), 400);

    [Theory, MemberData(nameof(TestedMpms.All), MemberType = typeof(TestedMpms))]
    public Task A_missing_host_is_400(string mpm) => Refused(mpm, "GET / HTTP/1.1\r\n\r\n", 400);

    [Theory, MemberData(nameof(TestedMpms.All), MemberType = typeof(TestedMpms))]
    public Task No_http_at_all_is_400(string mpm) => Refused(mpm, "\u0016\u0003\u0001\u0002\0\u0001\0\u0001\r\n\r\n", 400);

    [Theory, MemberData(nameof(TestedMpms.All), MemberType = typeof(TestedMpms))]
    public Task The_preface_of_http_2_is_400(string mpm) => RefusedAtOnce(mpm, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\u0004\0\0\0\0\0", "\"PRI * HTTP/2.0\" 400 ");

    [Theory, MemberData(nameof(TestedMpms.All), MemberType = typeof(TestedMpms))]
    public Task A_tls_hello_without_a_line_end_is_400(string mpm) =>
        RefusedAtOnce(mpm, "\u0016\u0003\u0001\0\u00C8\u0001\0\0\u00C4\u0003\u0003" + new string('r', 194), "\\x16\\x03\\x01");

    [Theory, MemberData(nameof(TestedMpms.All), MemberType = typeof(TestedMpms))]
    public Task A_request_line_of_another_version_and_nothing_behind_it_is_400(string mpm) => RefusedAtOnce(mpm, "GET /no-version HTTP/x\r\n", "\"GET /no-version HTTP/x\" 400 ");

    [Theory, MemberData(nameof(TestedMpms.All), MemberType = typeof(TestedMpms))]
    public Task A_field_without_a_name_and_nothing_behind_it_is_400(string mpm) =>
        RefusedAtOnce(mpm, "GET /no-name HTTP/1.1\r\nno name\r\n", "\"GET /no-name HTTP/1.1\" 400 ");

    [Theory, MemberData(nameof(TestedMpms.All), MemberType = typeof(TestedMpms))]
    public Task Two_different_content_lengths_are_400(string mpm) =>
        Refused(mpm, WireClient.Request(method: "POST", headers: "Content-Length: 3\r\nContent-Length: 5\r\n") + "hello", 400);

    [Theory, MemberData(nameof(TestedMpms.All), MemberType = typeof(TestedMpms))]
    public Task A_content_length_that_is_no_number_is_400(string mpm) =>
        Refused(mpm, WireClient.Request(method: "POST", headers: "Content-Length: 3x\r\n") + "abc", 400);

    /// <summary>The grammar has digits only; another server on the way may read a sign differently.</summary>
    [Theory, MemberData(nameof(TestedMpms.All), MemberType = typeof(TestedMpms))]
    public Task A_content_length_with_a_sign_is_400(string mpm) =>
        Refused(mpm, WireClient.Request(method: "POST", headers: "Content-Length: +3\r\n") + "abc", 400);

    /// <summary>
    /// The answer may be on its way before the body is read. Either way the connection ends there, and nothing of the body becomes a request.
    /// </summary>
    [Theory, MemberData(nameof(TestedMpms.All), MemberType = typeof(TestedMpms))]
    public Task A_bad_chunk_is_the_end_of_the_connection(string mpm) => servers.With(mpm, async server =>
    {
        string tag = Guid.NewGuid().ToString("N");
        using var client = await WireClient.Connect(server.Port);
        await client.Send(WireClient.Request(method: "POST", headers: "Transfer-Encoding: chunked\r\n") + "zz\r\n" + WireClient.Request("/?" + tag));
        var response = await client.Receive();
        Assert.Contains(response.Status, (int[])[200, 400, 413]);
        Assert.True(await client.IsClosedByServer());
        Assert.DoesNotContain(server.AccessLog, line => line.Contains(tag, StringComparison.Ordinal));
    });

    /// <summary>
    /// The classic of request smuggling: what follows the chunked body must not be taken for a request of its own on the same connection.
    /// Transfer-Encoding wins and the connection is closed (httpd), or the request is refused.
    /// </summary>
    [Theory, MemberData(nameof(TestedMpms.All), MemberType = typeof(TestedMpms))]
    public Task Transfer_encoding_with_content_length_ends_the_connection(string mpm) => servers.With(mpm, async server =>
    {
        string tag = Guid.NewGuid().ToString("N");
        using var client = await WireClient.Connect(server.Port);
        await client.Send(WireClient.Request(method: "POST", headers: "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n")
            + "0\r\n\r\n" + WireClient.Request($"/?smuggled={tag}"));
        string all = Encoding.Latin1.GetString(await client.ReceiveToEnd());
        Assert.Single(all.Split("HTTP/1.1 ", StringSplitOptions.RemoveEmptyEntries));
        Assert.True(all.StartsWith("HTTP/1.1 200 ", StringComparison.Ordinal) || all.StartsWith("HTTP/1.1 400 ", StringComparison.Ordinal), all);
        Assert.DoesNotContain(server.AccessLog, line => line.Contains(tag, StringComparison.Ordinal));
    });

    [Theory, MemberData(nameof(TestedMpms.All), MemberType = typeof(TestedMpms))]
    public Task A_transfer_encoding_that_is_unknown_is_refused(string mpm) =>
        Refused(mpm, WireClient.Request(method: "POST", headers: "Transfer-Encoding: identity\r\n") + "abc", 400, 501);

    /// <summary>The client waits for the answer, and so nothing more comes; there is one line in the access log.</summary>
    private Task RefusedAtOnce(string mpm, string request, string logged) => servers.With(mpm, async server =>
    {
        int Lines() => server.AccessLog.Count(line => line.Contains(logged, StringComparison.Ordinal));
        int before = Lines();
        using var client = await WireClient.Connect(server.Port);
        await client.Send(request);
        var response = await client.Receive();
        Assert.Equal(400, response.Status);
        Assert.True(await client.IsClosedByServer());
        await WaitFor.Condition(() => Lines() > before, $"a line with {logged} in the access log");
        Assert.Equal(before + 1, Lines());
    });

    /// <summary>The answer has one of the statuses, announces the end of the connection, and the connection ends.</summary>
    private Task Refused(string mpm, string request, params int[] statuses) => servers.With(mpm, async server =>
    {
        using var client = await WireClient.Connect(server.Port);
        await client.Send(request);
        var response = await client.Receive();
        Assert.Contains(response.Status, statuses);
        Assert.True(response.ClosesConnection, response.StatusLine);
        Assert.True(await client.IsClosedByServer());
        // And it is in the access log, like every answer.
        await WaitFor.Condition(() => server.AccessLog.Any(line => line.Contains($"\" {response.Status} ", StringComparison.Ordinal)), $"a line with {response.Status} in the access log");
    });
}
