using Xunit;

namespace Manifold.Differential;

/// <summary>Bodies that nobody reads: they are thrown away, never taken for another request, and the client gets its answer.</summary>
public sealed class BodyTests
{
    private const string Short = "RequestReadTimeout header=120 body=1\nLimitRequestBody 1000000\n<Location /denied>\nRequire all denied\n</Location>\nRedirect /away http://x.example/\nRedirect gone /gone\n";

    private static readonly string s_large = new('x', 20_000_000);

    [ApacheTheory]
    [InlineData("event")]
    [InlineData("worker")]
    [InlineData("prefork")]
    public Task A_large_body_for_a_file(string mpm) => Pair.With(Mpm(mpm, ""), async pair =>
    {
        pair.Write("a.txt", "0123456789");
        foreach (string connection in (string[])["Connection: close\r\n", ""])
        {
            foreach (string target in (string[])["/a.txt", "/missing", "/"])
            {
                foreach (string method in (string[])["POST", "PUT", "GET"])
                    await pair.SameBytes($"{method} {target} HTTP/1.1\r\nHost: localhost\r\n{connection}Content-Length: {s_large.Length}\r\n\r\n{s_large}{(connection.Length > 0 ? "" : Last)}");
            }
        }
        NoTrace(pair);
    });

    [ApacheFact]
    public Task A_large_body_over_the_limit() => Pair.With(Short, async pair =>
    {
        foreach (string target in (string[])["/", "/missing", "/denied", "/away", "/gone"])
        {
            await pair.SameBytes($"POST {target} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {s_large.Length}\r\n\r\n{s_large}");
            await pair.SameBytes($"GET {target} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n{s_large[..1_000_000]}{Last}");
            await pair.SameBytes($"GET {target} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000001\r\n\r\n{s_large[..1_000_001]}{Last}");
            await pair.SameBytes($"GET {target} HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n{Chunks(1_000_000)}{Last}");
            await pair.SameBytes($"GET {target} HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n{Chunks(1_000_001)}{Last}");
        }
        await pair.SameAccessLog();
        NoTrace(pair);
    });

    [ApacheTheory]
    [InlineData("event")]
    [InlineData("worker")]
    [InlineData("prefork")]
    public Task A_body_that_begins_like_a_request_and_stalls(string mpm) => Pair.With(Mpm(mpm, Short), async pair =>
    {
        foreach (string method in mpm == "event" ? (string[])["POST", "GET"] : ["POST"])
        {
            foreach (string target in mpm == "event" ? (string[])["/", "/missing", "/denied", "/away", "/gone"] : ["/", "/denied"])
            {
                foreach (string framing in (string[])["Content-Length: 1000\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n3e8\r\n"])
                    await pair.SameBytes($"{method} {target} HTTP/1.1\r\nHost: localhost\r\n{framing}GET /forged HTTP/1.1\r\nHost: localhost\r\n\r\n");
            }
        }
        await pair.SameAccessLog();
        NoTrace(pair);
    });

    [ApacheFact]
    public Task Empty_lines_before_a_request() => Pair.With("", async pair =>
    {
        foreach (int count in (int[])[1, 2, 10, 11, 12, 100, 5000, 2_500_000]) await pair.SameBytes(Lines(count) + Last);
        // httpd closes here without a word where there are more.
        foreach (int count in (int[])[1, 2, 10]) await pair.SameBytes($"GET /{count} HTTP/1.1\r\nHost: localhost\r\n\r\n{Lines(count)}{Last}");
        NoTrace(pair);
    });

    private const string Last = "GET /last HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

    private static string Mpm(string mpm, string more) => mpm == "event" ? more : $"# without mpm_event\nLoadModule mpm_{mpm}_module modules/mod_mpm_{mpm}.so\n{more}";

    private static string Lines(int count) => string.Concat(Enumerable.Repeat("\r\n", count));

    private static string Chunks(int size) => $"{size:x}\r\n{new string('x', size)}\r\n0\r\n\r\n";

    private static void NoTrace(Pair pair) => Assert.DoesNotContain("   at ", pair.Ours.ErrorLog, StringComparison.Ordinal);
}
