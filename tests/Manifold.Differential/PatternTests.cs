using System.Runtime.CompilerServices;
using System.Text;

namespace Manifold.Differential;

/// <summary>Regular expressions mean here what they mean in httpd.</summary>
public sealed class PatternTests
{
    [ApacheFact]
    public Task Who_is_denied_by_an_expression_stays_out() => Pair.With("""
        <LocationMatch "^/sec[[:alpha:]]*/">
            Require all denied
        </LocationMatch>
        <LocationMatch "^/(?:a++|b)x\h*y">
            Require all denied
        </LocationMatch>
        <FilesMatch "(?i)\.(?:bak|(?P<kind>sql|log)\d*+)$">
            Require all denied
        </FilesMatch>
        <DirectoryMatch "/\.(?!well-known)[^/]++(?:/|$)">
            Require all denied
        </DirectoryMatch>
        """, async pair =>
    {
        foreach (string name in (string[])["secret/f.txt", "sec/f.txt", "sec1/f.txt", "aaxy", "ax y", "bxy", "a.bak", "A.SQL", "x.log12", "x.logs", ".git/config", ".well-known/a", "d/.svn/e/f"])
        {
            pair.Write(name, "content");
            await pair.Same("/" + name.Replace(" ", "%20", StringComparison.Ordinal));
        }
    });

    [ApacheFact]
    public Task Named_groups_become_variables() => Pair.With("""
        <LocationMatch "^/(?<Area>[a-z]+)(?:/(?P<second>\d+))?(?:-(?'second'\w))?">
            Header always set X-Area "%{MATCH_AREA}e %{MATCH_Area}e %{MATCH_SECOND}e"
        </LocationMatch>
        """, async pair =>
    {
        foreach (string target in (string[])["/shop", "/shop/12", "/shop-z", "/shop/1-z", "/SHOP"]) await pair.Same(target);
    });

    /// <summary>
    /// patterns.txt, in Latin-1: what httpd's documentation and packaged configurations have, and each construct of PCRE2's. Every one is asked
    /// about every subject, in both cases of letters, for its groups.
    /// </summary>
    [ApacheFact]
    public Task All_patterns_find_the_same_groups()
    {
        string[] patterns = File.ReadAllText(Beside("patterns.txt"), Encoding.Latin1).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var configuration = new StringBuilder("LimitRequestFieldSize 8190\n");
        for (int i = 0; i < patterns.Length; i++)
        {
            string pattern = Quoted(patterns[i]);
            configuration.Append($$"""
                SetEnvIf X-Subject {{pattern}} m{{i}}="<$0|$1|$2|$3|$9>"
                SetEnvIfNoCase X-Subject {{pattern}} n{{i}}="<$0|$1|$2|$3|$9>"
                Header always set M{{i}} "%{m{{i}}}e" env=m{{i}}
                Header always set N{{i}} "%{n{{i}}}e" env=n{{i}}

                """);
        }
        return Pair.With(configuration.ToString(), async pair =>
        {
            foreach (string subject in s_subjects) await pair.Same("/", $"X-Subject: {subject}\r\n");
        });
    }

    [ApacheFact]
    public Task What_does_not_compile_is_refused() => Pair.SameSyntax([.. new[] { "a(b", "a)b", "*a", "[a", "[[:foo:]]", "(?<1a>b)", "a{2,1}", "(?P<n", @"\g{9}", "(?z)", @"[z-a]", "(?&no)", "(*FOO)a", @"\p{Foo}", "((a{1000}){1000}){1000}", @"(?<=a*)b" }
        .SelectMany(pattern => new[] { $"RedirectMatch {Quoted(pattern)} /x", $"<LocationMatch {Quoted(pattern)}>\n</LocationMatch>", $"SetEnvIf A {Quoted(pattern)} b" })]);

    [ApacheFact]
    public Task Templates_take_groups()
    {
        string[] templates = ["$0", "[$1][$2][$3][$9]", @"\$1", @"\\$1", "$", "$$1", "$10", "$a", "&", @"\&", @"\n", @"a\", "$1$", "a$0b$0c"];
        var configuration = new StringBuilder();
        for (int i = 0; i < templates.Length; i++)
        {
            configuration.Append($$"""
                SetEnvIf Request_URI "^/(x)(y)?(\w+)" t{{i}}={{Quoted(templates[i])}}
                Header always set T{{i}} "%{t{{i}}}e"
                <Location /e{{i}}>
                    Header always set E "1-abc-abc"
                    Header always edit E "(a)(x)?(b)" {{Quoted(templates[i].Replace(@"\", "", StringComparison.Ordinal))}}
                    Header always set F "1-abc-abc"
                    Header always edit* F "(a)(x)?(b)" {{Quoted(templates[i].Replace(@"\", "", StringComparison.Ordinal))}}
                </Location>
                RedirectMatch "^/r{{i}}/(x)(y)?(.*)" {{Quoted("/" + templates[i])}}

                """);
        }
        return Pair.With(configuration.ToString(), async pair =>
        {
            await pair.Same("/xz");
            await pair.Same("/xyz");
            for (int i = 0; i < templates.Length; i++)
            {
                await pair.Same($"/e{i}");
                await pair.Same($"/r{i}/xy/a%20b%25?q");
            }
        });
    }

    [ApacheFact]
    public Task Editing_goes_on_behind_each_match() => Pair.With("""
        Header always set A "aaa"
        Header always edit* A "^a" "b"
        Header always set B "aXbXc"
        Header always edit* B "X" "--"
        Header always set C "aXbXc"
        Header always edit C "X(.)" "<$1>"
        Header always set D "key=value; secure"
        Header always edit D "(?i)^(.*?)(; secure)?$" "$1; Secure"
        Header always set E "foobar foobar"
        Header always edit* E "foo\Kbar" "-"
        Header always add F "one"
        Header always add F "two"
        Header always edit F "o" "0"
        Header always set G "none"
        Header always edit G "x" "y"
        Header always edit H "x" "y"
        Header always set I "ab"
        Header always edit I "$" "c"
        Header always set J "cba"
        Header always edit* J "(?<=c)b|a" "x"
        """, pair => pair.Same("/"));

    [ApacheFact]
    public Task Options_hold_for_what_follows()
    {
        string[] options = ["", "none", "ICASE", "+ICASE", "-DOTALL", "DOTALL DOLLAR_ENDONLY", "DOTALL", "none +ICASE +DOTALL", "+ICASE none", "-ICASE +dollar_endonly", "DOTALL +ICASE", "ICASE DOTALL"];
        var configuration = new StringBuilder();
        for (int i = 0; i < options.Length; i++)
        {
            configuration.Append($$"""
                {{(i % 2 == 0 ? "RegexDefaultOptions none" : "")}}
                {{(i % 4 == 0 ? "RegexDefaultOptions +DOTALL +DOLLAR_ENDONLY" : "")}}
                {{(options[i] == "" ? "" : "RegexDefaultOptions " + options[i])}}
                <LocationMatch "^/(A|b.c|d$)">
                    Header always set T{{i}} "matches"
                </LocationMatch>
                <If "%{REQUEST_URI} =~ m#^/(A|b.c|d$)#">
                    Header always set I{{i}} "matches"
                </If>

                """);
        }
        return Pair.With(configuration + "<Directory {D}>\nAllowOverride All\n</Directory>\n", async pair =>
        {
            pair.Write(".htaccess", "SetEnvIf Request_URI \"^/(A|b.c|d$)\" h=$1\nHeader always set H %{h}e\n");
            foreach (string target in (string[])["/A", "/a", "/b%0ac", "/d%0a", "/d", "/B%0aC"]) await pair.Same(target);
        });
    }

    [ApacheFact]
    public Task Options_that_do_not_exist_are_refused() => Pair.SameSyntax(
        [.. new[] { "", "none", "NONE", "+none", "-icase", "+", "EXTENDED", "ICASE,DOTALL" }.Select(options => "RegexDefaultOptions " + options),
        "<VirtualHost *:80>\nRegexDefaultOptions ICASE\n</VirtualHost>"]);

    private static readonly string[] s_subjects =
    [
        "", "/", "a", "ab", "aab", "aaab", "abab", "abba", "b", "ba", "bcd", "(a(b)c)", "[a[b]]", "<tag>", "/secret/f.txt", "/SECRET", "foobar", "a.b", "[x]",
        "/index.html", "/index.php/path?x=1&y=2", "/images/logo.gif", "/a/b/c.tar.gz", "/wp-content/uploads/2024/01/x.php", "/.git/config", "/.htaccess", "style.abc12345.min.css",
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36", "Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.1)",
        "Googlebot/2.1 (+http://www.google.com/bot.html)", "curl/8.0", "http://www.example.com:8080/a/b?c=d", "https://user@example.org/", "192.168.1.10", "10.0.0.1", "255.255.255.256",
        "session=abc; lang=de", "lang=de-AT", "GET", "POST", "2024-01-31", "name@example.com", "a b  c", "a\tb", "  x", "'quoted' and \"quoted\"", "%2e%2e%2f", "../../etc/passwd", "union select 1",
        "caf\xe9", "caf\xc3\xa9", "\xc9\xe9\xff", "\xc3", "x\xa0y", "abc\x85", "1", "12", "123", "a1-b", "win32", "WINDOWS", "test.example.com", "index", "README", "x{2}", "a,b;c", "$1", "\\\\server", "secret", "SecRet",
    ];

    private static string Quoted(string pattern) =>
        "\"" + pattern.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal) + "\"";

    private static string Beside(string name, [CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, name);
}
