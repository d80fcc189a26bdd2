namespace Manifold.Differential;

/// <summary>How long answers may be kept: all forms of mod_expires' directives, what they are added to, and what gets none.</summary>
public sealed class ExpiresTests
{
    private static readonly string[] s_forms =
    [
        "access", "now", "modification", "access plus 1 month", "access plus 1 month 2 days 3 hours", "now plus 90 seconds", "modification plus 1 week", "modification plus 50 years", "access 5 minutes", "A0", "A3600", "M3600",
        "M0", "A", "M", "A10x", "a10", "m10", "A-5", "A 5", "access plus", "access plus 1", "access plus month", "access plus 1 parsec", "access plus -1 day", "access plus 1 d", "access plus 1 mo", "access plus 1 mi", "access plus 1 m", "plus 1 day",
        "acc plus 1 day", "acce 1 day", "accessed 1 day", "nowhere 1 day", "mod plus 1 day", "n 1 day", "access PLUS 1 day", "ACCESS plus 1 DAY", "access  plus   1   day", "access plus 1day", "access plus 1x day", "access plus 1.5 days", "access plus plus 1 day", "access minus 1 day",
        "access plus 1 years", "access plus 2 weeks", "access plus 1 second 1 minute 1 hour 1 day 1 week 1 month 1 year", "A4000000000", "A99999999999999999999", "access plus 100 years", "access plus 3000000000 seconds", "access plus 1 day extra", "access plus 1 fortnight", "access p 1 day", "access pl 1 day",
        "now 1 sec", "now 1 min", "now 1 mon", "now 1 hou", "now 1 wee", "now 1 yea", "now 1 months", "access plus 0 seconds", "", "access and 1 day", "access plus 1 month,2 days", " access plus 1 day", "\taccess", "modification 1 day access",
    ];

    [ApacheFact]
    public Task Syntax() => Pair.SameSyntax([.. s_forms.Select(form => $"ExpiresDefault \"{form}\"\n"), .. s_forms.Take(12).Select(form => $"ExpiresByType text/html \"{form}\"\n"),
        "ExpiresByType text access\n", "ExpiresByType text/* access\n", "ExpiresByType * access\n", "ExpiresByType */* access\n", "ExpiresByType text/html access plus 1 day\n", "ExpiresDefault access plus 1 day\n",
        "ExpiresActive maybe\n", "ExpiresActive On Off\n", "ExpiresByType / access\n", "ExpiresByType \"text/html; charset=utf-8\" access\n"]);

    [ApacheFact]
    public async Task Forms()
    {
        var text = new System.Text.StringBuilder("ExpiresActive On\n");
        int count = 0;
        var used = new List<string>();
        foreach (string form in s_forms)
        {
            if (!await Pair.HttpdAccepts($"ExpiresDefault \"{form}\"\n")) continue;
            text.Append($"<Location /{count}.txt>\nExpiresDefault \"{form}\"\n</Location>\n");
            used.Add(form);
            count++;
        }
        await Pair.With(text.ToString(), async pair =>
        {
            for (int i = 0; i < used.Count; i++)
            {
                pair.Write($"{i}.txt", "x");
                var (httpd, ours) = await pair.SameBytes($"GET /{i}.txt HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", compare: false);
                pair.Compare(used[i], "age", Age(httpd[0], used[i]), Age(ours[0], used[i]));
            }
        });
    }

    [ApacheFact]
    public Task Answers() => Pair.With("""
        ExpiresActive On
        ExpiresDefault "access plus 1 day"
        ExpiresByType text/html "access plus 2 days"
        ExpiresByType text/* "access plus 3 days"
        ExpiresByType image/* M10
        ExpiresByType "text/x-a; charset=utf-8" A5
        AddType text/x-a .xa
        AddType text/X-Upper .xu
        AddType image/png .png
        AddDefaultCharset utf-8
        Redirect /redirect http://localhost/x
        Redirect 410 /gone
        ErrorDocument 410 "gone"
        ErrorDocument 404 /error.html
        <Location /off>
            ExpiresActive Off
        </Location>
        <Location /inner>
            ExpiresByType text/html A7
        </Location>
        <Location /inner/default>
            ExpiresDefault A8
        </Location>
        <Location /set>
            Header set Cache-Control "private"
        </Location>
        <Location /early>
            Header always set Cache-Control "no-store"
        </Location>
        <Location /age>
            Header set Cache-Control "max-age=1"
        </Location>
        <Location /expires>
            Header set Expires "Thu, 01 Jan 1970 00:00:00 GMT"
        </Location>
        <Location /alwaysexpires>
            Header always set Expires "0"
        </Location>
        <Location /append>
            Header append Cache-Control "public"
        </Location>
        <Location /merge>
            Header merge Cache-Control "max-age=86400"
        </Location>
        <Location /unset>
            Header unset Cache-Control
            Header unset Expires
        </Location>
        <Location /edit>
            Header edit Cache-Control max-age s-maxage
        </Location>
        <Location /denied>
            Require all denied
        </Location>
        <Location /changed>
            Header set Content-Type "image/png"
        </Location>
        <Location /status>
            SetHandler server-status
        </Location>
        """, async pair =>
    {
        foreach (string folder in (string[])["off", "inner", "inner/default", "set", "early", "age", "expires", "alwaysexpires", "append", "merge", "unset", "edit", "denied", "changed"]) pair.Write(folder + "/a.html", "text");
        foreach (string name in (string[])["a.html", "a.txt", "a.xa", "a.xu", "a.png", "a", "error.html"]) pair.Write(name, "text of some length");
        string[] targets = ["/", "/a.html", "/a.txt", "/a.xa", "/a.xu", "/a.png", "/a", "/redirect", "/gone", "/missing", "/denied/a.html", "/off/a.html", "/inner/a.html", "/inner/default/a.html", "/set/a.html", "/early/a.html", "/age/a.html",
            "/expires/a.html", "/alwaysexpires/a.html", "/append/a.html", "/merge/a.html", "/unset/a.html", "/edit/a.html", "/changed/a.html", "/set", "/early/none"];
        foreach (string target in targets)
        {
            await Ask($"GET {target} HTTP/1.1\r\n");
            await Ask($"HEAD {target} HTTP/1.1\r\n");
        }
        await Ask("GET /a.html HTTP/1.1\r\nIf-Modified-Since: Tue, 02 Jan 2024 03:04:05 GMT\r\n");
        await Ask("GET /a.png HTTP/1.1\r\nIf-Modified-Since: Tue, 02 Jan 2024 03:04:05 GMT\r\n");
        await Ask("GET /set/a.html HTTP/1.1\r\nIf-Modified-Since: Tue, 02 Jan 2024 03:04:05 GMT\r\n");
        await Ask("GET /a.html HTTP/1.1\r\nIf-Unmodified-Since: Tue, 02 Jan 2020 03:04:05 GMT\r\n");
        await Ask("GET /a.html HTTP/1.1\r\nRange: bytes=0-1\r\n");
        await Ask("GET /a.html HTTP/1.1\r\nRange: bytes=0-1,4-5\r\n");
        await Ask("GET /a.html HTTP/1.1\r\nRange: bytes=100-\r\n");
        await Ask("OPTIONS /a.html HTTP/1.1\r\n");
        await Ask("TRACE /a.html HTTP/1.1\r\n");
        await Ask("POST /a.html HTTP/1.1\r\nContent-Length: 0\r\n");
        await Ask("FOO /a.html HTTP/1.1\r\n");

        async Task Ask(string request)
        {
            var (httpd, ours) = await pair.SameBytes(request + "Host: localhost\r\nConnection: close\r\n\r\n", compare: false);
            pair.Compare(request, "age", Age(httpd[0]), Age(ours[0]));
        }
    });

    /// <summary>What an answer says about its age: a time relative to its own date, but of what counts from the file's change the time itself.</summary>
    private static string Age(Answer answer, string form = "")
    {
        string expires = answer.Field("Expires") ?? "none";
        if (!DateTime.TryParse(expires, out var until) || until.Year <= 1970 || !DateTime.TryParse(answer.Field("Date"), out var date)) return $"{answer.Status}, {answer.Field("Cache-Control") ?? "none"}, {expires}";
        double seconds = (until - date).TotalSeconds;
        return seconds > 10 && form.StartsWith("m", StringComparison.OrdinalIgnoreCase) ? expires : $"{answer.Status}, {answer.Field("Cache-Control")}, date + {seconds}";
    }
}
