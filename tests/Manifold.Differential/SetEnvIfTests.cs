namespace Manifold.Differential;

/// <summary>SetEnvIf and its kin: what they can ask for, what they set, and what is refused.</summary>
public sealed class SetEnvIfTests
{
    private static readonly string[] s_lines =
    [
        "SetEnvIf Remote_Host ^127 A=$0", "SetEnvIf Remote_Addr \"^([0-9]+)\\.\" A=$1", "SetEnvIf Server_Addr (.*) A=$1", "SetEnvIf Request_Method \"^(GE|PO)\" A=$1", "SetEnvIf Request_Protocol \"(.*)\" A=$1", "SetEnvIf Request_URI \"^(/.*)\" A=$1",
        "SetEnvIf request_uri \"^(/.*)\" A=$1", "SetEnvIf REMOTE_HOST (.*) A=$1", "SetEnvIf Remote_User (.*) A=[$1]", "SetEnvIf Query_String (.*) A=[$1]", "SetEnvIf Referer (.*) A=[$1]", "SetEnvIf X-None ^$ A", "SetEnvIf X-None .* A=[$0]", "SetEnvIf X-Two (.*) A=[$1]", "SetEnvIf X-Empty ^$ A",
        "SetEnvIf ^X- (.*) A=[$1]", "SetEnvIf ^X-T (.*) A=[$1]", "SetEnvIf ^Nope ^$ A", "SetEnvIf X-T.* (.*) A=[$1]", "SetEnvIf User-Agent Probe A B=c !GIVEN", "SetEnvIf User-Agent probe A", "SetEnvIfNoCase User-Agent probe A", "SetEnvIfNoCase User-Agent (probe) A=$1", "SetEnvIf user-agent Probe A",
        "BrowserMatch Probe A", "BrowserMatch probe A", "BrowserMatchNoCase probe A=x", "BrowserMatchNoCase (PROBE)/([0-9]) A=$2$1", "BrowserMatch ^$ A", "SetEnvIf GIVEN (.*) A=[$1]", "SetEnvIf given (.*) A=[$1]", "SetEnvIf A .* A=never", "SetEnvIf OID(\"1.2.3\") (.*) A=[$1]", "SetEnvIf OID(1.2.3) (.*) A=[$1]",
        "SetEnvIf Request_URI \\.txt$ A=\"two words\"", "SetEnvIf Request_URI . \"A=two words\"", "SetEnvIf Request_URI . A=a=b", "SetEnvIf Request_URI . A=", "SetEnvIf Request_URI . !A", "SetEnvIf Request_URI . A !A", "SetEnvIf Request_URI \"([a-z]+)\\.(txt)\" A=$2.$1.$3.$0.\\$1.&", "SetEnvIf Request_URI . =x", "SetEnvIf Request_URI . !",
        "SetEnvIf Host (.*) A=$1", "SetEnvIf Accept-Language (..) A=$1", "SetEnvIf Request_URI (?<n>txt) A=$1", "SetEnvIf Request_URI (?i)TXT A", "SetEnvIf Request_URI \"a b\" A=blank", "SetEnvIf Request_URI \"a%20b\" A=raw", "SetEnvIf Request_URI \"//\" A=double", "SetEnvIf Request_URI \"\\?\" A=query",
        "SetEnvIfExpr \"%{REQUEST_URI} =~ m#/(?<name>[^/]*)\\.txt#\" A=$1", "SetEnvIfExpr \"%{REQUEST_URI} =~ m#/(?<name>[^/]*)\\.txt#\" A=%{env:MATCH_NAME}", "SetEnvIfExpr \"-n %{QUERY_STRING}\" A=q", "SetEnvIfExpr \"%{REQUEST_URI} =~ /a/ && 'xyz' =~ /(y)/\" A=$1", "SetEnvIfExpr \"!(%{REQUEST_URI} =~ /(zzz)/)\" A=[$1]",
        "SetEnvIfExpr \"reqenv('GIVEN') == 'yes'\" A=given", "SetEnvIfExpr \"'x' =~ /(x)/ || 'y' =~ /(y)/\" A=$1",
    ];

    [ApacheFact]
    public Task In_sections()
    {
        var text = new System.Text.StringBuilder("SetEnvIf X-Given (.*) GIVEN=$1\n");
        for (int i = 0; i < s_lines.Length; i++) text.Append($"<Location /{i}>\n{s_lines[i]}\nHeader set X-A \"%{{A}}e|%{{B}}e|%{{GIVEN}}e|%{{MATCH_NAME}}e\"\n</Location>\n");
        return Pair.With(text.ToString(), async pair =>
        {
            for (int i = 0; i < s_lines.Length; i++)
            {
                pair.Write($"{i}/some.txt", "x");
                pair.Write($"{i}/a b.txt", "x");
                await Values(pair, s_lines[i], $"/{i}/some.txt?q=1", $"/{i}/a%20b.txt", $"/{i}//some.txt", $"/{i}/./x/../some.txt");
            }
        });
    }

    /// <summary>Outside of sections: one line a server, since all would meet each other's variables.</summary>
    [ApacheFact]
    public Task At_server_level()
    {
        var text = new System.Text.StringBuilder();
        for (int i = 0; i < s_lines.Length; i++)
            text.Append($"<VirtualHost *:{{port}}>\nServerName h{i}\nSetEnvIf X-Given (.*) GIVEN=$1\n{s_lines[i]}\nHeader set X-A \"%{{A}}e|%{{B}}e|%{{GIVEN}}e|%{{MATCH_NAME}}e\"\n</VirtualHost>\n");
        return Pair.With(text.ToString(), async pair =>
        {
            pair.Write("some.txt", "x");
            pair.Write("a b.txt", "x");
            for (int i = 0; i < s_lines.Length; i++) await Values(pair, s_lines[i], i, "/some.txt?q=1", "//some.txt");
        });
    }

    /// <summary>Variables set at server level decide about access: whatever a path is written like, nobody gets in whom httpd keeps out.</summary>
    [ApacheFact]
    public Task Access_by_variables() => Pair.With("""
        SetEnvIf Request_URI "^/envsecret" SECRET
        SetEnvIf Request_URI "^/open/" OPEN
        <Directory {D}/envsecret>
            <RequireAll>
                Require all granted
                Require not env SECRET
            </RequireAll>
        </Directory>
        <Directory {D}/envclosed>
            Require env OPEN
        </Directory>
        """, async pair =>
    {
        pair.Write("envsecret/a.txt", "secret");
        pair.Write("envclosed/a.txt", "closed");
        foreach (string target in (string[])["/envsecret/a.txt", "/%65nvsecret/a.txt", "//envsecret/a.txt", "/./envsecret/a.txt", "/x/../envsecret/a.txt", "/open/../envclosed/a.txt", "/open/%2e%2e/envclosed/a.txt", "/open//../../envclosed/a.txt", "/envclosed/a.txt", "http://localhost/envsecret/a.txt"])
            await pair.Same(target);
    });

    /// <summary>What is refused while its head is read has no variables; what is refused later has.</summary>
    [ApacheFact]
    public Task Refused_requests() => Pair.With("""
        SetEnvIf Remote_Addr . ADDRESS
        SetEnvIf Request_URI . URI
        SetEnvIf User-Agent u AGENT
        BrowserMatch u BROWSER
        SetEnvIfExpr true CONDITION
        SetEnv FIXED 1
        <Location />
            SetEnvIf Remote_Addr . PLACE
        </Location>
        CustomLog logs/refused.log "%m %>s %{ADDRESS}e %{URI}e %{AGENT}e %{BROWSER}e %{CONDITION}e %{PLACE}e %{FIXED}e"
        """, async pair =>
    {
        foreach (string request in (string[])["GET / HTTP/1.1\r\nHost: a\r\n", "GET / HTTP/1.1\r\n", "GET /x HTTP/1.1\r\nHost: a b\r\n", "GET / HTTP/1.1\r\nHost: a\r\nBad Name: x\r\n", "GET / HTTP/1.1\r\nHost: a\r\nnocolon\r\n", "GET / HTTP/2.0\r\nHost: a\r\n", "CONNECT a:80 HTTP/1.1\r\nHost: a\r\n", "G{T /x HTTP/1.1\r\nHost: a\r\n",
            $"GET /x HTTP/1.1\r\nHost: a\r\nLong: {new string('x', 9000)}\r\n", "POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: foo\r\n", "GET / HTTP/1.1\r\nHost: a\r\nExpect: foo\r\n", "FOO / HTTP/1.1\r\nHost: a\r\n", "GET /none HTTP/1.1\r\nHost: a\r\n", "TRACE / HTTP/1.1\r\nHost: a\r\n", "OPTIONS * HTTP/1.1\r\nHost: a\r\n"])
            await pair.SameBytes(request + "User-Agent: u\r\nConnection: close\r\n\r\n", compare: false);
        await pair.SameLog("refused.log");
    });

    [ApacheFact]
    public Task Syntax() => Pair.SameSyntax([.. s_lines.Select(line => line + "\n"), .. ((string[])["SetEnvIf A", "SetEnvIf A b", "SetEnvIf A ( B", "SetEnvIf ( b C", "BrowserMatch a", "BrowserMatch", "SetEnvIfNoCase A b", "SetEnvIf OID(x y Z", "SetEnvIf OID() y Z", "SetEnvIf \"\" y Z", "SetEnvIf X \"\" Z",
        "SetEnvIfExpr nope A", "SetEnvIfExpr true", "SetEnvIfExpr \"true\" A B C"]).Select(line => line + "\n")]);

    private static async Task Values(Pair pair, string line, params string[] targets)
    {
        foreach (string target in targets) await Value(pair, line, target, "localhost");
    }

    private static async Task Values(Pair pair, string line, int host, params string[] targets)
    {
        foreach (string target in targets) await Value(pair, line, target, "h" + host);
    }

    private static async Task Value(Pair pair, string line, string target, string host)
    {
        var (httpd, ours) = await pair.SameBytes($"GET {target} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: Probe/2.0\r\nX-Given: yes\r\nOID1.2.3: mine\r\nX-Two: 1\r\nX-Two: 2\r\nX-Empty:\r\nAccept-Language: de\r\nConnection: close\r\n\r\n", compare: false);
        pair.Compare($"{target}: {line}", "value", pair.Httpd.Neutral(httpd[0].Field("X-A") ?? httpd[0].StatusLine), pair.Ours.Neutral(ours[0].Field("X-A") ?? ours[0].StatusLine));
    }
}
