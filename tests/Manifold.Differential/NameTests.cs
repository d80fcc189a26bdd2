namespace Manifold.Differential;

/// <summary>Names of files and paths are brought into one form before a rule is compared with them.</summary>
public sealed class NameTests
{
    private static readonly string[] s_files = ["d/secret/f.txt", "d/pub/a.txt", "d/other/o.txt", "d/secret/sub/g.txt", "secret/f.txt", "w/a.txt", "w/b.dat"];

    [ApacheFact]
    public Task A_file_has_one_name_whoever_makes_it() => Pair.With("""
        Alias /x {D}/d/
        Alias /y {D}/d
        Alias /w/ {D}//d/pub/../
        Alias /up /../..{D}/d
        AliasMatch "^/all(.*)$" "{D}/d/$1"
        AliasMatch "^/root(.*)$" "/$1"
        <Location /whole>
            Alias {D}/d/../d//secret/
        </Location>
        <Directory {D}//d/./other/../secret/>
            Require all denied
        </Directory>
        """, Write, pair => Ask(pair, "/x/secret/f.txt", "/x/pub/a.txt", "/x/pub", "/xpub/a.txt", "/y/secret/f.txt", "/y/pub/a.txt", "/w/secret/f.txt", "/w/pub/a.txt",
        "/up/secret/f.txt", "/up/pub/a.txt", "/all/secret/f.txt", "/all/secret", "/all/pub/a.txt", "/all../d/secret/f.txt", "/all../secret/f.txt", "/all..", "/all.", "/all/./x",
        "/root/etc/passwd/x", "/whole", "/whole/f.txt", "/all/missing/../secret/f.txt"));

    [ApacheFact]
    public Task Dots_in_a_substitution_do_not_leave_what_is_granted() => Pair.With("""
        <Directory {D}>
            Require all denied
        </Directory>
        <Directory {D}/d/pub>
            Require all granted
        </Directory>
        AliasMatch "^/files(.*)$" "{D}/d/pub/$1"
        """, Write, pair => Ask(pair, "/files/a.txt", "/filesa.txt", "/files../secret/f.txt", "/files../pub/a.txt", "/files/../secret/f.txt", "/files.."));

    [ApacheFact]
    public Task Slashes_that_are_not_merged_do_not_hide_a_path() => Pair.With("""
        MergeSlashes Off
        Alias /al {D}/d
        Alias /b//l {D}/d
        AliasMatch "^/am(.*)$" "{D}/d$1"
        Redirect /re http://x.example/t
        Redirect /gone/ http://x.example/g/
        Redirect "/r//s" http://x.example/q
        RedirectMatch "^/rm(.*)$" http://x.example/m$1
        <Location /secret>
            Require all denied
        </Location>
        <Location "/d//secret">
            Require all denied
        </Location>
        <Location /w*/a.txt>
            Require all denied
        </Location>
        <LocationMatch "^/d/pub">
            Require all denied
        </LocationMatch>
        """, Write, pair => Ask(pair, "/secret/f.txt", "//secret/f.txt", "///secret//f.txt", "/d/secret/f.txt", "/d//secret/f.txt", "//d//secret/f.txt", "/al/secret/f.txt",
        "//al//secret//f.txt", "/b/l/pub/a.txt", "/b//l/pub/a.txt", "/b///l//pub/a.txt", "/re/a", "//re//a", "/gone/x", "/gone//x", "/r/s/y", "/r//s/y", "//rm/x//y", "/rm//x",
        "//w/a.txt", "/w//a.txt", "/d//pub/a.txt", "//d/pub/a.txt", "/d/pub/a.txt", "/am//secret/f.txt", "//am/x", "http://localhost//secret/f.txt"));

    [ApacheFact]
    public Task Directory_sections_hold_for_files() => Pair.With("""
        <Directory "{D}/d/secret/*">
            Require all denied
        </Directory>
        <Directory "{D}/d/pub/*.txt">
            Require all denied
        </Directory>
        <Directory {D}/secret/f.txt>
            Require all denied
        </Directory>
        <Directory {D}/w/a.txt/>
            Require all denied
        </Directory>
        """, Write, pair => Ask(pair, "/d/secret/f.txt", "/d/secret/sub/g.txt", "/d/secret/missing", "/d/secret", "/d/pub/a.txt", "/secret/f.txt", "/w/a.txt", "/w/b.dat"));

    [ApacheFact]
    public Task Redirects_name_what_was_asked_for() => Pair.With("""
        Redirect /re http://x.example/t
        Redirect /loc /t
        Redirect /q http://x.example/t?a=b
        RedirectMatch "^/rm(.*)$" http://x.example/m$1
        RedirectMatch "^/rl(.*)$" /m$1
        RedirectMatch "^/rq(.*)$" http://x.example/m?q=$1
        RedirectMatch "^/rf(.*)$" http://x.example/m#f$1
        RedirectMatch "^/rs/(.*)$" "$1 x"
        RedirectMatch "^/rz(.*)$" "http://x.example/a%20b%$1"
        RedirectMatch "^/r9(.*)$" "http://x.example:99/\$1/$0&"
        RedirectMatch "^/mail/(.*)$" "mailto:$1"
        ErrorDocument 404 "http://x.example/a b"
        """, async pair =>
    {
        string[] tails = ["", "/a%20b", "/a%0d%0aX-B:%20y", "/%C3%A9", "/a%25b", "/a%2525b", "/a%3Fb", "/a;b,c&d=e+f", "/a%3bb", "/a%22b", "/a%23b", "/a%5cb", "/~%7e", "/%5b%5d",
            "/a?x=y%20z", "//host/", "/%7f", "/%01"];
        foreach (string start in (string[])["/re", "/loc", "/q", "/rm", "/rl", "/rq", "/rf", "/rs", "/rz", "/r9", "/mail", "/none"])
            foreach (string tail in tails) await pair.Same(start + tail);
    });

    /// <summary>httpd sends the source; here it must not be seen.</summary>
    [ApacheFact]
    public Task Programs_without_their_handler_are_not_sent_as_source() => Pair.With("""
        AddHandler application/x-httpd-php .php
        AddHandler cgi-script .cgi
        AddType application/x-httpd-php-source .phps
        <FilesMatch "\.fpm$">
            SetHandler "proxy:unix:/run/php.sock|fcgi://localhost"
        </FilesMatch>
        <Location /d>
            SetHandler default-handler
        </Location>
        DirectoryIndex index.php
        FallbackResource /a.php
        """, async pair =>
    {
        foreach (string name in (string[])["a.php", "b.cgi", "c.phps", "a.php.txt", "x.fpm", "d/a.php", "e/index.php"]) pair.Write(name, "the source");
        string[] targets = ["/a.php", "/b.cgi", "/c.phps", "/a.php.txt", "/x.fpm", "/e/", "/none"];
        foreach (string target in targets)
        {
            var (_, ours) = await pair.Same(target);
            Xunit.Assert.Equal((403, target, false), (ours.Status, target, ours.Body.Contains("the source", StringComparison.Ordinal)));
        }
        await pair.Same("/d/a.php");
        var tested = await pair.Ours.Run("-t");
        foreach (string handler in (string[])["application/x-httpd-php", "cgi-script", "application/x-httpd-php-source", "proxy:unix:/run/php.sock|fcgi://localhost"])
            Xunit.Assert.Contains($"no loaded module has a handler '{handler}'", tested.Error, StringComparison.Ordinal);
    });

    [ApacheFact]
    public Task Fields_never_hold_what_would_split_them() => Pair.With("""
        <Location />
            SetEnvIf Request_URI "^/clean.txt/(.*)$" P=$1
            SetEnvIf X-In "(.*)" Q=$1
            AcceptPathInfo On
            Header always set X-A "%{P}e"
            Header always set X-B "%{Q}e" env=Q
        </Location>
        """, async pair =>
    {
        pair.Write("clean.txt", "x");
        foreach (string tail in (string[])["x", "x%0d%0aX-C:%20y", "x%0a", "x%0d", "x%09y", "x%e9%80", "x%01", "x%7f", "x%0d%0a%0d%0aHTTP/1.1%20200%20OK"])
        {
            var (_, ours) = await pair.Same("/clean.txt/" + tail);
            Xunit.Assert.Equal(("x", null), (ours.Body, ours.Field("X-C")));
        }
        await pair.Same("/clean.txt/y", "X-In: a\tb\r\n");
    });

    [ApacheTheory]
    [Xunit.InlineData("")]
    [Xunit.InlineData("ServerName r1")]
    [Xunit.InlineData("ServerName r1\nUseCanonicalName On")]
    [Xunit.InlineData("ServerName r1:{port}")]
    [Xunit.InlineData("UseCanonicalName On")]
    public Task Redirects_have_the_port_that_the_server_gives_itself(string said) => Pair.With($"<VirtualHost *:{{port}}>\n{said}\n</VirtualHost>\n", Write, async pair =>
    {
        await pair.Same("/d", host: "r1");
        await pair.Same("/d", host: "r1:99");
    });

    private static void Write(Pair pair)
    {
        foreach (string file in s_files) pair.Write(file, file);
    }

    private static async Task Ask(Pair pair, params string[] targets)
    {
        foreach (string target in targets) await pair.Same(target);
    }
}
