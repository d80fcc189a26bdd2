namespace Manifold.Differential;

/// <summary>Expressions where directives take a text: error documents, redirects, aliases, handlers, values of fields.</summary>
public sealed class TextTests
{
    [ApacheFact]
    public Task Error_documents() => Pair.With("""
        ErrorDocument 404 "no %{REQUEST_URI} for %{tolower:%{HTTP_USER_AGENT}} $0 %% 100% \"q\" \\n"
        <Location /url>
            ErrorDocument 404 http://localhost/%{escape:%{REQUEST_URI}}?x
        </Location>
        <Location /path>
            ErrorDocument 404 /err/%{tolower:%{req:X-Page}}.html
        </Location>
        <Location /quoted>
            ErrorDocument 404 "/err/%{req:X-Page}.html"
        </Location>
        <Location /becomes>
            ErrorDocument 404 "%{req:X-Page}"
        </Location>
        <Location /bare>
            ErrorDocument 404 some%{REQUEST_METHOD}
        </Location>
        <Location /single>
            ErrorDocument 404 'single %{REQUEST_METHOD}'
        </Location>
        <Location /open>
            ErrorDocument 404 "open %{REQUEST_METHOD}
        </Location>
        <Location /default>
            ErrorDocument 404 default
        </Location>
        <Location /quoteddefault>
            ErrorDocument 404 "default"
        </Location>
        <Location /nothing>
            ErrorDocument 404 "%{req:X-None}"
        </Location>
        <Location /unauth>
            ErrorDocument 401 http://localhost/x
            Redirect 401
        </Location>
        <Location /denied>
            ErrorDocument 403 "%{REQUEST_STATUS} %{HANDLER} %{REQUEST_FILENAME}"
            Require all denied
        </Location>
        <Location /escape>
            ErrorDocument 404 "a\nb\\tc %{REQUEST_URI} \%{REQUEST_URI} %\{"
        </Location>
        <Location /blank>
            ErrorDocument 404 "/err/a.html or so"
        </Location>
        <Location /query>
            ErrorDocument 404 "/err/a.html?%{QUERY_STRING}"
        </Location>
        """, async pair =>
    {
        pair.Write("err/a.html", "page a");
        pair.Write("err/A.html", "page A");
        pair.Write("denied/a.txt", "x");
        foreach (string place in (string[])["none", "url", "path", "quoted", "becomes", "bare", "single", "open", "default", "quoteddefault", "nothing", "unauth", "denied", "escape", "query", "blank"])
        {
            await pair.Same($"/{place}/a%20b");
            await pair.Same($"/{place}/a.txt?q", "User-Agent: Probe\r\nX-Page: A\r\n");
            await pair.Same($"/{place}/a.txt", "X-Page: http://localhost/b\r\n", method: "HEAD");
        }
    });

    [ApacheFact]
    public Task Redirects() => Pair.With("""
        <Location /one>
            Redirect "http://localhost/%{tolower:%{REQUEST_URI}}"
        </Location>
        <Location /status>
            Redirect 307 "/x%{REQUEST_URI}?%{QUERY_STRING}"
        </Location>
        <Location /gone>
            Redirect gone
        </Location>
        <Location /teapot>
            Redirect 404
        </Location>
        <LocationMatch "^/match/(?<rest>.*)$">
            Redirect permanent "http://localhost/%{env:MATCH_REST}"
        </LocationMatch>
        <If "%{REQUEST_URI} =~ m#^/if/(.*)#">
            Redirect "http://localhost/if%{REQUEST_URI}"
        </If>
        <Directory {D}/directory>
            Redirect "http://localhost/dir%{REQUEST_URI}"
        </Directory>
        <Directory {D}/both>
            Redirect /both/a "http://localhost/%{REQUEST_URI}"
        </Directory>
        <Files only.txt>
            Redirect "http://localhost/files%{REQUEST_URI}"
        </Files>
        <Location /relative>
            RedirectRelative On
            Redirect "/y%{REQUEST_URI}"
        </Location>
        <Location /nourl>
            Redirect "http%{req:X-None}"
        </Location>
        <Location /empty>
            Redirect "/%{req:X-None}"
        </Location>
        <Location /control>
            Redirect "http://localhost/%{unescape:%{QUERY_STRING}}"
        </Location>
        <Location /outer>
            Redirect "http://localhost/outer"
            <If "%{QUERY_STRING} == 'inner'">
                Redirect 303 "http://localhost/inner"
            </If>
        </Location>
        <Location /outer/list>
            Redirect /outer/list/a http://localhost/listed
        </Location>
        <Location /regex>
            RedirectMatch "^/regex/(.*)$" "http://localhost/%{REQUEST_METHOD}/$1"
        </Location>
        <Location /wholematch>
            RedirectMatch 301 "http://localhost/%{REQUEST_METHOD}"
        </Location>
        Redirect /plain "http://localhost/%{REQUEST_METHOD}"
        RedirectMatch "^/plainmatch/(.*)$" "http://localhost/$1%{REQUEST_METHOD}"
        """, async pair =>
    {
        foreach (string name in (string[])["directory/a.txt", "both/a.txt", "d/only.txt"]) pair.Write(name, "x");
        foreach (string target in (string[])["/one/A?Q", "/one", "/status/a%20b?q=1", "/status", "/gone/x", "/teapot/x", "/match/some%20thing?q", "/if/a b", "/if/a", "/directory/a.txt", "/directory/none?q", "/both/a.txt",
            "/d/only.txt?q", "/relative/a", "/nourl/a", "/empty/a", "/control/a?a%0d%0ab", "/control/a?a%20b%00c", "/outer/a", "/outer/a?inner", "/outer/list/a", "/outer/list/b", "/regex/a/b", "/plain/x", "/plainmatch/x?q", "/wholematch/a"])
            await pair.Same(target);
    });

    [ApacheFact]
    public Task Aliases_and_handlers() => Pair.With("""
        <Location /one>
            Alias "{D}/target/%{tolower:%{req:X-Name}}"
        </Location>
        <LocationMatch "^/match/(?<rest>[^/.]*)$">
            Alias {D}/target/%{env:MATCH_REST}.txt
        </LocationMatch>
        <Location /kept>
            AliasPreservePath On
            Alias "{D}/%{req:X-Name}"
        </Location>
        <Location /relative>
            Alias "%{req:X-Name}"
        </Location>
        <Location /script>
            ScriptAlias "{D}/target/%{req:X-Name}"
        </Location>
        Alias /plain "{D}/%{REQUEST_METHOD}"
        <Location /handled>
            SetHandler "%{req:X-Handler}"
        </Location>
        <Location /handled/none>
            SetHandler none
        </Location>
        <Location /handled/default>
            SetHandler default-handler
        </Location>
        <Location /values>
            Header set X "expr=%{REQUEST_URI}|%{tolower:%{req:X-Name}}"
            Header set Y "%{REQUEST_URI}e"
            RequestHeader set X-Name "expr=%{toupper:%{req:X-Name}}"
            Header set Z "expr=%{req:X-Name}"
        </Location>
        """, async pair =>
    {
        foreach (string name in (string[])["target/a.txt", "target/kept/a.txt", "GET/a.txt", "handled/a.txt", "handled/none/a.txt", "handled/default/a.txt", "values/a.txt", "a.txt"]) pair.Write(name, name);
        foreach (string target in (string[])["/one", "/one/x", "/match/a", "/match/none", "/kept/a.txt", "/kept", "/script", "/plain/a.txt", "/values/a.txt"])
            foreach (string value in (string[])["a.txt", "A.txt", "target", "..", "../../etc/passwd", ""])
                await pair.Same(target, $"X-Name: {value}\r\n");
        foreach (string target in (string[])["/handled/a.txt", "/handled/none/a.txt", "/handled/default/a.txt"])
            foreach (string value in (string[])["none", "default-handler", ""])
                await pair.Same(target, value.Length == 0 ? "" : $"X-Handler: {value}\r\n");
    });

    /// <summary>Any status can be answered with: whoever watches a server has "Redirect 200 /health".</summary>
    [ApacheFact]
    public Task Statuses()
    {
        string[] statuses = ["200", "201", "203", "204", "206", "226", "299", "300", "304", "305", "306", "307", "308", "309", "399", "400", "401", "403", "404", "410", "418", "451", "500", "503", "599"];
        string line(string status) => $"Redirect {status} /r{status}{(status[0] == '3' ? " http://localhost/there" : "")}\n";
        return Pair.With(string.Concat(statuses.Select(line)) + """
            <Location /text>
                ErrorDocument 200 "fine %{REQUEST_URI}"
                ErrorDocument 204 "nothing"
                ErrorDocument 301 "moved"
                ErrorDocument 304 "as it was"
                ErrorDocument 403 "no"
            </Location>
            <Location /local>
                ErrorDocument 200 /page.html
                ErrorDocument 301 /page.html
                ErrorDocument 403 /page.html
            </Location>
            <Location /remote>
                ErrorDocument 200 http://localhost/other
                ErrorDocument 301 http://localhost/other
                ErrorDocument 403 http://localhost/other
            </Location>
            <LocationMatch "^/[^/]*/200">
                Redirect 200
            </LocationMatch>
            <LocationMatch "^/[^/]*/204">
                Redirect 204
            </LocationMatch>
            <LocationMatch "^/[^/]*/301">
                Redirect 301 http://localhost/there
            </LocationMatch>
            <LocationMatch "^/[^/]*/403">
                Redirect 403
            </LocationMatch>
            """, async pair =>
        {
            pair.Write("page.html", "page");
            foreach (string status in statuses)
            {
                await pair.Same("/r" + status);
                await pair.Same("/r" + status, method: "HEAD");
            }
            foreach (string place in (string[])["text", "local", "remote"])
                foreach (string status in (string[])["200", "204", "301", "403"]) await pair.Same($"/{place}/{status}?q");
        });
    }

    /// <summary>A client's lines of one name are one list; what a directive adds is behind it, for nobody here to see.</summary>
    [ApacheFact]
    public Task Several_lines() => Pair.With("""
        RequestHeader add X b
        RequestHeader add Y c
        RequestHeader append Y d
        RequestHeader add Y e
        RequestHeader add Early e early
        SetEnvIf X (.*) V=$1
        SetEnvIf Early (.*) W=$1
        Header add Z 1
        Header add Z 2
        Header always add A 1
        Header always add A 2
        Header set Seen "expr=%{req:X}|%{HTTP:X}|%{req:Y}|%{req:Early}|%{HTTP_COOKIE}|%{resp:Z}|%{resp:A}|%{req:Other}"
        Header set Variables "%{V}e %{W}e"
        Header set Early "expr=%{req:Early}" early
        Header echo ^(X|Y|Early|Other)$
        """, async pair =>
    {
        await pair.Same("/index.html");
        await pair.Same("/index.html", "X: a\r\nX: a2\r\nEarly: x\r\nEarly: y\r\nCookie: a=b\r\nCookie: c=d\r\nOther: 1\r\nOther: 2\r\n");
    });

    [ApacheFact]
    public Task Syntax() => Pair.SameSyntax([.. ((string[])[
        "ErrorDocument 404 \"%{NOPE}\"", "ErrorDocument 404 /%{NOPE}", "ErrorDocument 404 \"%{REQUEST_URI\"", "ErrorDocument 404 \"%{nope:x}\"", "ErrorDocument 404 \"100%\"", "ErrorDocument 404 \"%{}\"", "ErrorDocument 404", "ErrorDocument 404 \"\"",
        "ErrorDocument 401 http://x/", "ErrorDocument 404 http://x/%{NOPE}", "ErrorDocument abc x", "ErrorDocument 404x x", "ErrorDocument 404 a b", "ErrorDocument 404 \"a\" b", "ErrorDocument 404 \"a", "ErrorDocument \"404\" a", "ErrorDocument 404 default x", "ErrorDocument 404 \"\\400\"",
        "Redirect /a http://x/%{NOPE}", "<Location /a>\nRedirect http://x/%{NOPE}\n</Location>", "<Location /a>\nRedirect 301 http://x/%{NOPE}\n</Location>", "<Location /a>\nRedirect 301\n</Location>", "<Location /a>\nRedirect 404 /x\n</Location>",
        "<Location /a>\nRedirect %{REQUEST_URI}\n</Location>", "<Location /a>\nRedirect abc\n</Location>", "<Directory {D}>\nRedirect http://x/%{REQUEST_URI}\n</Directory>", "<Directory {D}>\nRedirect abc\n</Directory>", "<Directory {D}>\nRedirect 301\n</Directory>",
        "<If true>\nRedirect http://x/\n</If>", "<Files a>\nRedirect http://x/\n</Files>", "<Location /a>\nRedirectMatch http://x/\n</Location>", "<Location /a>\nRedirectMatch 301 http://x/\n</Location>", "<Location /a>\nRedirectMatch gone a\n</Location>", "<Location /a>\nRedirectPermanent http://x/\n</Location>",
        "<Location /a>\nRedirect permanent /b http://x\n</Location>", "<Location /a>\nRedirect nope /b http://x\n</Location>", "Redirect nope /b http://x", "Redirect 301", "Redirect gone", "Redirect 301 http://x", "Redirect 999 /a", "Redirect 99 /a", "Redirect 1000 /a", "Redirect 3001 /a http://b",
        "Redirect 200 /a", "Redirect 100 /a", "Redirect 306 /a http://b", "Redirect 309 /a http://b", "Redirect 399 /a http://b", "Redirect 399 /a", "Redirect 404 /a", "Redirect 404 a", "Redirect 0 /a", "Redirect 4x /a", "Redirect 30x /a http://b", "Redirect GONE /a", "Redirect Permanent /a http://b",
        "<Location /a>\nRedirect 200\n</Location>", "<Location /a>\nRedirect 999\n</Location>", "<Location /a>\nRedirect 306 http://x\n</Location>",
        "<Location /a>\nAlias %{NOPE}\n</Location>", "<Location /a>\nAlias %{REQUEST_URI}\n</Location>", "<Location /a>\nAlias relative\n</Location>", "<Location /a>\nScriptAlias %{NOPE}\n</Location>", "Alias /a %{NOPE}", "AliasMatch a %{NOPE}",
        "<Files a>\nAlias /b\n</Files>", "<Directory {D}>\nAlias /b\n</Directory>",
        "SetHandler expr=%{NOPE}", "SetHandler expr=%{REQUEST_URI}", "SetHandler expr=", "SetHandler \"expr=%{REQUEST_URI\"", "SetHandler EXPR=%{NOPE}", "SetHandler %{NOPE}", "SetHandler \"\"", "SetHandler a b", "<Files a>\nSetHandler \"expr=a b\"\n</Files>",
        "<Location /a>\nSetHandler expr=%{HANDLER}\n</Location>", "ForceType expr=%{NOPE}", "DirectoryIndex %{NOPE}", "FallbackResource /%{NOPE}", "Header set X expr=%{REQUEST_URI", "Header set X \"expr=a\" expr=%{NOPE}", "RequestHeader set X expr=%{NOPE}",
        "<Location /a>\nRequire expr %{NOPE} == 'a'\n</Location>", "<Location /a>\nRequire expr\n</Location>", "<Location /a>\nRequire expr true false\n</Location>", "<Location /a>\nRequire expr \"true\"\n</Location>", "<Location /a>\nRequire expr \"true\" && true\n</Location>",
        "<Location /a>\nRequire not expr true\n</Location>", "<Location /a>\nRequire expr %{REQUEST_URI}\n</Location>", "<If %{NOPE}>\n</If>", "SetEnvIfExpr true", "SetEnvIfExpr nope A", "SetEnvIfExpr true A B=c !D"]).Select(line => line + "\n")]);
}
