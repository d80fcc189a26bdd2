namespace Manifold.Differential.Protocol;

/// <summary>
/// Requests as raw bytes (chars are bytes) that have a reason to be read in two ways. Each is followed by another request, so that the number of
/// answers shows where a server has seen the end.
/// </summary>
internal static class Battery
{
    public const string Next = "GET /next HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
    private const string Get = "GET /a.txt HTTP/1.1\r\nHost: h\r\n", Post = "POST /a.txt HTTP/1.1\r\nHost: h\r\n", Chunked = Post + "Transfer-Encoding: chunked\r\n\r\n";

    /// <summary>Request lines, without line end.</summary>
    public static readonly string[] Lines =
    [
        "GET / HTTP/1.1", "GET /a.txt HTTP/1.2", "GET /a.txt HTTP/1.9", "GET / HTTP/1.10", "GET / HTTP/01.1", "GET / HTTP/1.01", "GET /a.txt HTTP/2.0", "GET / HTTP/0.9", "GET /a.txt HTTP/3.0",
        "GET / http/1.1", "GET / HTTP/1.", "GET / HTTP/1", "GET / HTTP", "GET / FOO/1.1", "GET / HTTP/1.1x", "GET / HTTP/1.1 ", "GET  / HTTP/1.1", "GET /  HTTP/1.1", " GET / HTTP/1.1",
        "GET\t/ HTTP/1.1", "GET /\tHTTP/1.1", "GET / a HTTP/1.1", "GET /a b HTTP/1.1", "GET HTTP/1.1", "GET ", "GET", "get / HTTP/1.1", "Get / HTTP/1.1", "FOO / HTTP/1.1", "F(O / HTTP/1.1",
        "G\x01T / HTTP/1.1", "GET /\x01 HTTP/1.1", "GET /\x7f HTTP/1.1", "GET /\xe9 HTTP/1.1", "GET /a.txt#f HTTP/1.1", "GET /#f HTTP/1.1", "GET /?a#b HTTP/1.1", "GET HTTP://other/ HTTP/1.1",
        "GET http://other/ HTTP/1.1", "GET http://u:p@other/ HTTP/1.1", "GET http://u@other/ HTTP/1.1", "GET http://other:80/ HTTP/1.1", "GET http://other:/ HTTP/1.1", "GET http://other:99999/ HTTP/1.1",
        "GET http://other:abc/ HTTP/1.1", "GET http:/x HTTP/1.1", "GET ftp://other/ HTTP/1.1", "GET https://other/ HTTP/1.1", "GET http://other HTTP/1.1", "GET http://other?x HTTP/1.1",
        "GET http://[::1]/ HTTP/1.1", "GET http://[::1/ HTTP/1.1", "GET //other/ HTTP/1.1", "GET other HTTP/1.1", "GET a.txt HTTP/1.1", "GET * HTTP/1.1", "OPTIONS * HTTP/1.1", "POST * HTTP/1.1",
        "TRACE * HTTP/1.1", "FOO * HTTP/1.1", "OPTIONS *x HTTP/1.1", "CONNECT h:80 HTTP/1.1", "CONNECT / HTTP/1.1", "CONNECT h HTTP/1.1", "CONNECT http://h/ HTTP/1.1", "CONNECT * HTTP/1.1",
        "GET h:80 HTTP/1.1", "GET ?x HTTP/1.1", "GET \"/\" HTTP/1.1", "GET /\"<>\\^`{|} HTTP/1.1", "GET /%zz HTTP/1.1", "GET /%00 HTTP/1.1", "GET /a.txt%00 HTTP/1.1", "GET /% HTTP/1.1", "GET /%2 HTTP/1.1",
        "GET /%e9 HTTP/1.1", "PRI * HTTP/2.0", "GET  /%00 HTTP/1.1", "GET /%00 HTTP/x", "G@T /a%00 HTTP/1.1", "GET / HTTP/1.1\0", "GET /\0 HTTP/1.1", "\x16\x03\x01", "GET /.. HTTP/1.1", "GET /../ HTTP/1.1", "GET \\ HTTP/1.1", "GET http://a_b/ HTTP/1.1",
        "GET http://a%20b/ HTTP/1.1", "GET http://a,b/ HTTP/1.1", "GET http://1.2.3/ HTTP/1.1", "GET http://other:0/ HTTP/1.1", "GET http://other/\v HTTP/1.1", "GET /\f HTTP/1.1", "GET /a\rb HTTP/1.1",
        "GET / HTTP/1.1\r", "GET / HTTP /1.1", "GET / HTTP/ 1.1", "GET / HTTP/1.1 x", "GET /?%00 HTTP/1.1", "GET /?\xff HTTP/1.1", "PUT /a.txt HTTP/1.1", "DELETE /a.txt HTTP/1.1", "DELETE /missing HTTP/1.1",
        "PROPFIND / HTTP/1.1", "OPTIONS / HTTP/1.1", "OPTIONS /a.txt HTTP/1.1", "OPTIONS /missing HTTP/1.1", "BREW /pot HTTP/1.1", "P\xd6ST / HTTP/1.1", "GET /%2f HTTP/1.1", "GET /x%2Fy HTTP/1.1",
        "GET /a.txt HTTP/1.0", "GET /missing HTTP/1.0",
    ];

    /// <summary>Values of Host.</summary>
    public static readonly string[] Hosts =
    [
        "", "h", "H", "a_b", "a b", "a/b", "a,b", "a@b", "u:p@h", "h:80", "h:", "h:0", "h:99999", "h:70000", "h:abc", "h:80:80", "h:+80", "h:-1", "1.2.3.4", "1.2.3", "1.2.3.4.5", "1.2.3.4:8", "0x7f.1", "127.1",
        "2130706433", "[::1]", "[::1]:80", "[::1", "::1", "[::1%25lo]", "[fe80::1%lo]", "[x]", "[]", "a..b", ".a", "a.", "a..", ".", "-a", "a%41", "%41", "a\"b", "a\\b", "\xe9", "a;b", "a?b", "a#b", "a\tb", "*", "_",
        "a*b", "h,g", "[::1]x", "1.2.3.4.", "256.1.1.1", "1.2.3.x", "1.2.3.4a", "01.2.3.4", "1.02.3.4", "1.2.3.", "h:080", "h: 80", "h\x01",
    ];

    /// <summary>Fields behind Host, each with its line end.</summary>
    public static readonly string[] Fields =
    [
        "A\r\n", ": x\r\n", "A B: x\r\n", "A : x\r\n", "A\x01: x\r\n", "A: x\x01y\r\n", "A: x\x7fy\r\n", "A: x\xe9y\r\n", "A: x\ty\r\n", "A: x\0y\r\n", "A: x\ry\r\n", "A: x\vy\r\n", "A:\vx\r\n", "A: x\n", "A: x\r\n more\r\n",
        "A: x\r\n\tmore\r\n", "A: x\r\n \r\nB: y\r\n", " A: x\r\n", "A: x\r\r\n", "A\xe9: x\r\n", "A(: x\r\n", "A:\r\n", "A: \r\n", "A:x\r\n", "A: x\r\n :y\r\n", "Host: h\r\n", "Host: g\r\n", "Host : h\r\n", "\tHost: g\r\n",
        "Connection: keep-alive\r\n", "Connection: Keep-Alive, close\r\n", "Connection: upgrade\r\nUpgrade: h2c\r\n", "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: x\r\n",
        "Expect: 100-continue\r\n", "Expect: 200-ok\r\n", "Expect: \r\n", "Expect: 100-continue, x\r\n", "Keep-Alive: 300\r\n", "Proxy-Connection: close\r\n", "Cookie: a=\xff\r\n", "Cookie: a=1\r\nCookie: b=2\r\n",
        "If-Modified-Since: Mon, 01 Jan 1900 00:00:00 GMT\r\n", "If-Modified-Since: Mon, 01 Jan 2300 00:00:00 GMT\r\n", "If-Modified-Since: x\r\n", "If-Unmodified-Since: Mon, 01 Jan 1900 00:00:00 GMT\r\n",
        "Accept: */*\r\nAccept: text/html\r\n", "Content-Length: 0\r\n", "Content-Length: 00\r\n", "TE: trailers\r\n",
    ];

    /// <summary>What says how long a body is, and the body.</summary>
    public static readonly (string Fields, string Body)[] Frames =
    [
        ("Content-Length: 3\r\n", "abc"), ("Content-Length: +3\r\n", "abc"), ("Content-Length: -3\r\n", "abc"), ("Content-Length: 3 \r\n", "abc"), ("Content-Length: 03\r\n", "abc"), ("Content-Length: 0x3\r\n", "abc"),
        ("Content-Length: 3,3\r\n", "abc"), ("Content-Length: 3\r\nContent-Length: 3\r\n", "abc"), ("Content-Length: 3\r\nContent-Length: 4\r\n", "abc"), ("Content-Length:\r\n", "abc"), ("Content-Length: 3 3\r\n", "abc"),
        ("Content-Length: 99999999999999999999\r\n", "abc"), ("Content-Length: 9223372036854775807\r\n", "abc"), ("Content-Length: 9223372036854775808\r\n", "abc"), ("Content-Length: 3a\r\n", "abc"), ("Content-Length: \xb3\r\n", "abc"),
        ("Content-Length: 3\r\n 4\r\n", "abc"), ("content-length: 3\r\nCONTENT-LENGTH: 0\r\n", "abc"), ("Content_Length: 3\r\n", ""), ("Content-Length : 3\r\n", "abc"),
        ("Transfer-Encoding: chunked\r\n", "3\r\nabc\r\n0\r\n\r\n"), ("Transfer-Encoding: chunked\r\nContent-Length: 3\r\n", "3\r\nabc\r\n0\r\n\r\n"), ("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", "3\r\nabc\r\n0\r\n\r\n"),
        ("Content-Length: 0\r\nTransfer-Encoding: chunked\r\n", "3\r\nabc\r\n0\r\n\r\n"), ("Content-Length: x\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"), ("Transfer-Encoding: Chunked\r\n", "0\r\n\r\n"),
        ("Transfer-Encoding: gzip\r\n", "0\r\n\r\n"), ("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n"), ("Transfer-Encoding: chunked, gzip\r\n", "0\r\n\r\n"), ("Transfer-Encoding: chunked, chunked\r\n", "0\r\n\r\n"),
        ("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"), ("Transfer-Encoding: identity\r\n", ""), ("Transfer-Encoding: identity\r\nContent-Length: 3\r\n", "abc"), ("Transfer-Encoding:\r\n", ""),
        ("Transfer-Encoding: xchunked\r\n", "0\r\n\r\n"), ("Transfer-Encoding: \"chunked\"\r\n", "0\r\n\r\n"), ("Transfer-Encoding: chunked;q=1\r\n", "0\r\n\r\n"), ("Transfer-Encoding: chunked \r\n", "0\r\n\r\n"),
        ("Transfer-Encoding: ,chunked\r\n", "0\r\n\r\n"), ("Transfer-Encoding: chunked,\r\n", "0\r\n\r\n"), ("Transfer-Encoding : chunked\r\n", "0\r\n\r\n"), ("Transfer-Encoding: chunked\r\n , x\r\n", "0\r\n\r\n"),
        ("Transfer-Encoding: x\r\n ,chunked\r\n", "0\r\n\r\n"), ("Transfer-Encoding: gzip\r\nContent-Length: 3\r\n", "abc"), ("Transfer-Encoding:\tchunked\r\n", "0\r\n\r\n"), ("Transfer-Encoding:\vchunked\r\n", "0\r\n\r\n"),
        ("Transfer_Encoding: chunked\r\n", ""), ("Connection: upgrade\r\nUpgrade: x\r\nContent-Length: 3\r\n", "abc"), ("Expect: 100-continue\r\nContent-Length: 3\r\n", "abc"), ("Expect: x\r\nContent-Length: 3\r\n", "abc"),
        ("Expect: 100-continue\r\nTransfer-Encoding: chunked\r\n", "3\r\nabc\r\n0\r\n\r\n"),
    ];

    /// <summary>Bodies in chunks.</summary>
    public static readonly string[] Chunks =
    [
        "G\r\nabc\r\n0\r\n\r\n", "-1\r\nabc\r\n0\r\n\r\n", "+3\r\nabc\r\n0\r\n\r\n", "3;x\r\nabc\r\n0\r\n\r\n", "3;x=y\r\nabc\r\n0\r\n\r\n", "3 \r\nabc\r\n0\r\n\r\n", "3\t\r\nabc\r\n0\r\n\r\n", " 3\r\nabc\r\n0\r\n\r\n", "3 ;x\r\nabc\r\n0\r\n\r\n",
        "3; x=\"a\"\r\nabc\r\n0\r\n\r\n", "3;\x01\r\nabc\r\n0\r\n\r\n", "3;\x7f\r\nabc\r\n0\r\n\r\n", "3;\xe9\r\nabc\r\n0\r\n\r\n", "3;\t\r\nabc\r\n0\r\n\r\n", "3\nabc\r\n0\r\n\r\n", "3\r\nabc\n0\r\n\r\n", "3\r\nabc\r\n0\n\n",
        "3\r\nabc0\r\n\r\n", "3\r\nabcd\r\n0\r\n\r\n", "0x3\r\nabc\r\n0\r\n\r\n", "3x\r\nabc\r\n0\r\n\r\n", "\r\nabc\r\n0\r\n\r\n", "000000000000000000000000000000000003\r\nabc\r\n0\r\n\r\n", "0000000000000003\r\nabc\r\n0\r\n\r\n",
        "8000000000000000\r\nabc", "ffffffffffffffff\r\nabc", "10000000000000000\r\nabc", "3;a\rb\r\nabc\r\n0\r\n\r\n", "3;a\nb\r\nabc\r\n0\r\n\r\n", "3\r\nabc\r\n0;x\r\n\r\n", "3\r\nabc\r\n0\r\nT: x\r\n\r\n", "3\r\nabc\r\n0\r\nT : x\r\n\r\n",
        "3\r\nabc\r\n0\r\nT\r\n\r\n", "3\r\nabc\r\n0\r\nT: \x01\r\n\r\n", "3\r\nabc\r\n0\r\nContent-Length: 5\r\n\r\n", "3\r\nabc\r\n0\r\nT: x\n\r\n", "3\r\nabc\r\n0\r\nT: x\r\n y\r\n\r\n", "3\r\nabc\r\n0\r\n y\r\n\r\n",
        "3\r\nabc\r\n0\r\n" + Repeat("T: x\r\n", 100) + "\r\n", "3\r\nabc\r\n0\r\n" + Repeat("T: x\r\n", 101) + "\r\n", "3\r\nabc\r\n0\r\nT: " + new string('x', 8000) + "\r\n\r\n", "3\r\nabc\r\n0\r\nT: " + new string('x', 9000) + "\r\n\r\n",
        "3;" + new string('x', 8180) + "\r\nabc\r\n0\r\n\r\n", "3;" + new string('x', 8195) + "\r\nabc\r\n0\r\n\r\n", "3;" + new string('x', 20000) + "\r\nabc\r\n0\r\n\r\n", "00\r\n\r\n", "3\r\nabc\r\n00\r\n\r\n", "0\r\n\r\n", "a\r\n0123456789\r\n0\r\n\r\n",
        "A\r\n0123456789\r\n0\r\n\r\n", "3\r\nabc\r\n3 \r\ndef\r\n0 \r\n\r\n", "3;;;\r\nabc\r\n0\r\n\r\n", "3 x\r\nabc\r\n0\r\n\r\n", "3\v\r\nabc\r\n0\r\n\r\n", "3,3\r\nabc\r\n0\r\n\r\n",
    ];

    /// <summary>All of them, as whole requests.</summary>
    public static IEnumerable<string> All()
    {
        foreach (string line in Lines) yield return line + "\r\nHost: h\r\n\r\n" + Next;
        foreach (string host in Hosts)
        {
            yield return $"GET /a.txt HTTP/1.1\r\nHost: {host}\r\n\r\n" + Next;
            yield return $"GET /a.txt HTTP/1.0\r\nHost: {host}\r\nConnection: keep-alive\r\n\r\n" + Next;
        }
        foreach (string fields in Fields)
        {
            yield return Get + fields + "\r\n" + Next;
            yield return "GET /missing HTTP/1.0\r\n" + fields + "\r\n" + Next;
        }
        foreach (var (fields, body) in Frames)
        {
            foreach (string head in (string[])[Post, "GET /a.txt HTTP/1.1\r\nHost: h\r\n", "POST /missing HTTP/1.1\r\nHost: h\r\n", "DELETE /a.txt HTTP/1.1\r\nHost: h\r\n", "POST /a.txt HTTP/1.0\r\nConnection: keep-alive\r\n", "GET /a.txt HTTP/1.0\r\n"])
                yield return head + fields + "\r\n" + body + Next;
        }
        foreach (string chunks in Chunks) yield return Chunked + chunks + Next;
        foreach (string text in Edges()) yield return text;
    }

    private static IEnumerable<string> Edges()
    {
        for (int length = 8188; length <= 8194; length++)
        {
            yield return "GET /?" + new string('x', length - 15) + " HTTP/1.1\r\nHost: h\r\n\r\n" + Next;
            yield return Get + "A: " + new string('x', length - 3) + "\r\n\r\n" + Next;
            yield return "GET /a.txt?" + new string('x', length - 11) + "\r\n" + Next;
        }
        foreach (int count in (int[])[98, 99, 100])
        {
            yield return Get + Repeat("A: x\r\n", count) + "\r\n" + Next;
            yield return Get + string.Concat(Enumerable.Range(0, count).Select(i => $"A{i}: x\r\n")) + "\r\n" + Next;
        }
        foreach (int lines in (int[])[1, 2, 9, 10, 11, 12, 1000])
        {
            yield return Repeat("\r\n", lines) + Next;
            yield return Get + "\r\n" + Repeat("\r\n", lines) + Next;
        }
        yield return "\n" + Next;
        yield return "\r" + Next;
        yield return "\0" + Next;
        yield return " \r\n" + Next;
        yield return Get + "A: " + new string('x', 5000) + "\r\nA: " + new string('x', 5000) + "\r\n\r\n" + Next;
        yield return Get + "A: " + new string('x', 5000) + "\r\n " + new string('x', 5000) + "\r\n\r\n" + Next;
        yield return "GET\r\n" + Next;
        yield return "GET a\r\n" + Next;
        yield return "POST /a.txt\r\n" + Next;
        yield return "HEAD /a.txt\r\n" + Next;
        yield return "get /a.txt\r\n" + Next;
        yield return "GET /a.txt HTTP/1.0\n\n" + Next;
        yield return "GET /a.txt HTTP/1.1\nHost: h\n\n" + Next;
        yield return "GET http://other/ HTTP/1.1\r\n\r\n" + Next;
        yield return "GET http://other/ HTTP/1.1\r\nHost: bad host\r\n\r\n" + Next;
        yield return "GET / HTTP/1.1\r\n\r\n" + Next;
        yield return "GET / HTTP/1.0\r\n\r\n" + Next;
        yield return "POST /a.txt HTTP/1.0\r\nConnection: keep-alive\r\n\r\n" + Next;
    }

    private static string Repeat(string text, int times) => string.Concat(Enumerable.Repeat(text, times));
}
