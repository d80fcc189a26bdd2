namespace Manifold.Differential;

/// <summary>Names, fields and texts that are no UTF-8, and some that are: bytes come out as they went in.</summary>
public sealed class ByteTests
{
    private const string Latin = "caf\u00e9", Utf8 = "caf\u00c3\u00a9";

    [ApacheFact]
    public Task Names_of_files() => Pair.With("", async pair =>
    {
        pair.Write(Latin + ".html", "latin");
        pair.Write(Utf8 + ".html", "utf-8");
        pair.Write(Latin + "/index.html", "folder");
        pair.Write(Latin + "/.htaccess", "Require all denied");
        foreach (string target in (string[])["/caf%E9.html", "/caf%C3%A9.html", "/caf%E9", "/caf%E9/", "/caf%E9/index.html", "/caf%c3.html", "/%ff%fe", "/caf%E9.html/more"])
            await pair.Same(target);
        await pair.SameAccessLog();
    });

    [ApacheFact]
    public Task Access_rules_of_names_that_are_no_UTF8() => Pair.With($$"""
        <Directory {D}>
            AllowOverride All
        </Directory>
        <Directory "{D}/{{Latin}}">
            Require all denied
        </Directory>
        <Files "{{Latin}}.txt">
            Require all denied
        </Files>
        <Location "/{{Utf8}}.txt">
            Require all denied
        </Location>
        """, async pair =>
    {
        pair.Write(Latin + "/f.txt", "secret");
        pair.Write(Latin + ".txt", "secret");
        pair.Write(Utf8 + ".txt", "secret");
        pair.Write("x" + Latin + "/.htaccess", "Require all denied");
        pair.Write("x" + Latin + "/f.txt", "secret");
        foreach (string target in (string[])["/caf%E9/f.txt", "/caf%e9/f.txt", "/caf%E9.txt", "/caf%C3%A9.txt", "/xcaf%E9/f.txt"]) await pair.Same(target);
    });

    [ApacheFact]
    public Task Fields_and_what_is_made_of_them() => Pair.With($$"""
        Header set X-Set "{{Latin}} {{Utf8}}"
        SetEnvIf X-Given "^(.*)$" GIVEN=$1
        Header set X-Variable "%{GIVEN}e"
        Header echo ^X-Echo
        Redirect /u http://x.example/{{Latin}}
        Redirect /v http://x.example/{{Utf8}}
        RedirectMatch "^/w(.*)$" http://x.example/w$1
        ErrorDocument 404 "{{Latin}} is missing"
        LogFormat "%{X-Given}i %U %{GIVEN}e" compared
        """, async pair =>
    {
        foreach (string value in (string[])[Latin, Utf8, "\u00ff", "\u0080", "a\tb"])
        {
            await pair.Same("/", $"X-Given: {value}\r\nX-Echo: {value}\r\nReferer: http://x/{value}\r\nCookie: c={value}\r\n");
            await pair.Same("/missing", $"Referer: http://x/{value}\r\n");
        }
        foreach (string target in (string[])["/u", "/u/caf%E9", "/v", "/w/caf%E9", "/w/%C3%A9"]) await pair.Same(target);
    });
}
