using Xunit;

namespace Manifold.Differential.Protocol;

/// <summary>TRACE, OPTIONS and Expect: what they are answered, and with which Allow.</summary>
public sealed class MethodTests
{
    private const string Folded = "GET /a.txt HTTP/1.1\r\nHost: localhost\r\nX: one\r\n two\r\n\tthree\r\nConnection: close\r\n\r\n";

    [ApacheTheory]
    [InlineData("", "")]
    [InlineData("TraceEnable on\n", "")]
    [InlineData("TraceEnable off\n", "")]
    [InlineData("TraceEnable extended\n", "")]
    [InlineData("TraceEnable off\n", "TraceEnable on")]
    [InlineData("TraceEnable off\n", "TraceEnable extended")]
    [InlineData("TraceEnable on\n", "TraceEnable off")]
    [InlineData("TraceEnable extended\n", "TraceEnable off")]
    [InlineData("", "TraceEnable extended")]
    [InlineData("", "TraceEnable off")]
    public Task Trace(string server, string host) => Pair.With($$"""
        {{server}}
        <VirtualHost *:{port}>
            ServerName localhost
            {{host}}
        </VirtualHost>
        <VirtualHost *:{port}>
            ServerName other.example
        </VirtualHost>
        <Directory {D}/denied>
            Require all denied
        </Directory>
        """, async pair =>
    {
        pair.Write("a.txt", "a");
        pair.Write("denied/a.txt", "a");
        foreach (string name in (string[])["localhost", "other.example"])
        {
            foreach (string target in (string[])["/a.txt", "/", "/missing", "/denied/a.txt", "*", "http://localhost/a.txt", "/a.txt?query", "/%61.txt"])
            {
                await pair.Same(target, method: "TRACE", host: name);
                await pair.Same(target, "X-One: 1\r\nX-Two:  two \r\nx-one: 3\r\nCookie: a=b\r\nAuthorization: Basic eDp5\r\n", "TRACE", name);
                await pair.Same(target, "Content-Length: 3\r\n", "TRACE", name, "abc");
                await pair.Same(target, "Content-Length: 0\r\n", "TRACE", name);
                await pair.Same(target, "Transfer-Encoding: chunked\r\n", "TRACE", name, "3\r\nabc\r\n0\r\n\r\n");
                await pair.Same(target, "Content-Length: 70000\r\n", "TRACE", name, new string('x', 70000));
                await pair.Same(target, method: "OPTIONS", host: name);
            }
            await pair.SameBytes(Folded.Replace("GET", "TRACE", StringComparison.Ordinal).Replace("localhost", name, StringComparison.Ordinal));
            await pair.SameBytes($"TRACE /a.txt HTTP/1.0\r\nHost: {name}\r\n\r\n");
        }
        pair.SameErrorNumbers();
    });

    [ApacheFact]
    public Task Options_and_Allow() => Pair.With("""
        RegisterHttpMethod BREW
        ErrorDocument 405 "405"
        <Location /status>
            SetHandler server-status
        </Location>
        <Directory {D}/denied>
            Require all denied
        </Directory>
        <Location /limited>
            <LimitExcept GET OPTIONS>
                Require all denied
            </LimitExcept>
        </Location>
        Redirect /moved /elsewhere
        """, async pair =>
    {
        foreach (string name in (string[])["a.txt", "denied/a.txt", "limited/a.txt", "empty/a.txt"]) pair.Write(name, "a");
        foreach (string target in (string[])["*", "/", "/a.txt", "/missing", "/denied/a.txt", "/limited/a.txt", "/empty/", "/status", "/moved", "/a.txt/more"])
        {
            foreach (string method in (string[])["OPTIONS", "PUT", "DELETE", "BREW", "PATCH", "MKCOL", "LOCK", "FOO", "HEAD", "POST"])
            {
                if (target == "/status" && method is not "OPTIONS") continue;
                if (target == "*" && method == "HEAD") continue;
                await pair.Same(target, method: method);
                await pair.Same(target, "Content-Length: 3\r\n", method, body: "abc");
            }
        }
        await pair.SameBytes("OPTIONS * HTTP/1.0\r\n\r\n");
        await pair.SameBytes("OPTIONS http://localhost/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    });

    [ApacheFact]
    public Task Expect() => Pair.With("""
        LimitRequestBody 100
        <Directory {D}/denied>
            Require all denied
        </Directory>
        Redirect /moved /elsewhere
        Redirect gone /gone
        """, async pair =>
    {
        foreach (string name in (string[])["a.txt", "denied/a.txt"]) pair.Write(name, "a");
        foreach (string target in (string[])["/a.txt", "/missing", "/denied/a.txt", "/moved", "/gone", "/../x", "/%2f"])
        {
            foreach (string method in (string[])["GET", "POST", "PUT", "FOO"])
            {
                foreach (string expect in (string[])["100-continue", "100-Continue", "100-continue ", "x", "100-continue, x", ""])
                {
                    foreach (var (frame, body) in ((string, string)[])[("Content-Length: 3\r\n", "abc"), ("Content-Length: 200\r\n", new string('x', 200)), ("", ""), ("Transfer-Encoding: chunked\r\n", "3\r\nabc\r\n0\r\n\r\n"), ("Content-Length: x\r\n", "")])
                    {
                        string head = $"{method} {target} HTTP/1.1\r\nHost: localhost\r\nExpect: {expect}\r\n{frame}";
                        await pair.SameBytes($"{head}Connection: close\r\n\r\n{body}");
                        await pair.SameBytes($"{head}\r\n{body}{Battery.Next}");
                    }
                }
            }
        }
    });

    [ApacheFact]
    public Task Folded_fields() => Pair.With("Header echo X\nLimitRequestFieldSize 100\nRequestReadTimeout header=1\n", async pair =>
    {
        pair.Write("a.txt", "a");
        await pair.SameBytes(Folded);
        foreach (string fold in (string[])["\r\n ", "\r\n\t", "\r\n   \t ", "\r\n \r\n ", "\n ", "\r\n\r ", "\r\n \x01", "\r\n :", "\r\n X: y"])
        {
            await pair.SameBytes($"GET /a.txt HTTP/1.1\r\nHost: localhost\r\nX: one{fold}two\r\nConnection: close\r\n\r\n");
            await pair.SameBytes($"GET /a.txt HTTP/1.1\r\nHost: local{fold}host\r\nConnection: close\r\n\r\n");
            await pair.SameBytes($"GET /a.txt HTTP/1.1\r\nHost:{fold}localhost\r\nX:{fold}two\r\nConnection: close\r\n\r\n");
            await pair.SameBytes($"GET /a.txt HTTP/1.1{fold}Host: localhost\r\nConnection: close\r\n\r\n");
            await pair.SameBytes($"GET /a.txt HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nX: one{fold}\r\n\r\n");
            await pair.SameBytes($"POST /a.txt HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length:{fold}3\r\n\r\nabc");
            await pair.SameBytes($"GET /a.txt HTTP/1.1\r\nHost: localhost\r\nX: {new string('x', 60)}{fold}{new string('x', 60)}\r\nConnection: close\r\n\r\n");
        }
    });
}
