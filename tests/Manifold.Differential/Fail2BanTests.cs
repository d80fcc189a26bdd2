using System.Text.RegularExpressions;
using Manifold.ProcessTests.Harness;
using Xunit;

namespace Manifold.Differential;

/// <summary>Who is refused is logged so that the filters which fail2ban ships for httpd find it.</summary>
public sealed partial class Fail2BanTests
{
    private const string Filters = "/etc/fail2ban/filter.d", Program = "/usr/bin/fail2ban-regex";

    [Fail2BanFact]
    public Task The_stock_filters_match_as_many_lines() => Pair.With(Configuration, async pair =>
    {
        await Refused(pair);
        int matched = 0;
        foreach (string filter in Directory.GetFiles(Filters, "apache-*.conf").Order())
        {
            if (filter.EndsWith("-common.conf", StringComparison.Ordinal)) continue;
            foreach (string log in (string[])["error.log", "access.log"])
            {
                var (httpd, ours) = (await Matches(pair.Httpd, log, filter), await Matches(pair.Ours, log, filter));
                pair.Compare($"{System.IO.Path.GetFileName(filter)} on {log}", "matched", httpd, ours);
                matched += int.Parse(ours);
            }
        }
        Assert.True(matched >= 4, $"the filters matched {matched} lines");
    });

    private const string Configuration = """
        LogLevel info
        LogFormat "%h %l %u %t \"%r\" %>s %b \"%{Referer}i\" \"%{User-Agent}i\"" combined
        CustomLog logs/access.log combined
        <Directory {D}/denied>
            Require all denied
        </Directory>
        """;

    private static async Task Refused(Pair pair)
    {
        pair.Write("denied/f.txt", "denied");
        string[] requests =
        [
            "GET /denied/f.txt HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
            "GET /absent.php HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
            "GET /cgi-bin/absent.pl HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
            "GET /phpmyadmin/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
            "GET /~nobody/f HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
            $"GET /{new string('a', 9000)} HTTP/1.1\r\nHost: localhost\r\n\r\n",
            $"GET /{new string('a', 300)} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
            $"GET / HTTP/1.1\r\nHost: localhost\r\nX: {new string('a', 9000)}\r\n\r\n",
            "GET / HTTP/1.1\r\n\r\n",
            "GET  /\tx HTTP/1.1 y\r\nHost: localhost\r\n\r\n",
            "G@T / HTTP/1.1\r\nHost: localhost\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: local host\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: localhost\r\nno field\r\n\r\n",
            "GET /%2f/x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
            "GET /../../etc/passwd HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
            "FOO / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
        ];
        foreach (string request in requests) await pair.SameBytes(request);
    }

    private static async Task<string> Matches(Reference server, string log, string filter)
    {
        var ran = await Command.Run(Program, [$"{server.Directory}/logs/{log}", filter]);
        return Matched().Match(ran.Output) is { Success: true } match ? match.Groups[1].Value : throw new InvalidOperationException($"{Program} {filter}: {ran.Output}\n{ran.Error}");
    }

    [GeneratedRegex(@"^Lines: .* (\d+) matched", RegexOptions.Multiline)]
    private static partial Regex Matched();

    [AttributeUsage(AttributeTargets.Method)]
    private sealed class Fail2BanFactAttribute : FactAttribute
    {
        public Fail2BanFactAttribute()
        {
            if (!File.Exists(Apache.Path)) Skip = Apache.Absent;
            else if (!File.Exists(Program)) Skip = Program + " is not installed (Debian package fail2ban)";
        }
    }
}
