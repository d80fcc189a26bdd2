using System.Globalization;
using System.Text;
using Xunit;

namespace Manifold.Differential.Protocol;

/// <summary>
/// Valid requests, several on one connection, spoilt at random and sent in random pieces: both servers give as many answers, with the same statuses. The
/// sequence is the same each time; FUZZ="seed count" asks another and a longer one.
/// </summary>
public sealed class FuzzTests
{
    private const int Clients = 8;

    [ApacheTheory]
    [InlineData("event", 1, 1500)]
    [InlineData("percore", 3, 700)]
    public Task Spoilt_requests(string mpm, int seed, int count) => Pair.With("LimitRequestBody 100000\nKeepAliveTimeout 5\nTimeout 10\n", mpm, async pair =>
    {
        if (Environment.GetEnvironmentVariable("FUZZ")?.Split(' ') is [var otherSeed, var otherCount])
            (seed, count) = (int.Parse(otherSeed, CultureInfo.InvariantCulture), int.Parse(otherCount, CultureInfo.InvariantCulture));
        pair.Write("a.txt", "0123456789");
        var random = new Random(seed);
        var questions = Enumerable.Range(0, count).Select(_ => Spoilt.Next(random)).ToList();
        var answers = new (string Httpd, string Ours)[count];
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = Clients }, async (i, _) =>
        {
            var given = await Task.WhenAll(Statuses(pair.Httpd, questions[i]), Statuses(pair.Ours, questions[i]));
            answers[i] = (given[0], given[1]);
        });
        for (int i = 0; i < count; i++) pair.Compare(Pair.Shown(questions[i].Bytes), "statuses", answers[i].Httpd, answers[i].Ours);
        Assert.DoesNotContain("   at ", pair.Ours.ErrorLog, StringComparison.Ordinal);
        await pair.SameBytes("GET /a.txt HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    });

    private static async Task<string> Statuses(Reference server, Spoilt question) =>
        string.Join(' ', Answer.Parse(await server.Ask(question.Pieces()), head: false).Select(answer => answer.Status).Where(status => status != 100));
}

/// <summary>Some requests as bytes (chars are bytes), and where they are cut into packets.</summary>
internal sealed record Spoilt(string Bytes, IReadOnlyList<int> Cuts)
{
    private const string Host = "Host: localhost\r\n";
    private const string Last = "GET /a.txt HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

    private static readonly string[] s_valid =
    [
        "GET /a.txt HTTP/1.1\r\n" + Host + "\r\n",
        "GET /a.txt HTTP/1.1\r\n" + Host + "User-Agent: x/1.0 (y)\r\nAccept: */*\r\nCookie: a=b; c=\"d\"\r\n\r\n",
        "GET /missing?a=b&c=%20 HTTP/1.1\r\n" + Host + "\r\n",
        "GET http://localhost/a.txt HTTP/1.1\r\n" + Host + "\r\n",
        "GET /a.txt HTTP/1.1\r\n" + Host + "Range: bytes=2-4\r\n\r\n",
        "GET /a.txt HTTP/1.1\r\n" + Host + "X-Folded: a\r\n b\r\n\tc\r\n\r\n",
        "GET /a.txt HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
        "POST /a.txt HTTP/1.1\r\n" + Host + "Content-Length: 5\r\n\r\n01234",
        "POST /missing HTTP/1.1\r\n" + Host + "Content-Type: text/plain\r\nContent-Length: 31\r\n\r\nGET /forged HTTP/1.1\r\nHost: x\r\n",
        "POST /a.txt HTTP/1.1\r\n" + Host + "Transfer-Encoding: chunked\r\n\r\n5\r\n01234\r\na\r\n0123456789\r\n0\r\n\r\n",
        "POST /a.txt HTTP/1.1\r\n" + Host + "Transfer-Encoding: chunked\r\n\r\n5;name=value\r\n01234\r\n0\r\nX-Trailer: 1\r\n\r\n",
        "GET /a.txt HTTP/1.1\r\n" + Host + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST /a.txt HTTP/1.1\r\n" + Host + "Expect: 100-continue\r\nContent-Length: 3\r\n\r\nabc",
        "OPTIONS * HTTP/1.1\r\n" + Host + "\r\n",
    ];

    private static readonly string[] s_nasty =
        ["\0", "\r", "\n", "\r\n", " ", "\t", ":", ";", ",", "\x7f", "\x80", "\xff", "%", "%00", "%2f", "/", "..", "0", "-", "+", "\"", "\v", "\x01", "#", "?", "\\", "@", "[", "\r\n\r\n", "\n\n"];

    private static readonly string[] s_numbers =
        ["0", "-1", "+5", "00005", "5 ", "5,5", "5, 6", "0x5", "", "2147483648", "4294967301", "9223372036854775807", "9223372036854775808", "18446744073709551621", "99999999999999999999999999", "1e1", "5.0", "FFFFFFFFFFFFFFFF", "\xb2"];

    private static readonly string[] s_lines =
    [
        "Content-Length: 5", "Content-Length: 6", "Content-Length: 0", "content-length:5", "Content-Length : 5", "Content-Length", "Transfer-Encoding: chunked", "Transfer-Encoding: identity",
        "Transfer-Encoding: gzip, chunked", "Transfer-Encoding: chunked, chunked", "Transfer-Encoding: chunked, gzip", "Transfer-Encoding:", "Transfer-Encoding: \vchunked", "transfer-encoding: CHUNKED",
        "Host: other", "Host:", "Host: a b", "Connection: close", "Connection: keep-alive", "Expect: 100-continue", "Expect: 200-ok", "X: " + new string('x', 9000), " folded", "\tfolded", ":", "no colon", "Upgrade: h2c", "Range: bytes=0-0,-1",
        "GET /b HTTP/1.1", "0", "5", "",
    ];

    /// <summary>The packets.</summary>
    public IEnumerable<byte[]> Pieces()
    {
        int from = 0;
        foreach (int cut in Cuts.Append(Bytes.Length))
        {
            yield return Encoding.Latin1.GetBytes(Bytes[from..cut]);
            from = cut;
        }
    }

    /// <summary>Up to four requests with up to four faults, in up to five packets.</summary>
    public static Spoilt Next(Random random)
    {
        string bytes = string.Concat(Enumerable.Range(0, random.Next(1, 4)).Select(_ => Any(random, s_valid))) + Last;
        for (int faults = random.Next(5); faults > 0; faults--) bytes = Spoil(bytes, random);
        if (bytes.Length == 0) bytes = Last;
        var cuts = Enumerable.Range(0, random.Next(5)).Select(_ => random.Next(bytes.Length)).Order().ToList();
        return new Spoilt(bytes, cuts);
    }

    private static string Spoil(string bytes, Random random)
    {
        if (bytes.Length == 0) return bytes;
        int at = random.Next(bytes.Length);
        int line = bytes.LastIndexOf('\n', at) + 1;
        int end = bytes.IndexOf('\n', at) + 1;
        if (end == 0) end = bytes.Length;
        return random.Next(10) switch
        {
            0 => bytes.Remove(at, 1),
            1 => bytes.Insert(at, Any(random, s_nasty)),
            2 => bytes.Remove(at, 1).Insert(at, Any(random, s_nasty)),
            3 => bytes.Insert(line, bytes[line..end]),
            4 => bytes.Remove(line, end - line),
            5 => bytes[..line] + bytes[line..end].Replace("\r\n", random.Next(2) == 0 ? "\n" : "\r", StringComparison.Ordinal) + bytes[end..],
            6 => OtherNumber(bytes, at, random),
            7 or 8 => bytes.Insert(line, Any(random, s_lines) + "\r\n"),
            _ => random.Next(3) == 0 ? bytes[..at] : bytes.Insert(at, bytes.Substring(random.Next(at + 1), Math.Min(3, bytes.Length - at))),
        };
    }

    private static string OtherNumber(string bytes, int at, Random random)
    {
        at = bytes.AsSpan(at).IndexOfAnyInRange('0', '9') is >= 0 and var next ? at + next : -1;
        if (at < 0) return bytes;
        int length = bytes.AsSpan(at).IndexOfAnyExceptInRange('0', '9');
        return bytes.Remove(at, length < 0 ? bytes.Length - at : length).Insert(at, Any(random, s_numbers));
    }

    private static string Any(Random random, string[] all) => all[random.Next(all.Length)];
}
