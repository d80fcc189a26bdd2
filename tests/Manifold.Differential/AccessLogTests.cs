using System.Text.RegularExpressions;

namespace Manifold.Differential;

/// <summary>Access logs, byte by byte: every item of a format with every modifier, and who is logged where.</summary>
public sealed partial class AccessLogTests
{
    private const string Formats = """
        LogFormat "addr %a %{c}a %>a %<a %A %h %{c}h %>h %<h %l %u %>u %<u %v %V %{local}p %{canonical}p %p %k %X %>X"
        TransferLog logs/items.log
        CustomLog logs/items.log "line \"%r\" \"%<r\" \"%>r\" %m %<m %>m %U %<U %>U %q %<q %>q %H %<H %>H"
        CustomLog logs/items.log "status %s %<s %>s %200s %!200s %404,400{User-Agent}i %!404,400{User-Agent}i %!{User-Agent}i %<{User-Agent}i %>{User-Agent}i"
        CustomLog logs/items.log "file %f %<f %>f"
        CustomLog logs/items.log "handler %R %<R %>R"
        CustomLog logs/items.log "in %{Host}i %{host}i %{None}i %{X-Two}i %{X-Odd}i %{Cookie}i %{}i %i"
        CustomLog logs/items.log "out %{Content-Type}o %{content-type}o %{X-None}o %{X-Two}o %{X-Always}o %{Location}o %{}o %o"
        CustomLog logs/items.log "out2 %{ETag}o %{Last-Modified}o %{Accept-Ranges}o"
        CustomLog logs/items.log "cookie %{a}C %{b}C %{A}C %{none}C %{}C %C"
        CustomLog logs/items.log "env %{VAR}e %{var}e %{NONE}e %{ODD}e %{}e %e %>{VAR}e %<{VAR}e"
        CustomLog logs/items.log "note %{none}n %{}n %n %{ratio}n"
        CustomLog logs/items.log "trailers %{X}^ti %{X}^to %^ti %^to"
        CustomLog logs/items.log "time0 %T %{s}T %{}T"
        CustomLog logs/items.log "log %L %{c}L %{foo}L"
        CustomLog logs/items.log "escapes \t|\\t|\\n|\"|\\\"|\\x|\\\\|%%|\\%%|%%h|a\\"
        CustomLog logs/items.log "pct %,h %!h %200,h %,,200h %{a}200h %<>s %><s %!!200s %{User-Agent}!200i %{x}{User-Agent}i"
        """;

    [ApacheFact]
    public Task Every_item() => Pair.With(Formats + """

        CustomLog logs/bytes.log "%>s %b %B %I"
        CustomLog logs/numbers.log "%D %{ms}T %{us}T %P %{pid}P %{tid}P h%{hextid}P %{foo}P %{remote}p %O %S %{sec}t %{msec}t %{usec}t %{begin:sec}t %{end:sec}t %{end:usec}t %{end:msec_frac}t"
        CustomLog logs/numbers.log "%{msec_frac}t %{usec_frac}t %{begin:msec_frac}t %{begin:usec_frac}t %{end:usec_frac}t"
        CustomLog logs/numbers.log "%t %{}t %{begin:}t %{end:}t %{%d/%b/%Y:%H:%M:%S %z}t %{begin:%Y}t %{end:%F %T}t %{%}t %{x}t %{SEC}t %{begin:x}t %{x%%y %a %A %b %B %c %C %d %D %e %g %G %h %I %j %k %l %m %M %n %p %r %R %s %S %t %u %U %V %w %W %x %X %y %Y %z %Z %G %P}t"
        SetEnv VAR value
        SetEnvIf X-Odd (.+) ODD=$1
        Header set X-Two one
        Header add X-Two two
        Header always set X-Always "a\"b"
        Redirect /old /new
        RedirectMatch 410 ^/gone$
        ErrorDocument 404 /error.html
        ErrorDocument 403 "refused"
        FallbackResource disabled
        <Location /refused>
            Require all denied
        </Location>
        <Location /status>
            SetHandler server-status
        </Location>
        """, async pair =>
    {
        pair.Write("error.html", "<p>not there</p>\n");
        pair.Write("a b.txt", "blank");
        pair.Write("caf\u00e9.txt", "latin");
        pair.Write("empty.txt", "");
        pair.Write("d/index.html", "in a directory");
        string[] targets = ["/", "/index.html?x=y&z", "/none", "/none?q", "/old", "/old?q", "/gone", "/refused", "/refused?a%22b", "/a%20b.txt", "/caf%e9.txt", "/empty.txt", "/d", "/d/", "/d/?x", "//index.html",
            "/x/../index.html", "/index.html/info", "/%00", "/a%2fb", "/%", "/index.html?", "/?%0a\"\\", "http://localhost/", "http://other/x", "/d/index.html#f"];
        foreach (string target in targets)
            foreach (string method in (string[])["GET", "HEAD", "POST", "OPTIONS"]) await pair.SameBytes($"{method} {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", compare: false);
        foreach (string head in (string[])["User-Agent: a\"b\\c\td\xe4\r\nX-Odd: \"q\" \\ \xc3\xa9\r\nCookie: a=1; b=\"two\"; c\r\n", "X-Two: 1\r\nX-Two: 2\r\nCookie: b=1\r\nCookie: a=2;b=3\r\n",
            "Content-Length: 3\r\n", "User-Agent:\r\n", "Cookie: $a=1;a = 2 ;A=3\r\n", "Range: bytes=0-2\r\n", "If-None-Match: *\r\n", "Expect: 200-ok\r\n", "Cookie: aa=1; xa=2; a=3\r\n", "Cookie: a=\r\n", "Cookie: a\r\n"])
            await pair.SameBytes($"GET / HTTP/1.1\r\nHost: localhost\r\n{head}Connection: close\r\n\r\n{(head.StartsWith("Content-L", StringComparison.Ordinal) ? "abc" : "")}", compare: false);
        await pair.SameBytes("GET / HTTP/1.1\r\nHost: localhost\r\n\r\nGET /none HTTP/1.1\r\nHost: localhost\r\n\r\nGET /?3 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", compare: false);
        foreach (string odd in (string[])["GET / HTTP/1.0\r\n\r\n", "GET / HTTP/1.1\r\n\r\n", "GET /\r\n", "GET\r\n\r\n", "GET / HTTP/2.0\r\nHost: a\r\n\r\n", "GET / FTP/1.1\r\n\r\n", "G\"T / HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a b\r\n\r\n", "GET / HTTP/1.1\r\nHost: localhost\r\nBad Name: x\r\n\r\n", "GET / HTTP/1.1\r\nHost: localhost\r\nnocolon\r\n\r\n",             $"GET / HTTP/1.1\r\nHost: localhost\r\nLong: {new string('x', 9000)}\r\n\r\n", "FOO / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", "TRACE / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
            "OPTIONS * HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", 
            "POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n3\r\nabc\r\n0\r\nX: y\r\n\r\n", "POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: foo\r\n\r\n", "\u0016\u0003\u0001\r\n\r\n"])
            await pair.SameBytes(odd, compare: false);
        await pair.Same("/", "If-None-Match: *\r\n");
        await pair.Same("/", "If-Modified-Since: Tue, 02 Jan 2024 03:04:05 GMT\r\n");
        await pair.SameLog("items.log", line => LogName().Replace(line, "$1LOGNAME"));
        await pair.SameLog("bytes.log", line => PageLength().Replace(line, "$1 (length) (length) "));
        await pair.SameLog("numbers.log", line => Number().Replace(line, "N"));
    });

    [ApacheFact]
    public Task Who_is_logged_where() => Pair.With("""
        LogFormat "default %v %U"
        LogFormat "named %v %U" named
        LogFormat "nick %v %U" "%h"
        TransferLog logs/l.log
        CustomLog logs/l.log named
        CustomLog logs/l.log "%h"
        CustomLog logs/l.log nobody
        CustomLog logs/l.log combined
        CustomLog logs/l.log CLF
        CustomLog logs/l.log common
        LogFormat "later %v %U"
        SetEnvIf Request_URI a.txt$ special
        SetEnvIf Request_URI b.txt$ !odd=1
        SetEnvIf Request_URI c.txt$ empty=
        ErrorDocument 404 /a.txt
        CustomLog logs/c.log "set %U %>s" env=special
        CustomLog logs/c.log "unset %U %>s" "env=!special"
        CustomLog logs/c.log "twice %U %>s" "env=!!special"
        CustomLog logs/c.log "empty %U %>s" ENV=empty
        CustomLog logs/c.log "case %U %>s" env=SPECIAL
        CustomLog logs/c.log "bad %U %>s" "expr=%{REQUEST_STATUS} -ge 400"
        CustomLog logs/c.log "uri %U %>s" "expr=%{REQUEST_URI} == '/a.txt'"
        CustomLog logs/c.log "asked %U %>s" "EXPR=%{THE_REQUEST} =~ /none/"
        CustomLog logs/c.log "env %{REDIRECT_special}e %{special}e %<{special}e %{REDIRECT_STATUS}e %{REDIRECT_REDIRECT_STATUS}e" env=special
        CustomLog logs/c.log "redirected %{REDIRECT_special}e %{special}e %<{special}e %{REDIRECT_STATUS}e %{REDIRECT_REQUEST_METHOD}e" env=!special
        CustomLog logs/c.log "field %U %>s" "expr=-n req('Host')"
        GlobalLog logs/g.log "global %v %U"
        GlobalLog logs/g.log "special %v %U" env=special
        <VirtualHost *>
            ServerName plain.example
        </VirtualHost>
        <VirtualHost *>
            ServerName own.example
            CustomLog logs/l.log named
        </VirtualHost>
        <VirtualHost *>
            ServerName renamed.example
            LogFormat "renamed %v %U" named
            LogFormat "own %v %U"
            TransferLog logs/l.log
            CustomLog logs/l.log named
        </VirtualHost>
        <VirtualHost *>
            ServerName format.example
            LogFormat "format %v %U"
        </VirtualHost>
        """, async pair =>
    {
        foreach (string name in (string[])["a.txt", "b.txt", "c.txt"]) pair.Write(name, name);
        foreach (string host in (string[])["plain.example", "own.example", "renamed.example", "format.example"])
            foreach (string path in (string[])["/a.txt", "/b.txt", "/c.txt", "/none", "/?x"]) await pair.Same(path, host: host);
        await pair.SameBytes("GET / HTTP/1.1\r\n\r\n", compare: false);
        await pair.SameLog("l.log");
        await pair.SameLog("c.log");
        await pair.SameLog("g.log");
    });

    [ApacheFact]
    public Task Formats_and_conditions_that_are_taken() => Pair.SameSyntax([.. ((string[])[
        .. "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".Select(letter => $"LogFormat \"%{letter}\""),
        .. ((string[])["%", "a%", "%{x", "%{x}", "%200", "%>", "%^", "%^t", "%^ti", "%{X}^to", "%^FB", "%^xx", "%!h", "%!!h", "%,h", "%200,h", "%{a}{b}i", "%<>s", "%999h", "%{foo}p", "%{foo}P", "%{foo}T", "%{begin:foo}t",
            "\\%", "%-h", "%*h", "%é"]).Select(format => $"LogFormat \"{format}\""),
        "LogFormat \"\"", "LogFormat \"\" x", "LogFormat \"%h\" \"\"", "LogFormat \"%h\" a b", "LogFormat", "CustomLog logs/x \"%Q\"", "CustomLog logs/x \"\"", "CustomLog logs/x nick", "CustomLog logs/x", "CustomLog \"\" \"%h\"",
        .. ((string[])["env=", "env=!", "env=!!x", "ENV=x", "foo", "expr=", "expr=true", "EXPR=true", "\"expr=%{X\"", "expr=%{XX}", "env"]).Select(condition => $"CustomLog logs/x \"%h\" {condition}"),
        "CookieLog logs/c", "TransferLog logs/x y", "GlobalLog logs/x \"%h\"", "GlobalLog logs/x \"%h\" env=x", "<VirtualHost *>\nGlobalLog logs/x \"%h\"\n</VirtualHost>", "<Location />\nGlobalLog logs/x \"%h\"\n</Location>",
        "<Location />\nCustomLog logs/x \"%h\"\n</Location>", "<Location />\nLogFormat x\n</Location>", "<VirtualHost *>\nBufferedLogs On\n</VirtualHost>", "BufferedLogs On", "BufferedLogs foo", "<Directory />\nBufferedLogs On\n</Directory>",
        "CustomLog logs/none/x \"%h\"", "LogIOTrackTTFB On",
        "LoadModule socache_shmcb_module modules/mod_socache_shmcb.so\nLoadModule ssl_module modules/mod_ssl.so\nLogFormat \"%{HTTPS}x %{version}c %x %c\"",
        "LogFormat \"%x\"\nLoadModule socache_shmcb_module modules/mod_socache_shmcb.so\nLoadModule ssl_module modules/mod_ssl.so"]).Select(line => line + "\n")]);

    [ApacheFact]
    public Task What_mod_ssl_tells() => Pair.With("""
        LoadModule socache_shmcb_module modules/mod_socache_shmcb.so
        LoadModule ssl_module modules/mod_ssl.so
        CustomLog logs/x.log "%{HTTPS}x %{https}x %{SSL_PROTOCOL}x %{SSL_CIPHER}x %{None}x %{}x %x"
        CustomLog logs/x.log "%{version}c %{cipher}c %{subjectdn}c %{issuerdn}c %{errcode}c %{errstr}c %{clientcert}c %{foo}c %c"
        CustomLog logs/x.log "%{REQUEST_METHOD}x %{SERVER_NAME}x %{HTTP_USER_AGENT}x %{REQUEST_URI}x %{QUERY_STRING}x %{REMOTE_ADDR}x %{ENV:VAR}x %{VAR}x %{REQUEST_SCHEME}x %{SERVER_PROTOCOL}x %{THE_REQUEST}x %{REMOTE_USER}x"
        CustomLog logs/x.log "%{SERVER_PORT}x %{SERVER_ADMIN}x %{DOCUMENT_ROOT}x %{REQUEST_FILENAME}x %{SCRIPT_FILENAME}x %{PATH_INFO}x %{HTTP_HOST}x %{HTTP_COOKIE}x %{HTTP_ACCEPT}x %{HTTP_REFERER}x %{HTTP:X-A}x %{HTTP_X_A}x %{AUTH_TYPE}x %{IS_SUBREQ}x %{API_VERSION}x %{REMOTE_HOST}x %{REMOTE_IDENT}x"
        SetEnv VAR value
        """, async pair =>
    {
        await pair.Same("/?q", "User-Agent: a\r\nX-A: b\r\nCookie: c\r\nAccept: */*\r\nReferer: x\r\n");
        await pair.Same("/none");
        await pair.SameBytes("GET / HTTP/1.1\r\n\r\n", compare: false);
        await pair.SameLog("x.log");
    });

    [GeneratedRegex(@"((?:log|\G) )[A-Za-z0-9+/]{11}(?= |$)")]
    private static partial Regex LogName();

    [GeneratedRegex(@"^([345]\d\d) [\d-]+ \d+ ")]
    private static partial Regex PageLength();

    [GeneratedRegex(@"h[0-9a-f]{2,}|\d+")]
    private static partial Regex Number();
}
