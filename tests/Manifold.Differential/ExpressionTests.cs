using System.Text;

namespace Manifold.Differential;

/// <summary>The expression language, each condition and each text evaluated by both servers for the same request, and the mistakes that both refuse.</summary>
public sealed class ExpressionTests
{
    private const string Request = "GET /d/b.txt?q=1&r=2 HTTP/1.1\r\nHost: localhost\r\nUser-Agent: Probe/2.0\r\nX-Empty:\r\nReferer: http://x/y\r\nCookie: a=b\r\nX-Two: 1\r\nX-Two: 2\r\nConnection: close\r\n\r\n";

    [ApacheFact]
    public Task Conditions() => Evaluate(
        [.. Lines("conditions.txt"), .. Comparisons(), .. Patterns()],
        (i, condition) => $"Header set X-{i} yes {Quoted("expr=" + condition)}\n");

    [ApacheFact]
    public Task Texts() => Evaluate(Lines("texts.txt"), (i, text) => $"Header set X-{i} {Quoted("expr=" + text)}\n");

    [ApacheFact]
    public Task Mistakes() => Pair.SameSyntax([.. Lines("mistakes.txt").Select(text => $"Header set X yes {Quoted("expr=" + text)}\n"),
        .. Lines("mistaken-texts.txt").Select(text => $"Header set X {Quoted("expr=" + text)}\n")]);

    /// <summary>In the other places where a condition stands, the same one is meant.</summary>
    [ApacheFact]
    public Task Places() => Pair.With("""
        SetEnvIfExpr "%{REQUEST_URI} =~ m#/([^/]*)\.txt$#" NAME=$1 WHOLE=$0 !GONE
        Header set X-Env "%{NAME}e|%{WHOLE}e"
        <If "%{QUERY_STRING} == 'deny'">
            Require all denied
        </If>
        <If "%{HTTP_USER_AGENT} =~ /^Probe/ && -n req('Referer')">
            Header set X-If probe
            <If "%{QUERY_STRING} == 'inner'">
                Header set X-If inner
            </If>
            <ElseIf "-z %{QUERY_STRING}">
                Header set X-If none
            </ElseIf>
            <Else>
                Header append X-If other
            </Else>
        </If>
        <Else>
            Header set X-If else
        </Else>
        <Location /d>
            <If "true">
                Header append X-If location
            </If>
        </Location>
        <Directory {D}/d>
            <If "true">
                Header append X-If directory
            </If>
            <Files b.txt>
                <If "true">
                    Header append X-If files
                </If>
            </Files>
        </Directory>
        <LocationMatch "^/(?<first>[^/]+)/(?<second>[^/]+)$">
            Header set X-Named "expr=%{env:MATCH_FIRST}-%{env:MATCH_SECOND}-%{reqenv:MATCH_first}"
        </LocationMatch>
        <Location /need>
            Require expr "%{HTTP_USER_AGENT} == 'Probe/2.0' && req('X-Key') == 'k'"
        </Location>
        <Location /vary>
            Require expr "req_novary('X-Key') != 'x'"
        </Location>
        """, async pair =>
    {
        foreach (string name in (string[])["d/b.txt", "need/a.txt", "vary/a.txt", "a.txt", "d/c.html"]) pair.Write(name, name);
        foreach (string target in (string[])["/d/b.txt", "/d/b.txt?inner", "/d/b.txt?deny", "/d/b.txt?more", "/d/c.html", "/a.txt", "/need/a.txt", "/vary/a.txt", "/missing", "/d"])
            foreach (string fields in (string[])["", "User-Agent: Probe/2.0\r\n", "User-Agent: Probe/2.0\r\nReferer: x\r\n", "User-Agent: Probe/2.0\r\nX-Key: k\r\n"])
                await pair.Same(target, fields);
    });

    /// <summary>Whoever writes a per-directory file may not read what the server can read.</summary>
    [ApacheFact]
    public Task Per_directory_files() => Pair.With("<Directory {D}>\nAllowOverride All\n</Directory>\n", async pair =>
    {
        string[] conditions = ["-f '/x'", "-U '/x'", "%{file:/x} == ''", "file('/x') == ''", "filesize('/x') == '0'", "osenv('NOPE') == ''", "-R '127.0.0.1'", "nope("];
        for (int i = 0; i < conditions.Length; i++)
        {
            pair.Write($"h{i}/.htaccess", $"Header set X yes {Quoted("expr=" + conditions[i])}\n");
            pair.Write($"h{i}/a.txt", "x");
            await pair.Same($"/h{i}/a.txt");
        }
    });

    private static Task Evaluate(IReadOnlyList<string> expressions, Func<int, string, string> line)
    {
        var text = new StringBuilder("SetEnv E envvalue\nAlias /alias {D}/d\n<Location /secret>\nRequire all denied\n</Location>\n");
        for (int i = 0; i < expressions.Count; i++) text.Append(line(i, expressions[i]));
        return Pair.With(text.ToString(), async pair =>
        {
            foreach (string name in (string[])["d/b.txt", "a.txt", "secret/s.txt"]) pair.Write(name, "content");
            foreach (string target in (string[])["/d/b.txt?q=1&r=2", "/alias/b.txt/info"])
            {
                var (httpd, ours) = await pair.SameBytes(Request.Replace("/d/b.txt?q=1&r=2", target, StringComparison.Ordinal), compare: false);
                for (int i = 0; i < expressions.Count; i++) pair.Compare($"{target}: {expressions[i]}", "value", pair.Httpd.Neutral(httpd[0].Field($"X-{i}") ?? "none"), pair.Ours.Neutral(ours[0].Field($"X-{i}") ?? "none"));
            }
        });
    }

    /// <summary>Every operator with the same pairs of operands.</summary>
    private static IEnumerable<string> Comparisons()
    {
        string[] operators = ["==", "=", "!=", "<", "<=", ">", ">=", "-eq", "-ne", "-lt", "-le", "-gt", "-ge", "eq", "ne", "lt", "le", "gt", "ge", "-strmatch", "-strcmatch", "-fnmatch", "in"];
        (string, string)[] operands = [("a", "a"), ("a", "b"), ("A", "a"), ("", ""), ("", "0"), ("10", "9"), ("-5", "3"), ("007", "7"), ("a/b", "a*"), ("ab", "A?"), ("a", "[a-c]"), ("\\344", "\\304"), ("99999999999999999999", "1")];
        foreach (string op in operators)
            foreach (var (left, right) in operands)
                yield return op == "in" ? $"'{left}' in {{'x', '{right}'}}" : $"'{left}' {op} '{right}'";
    }

    /// <summary>Regular expressions, and what is left of a match afterwards.</summary>
    private static IEnumerable<string> Patterns()
    {
        foreach (string first in (string[])["'ab' =~ /(a)/", "'ab' =~ /a/", "'ab' =~ /(x)/", "'ab' !~ /(a)/", "'ab' !~ /(x)/", "'ab' =~ /(?<n>b)/", "'ab' =~ /(a)(x)?/", "'ab' =~ m#(A)#i"])
            foreach (string op in (string[])["&&", "||"])
                foreach (string second in (string[])["$1 == 'a'", "$0 == 'a'", "'cd' =~ /c/ && \"$1\" == 'a'", "'cd' =~ /(d)/ && $1 == 'd'", "$2 == ''", "'x' =~ /y(.)/ || $1 == 'a'"])
                    yield return $"{first} {op} {second}";
    }

    private static string[] Lines(string file) =>
        [.. File.ReadAllLines($"{AppContext.BaseDirectory}/Expressions/{file}", Encoding.Latin1).Where(line => line.Length > 0)];

    private static string Quoted(string text) => $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}
