using System.Text;
using System.Text.RegularExpressions;

namespace Manifold.Differential;

/// <summary>ErrorLogFormat: each format is a host's with a log of its own, so that only lines about requests are in it.</summary>
public sealed partial class ErrorLogFormatTests
{
    private static readonly string[] s_formats =
    [
        "1[%a] 2[%{c}a] 3[%A] 4%{VAR}e 5%E 7%{User-Agent}i 8%k 9%l 10%L 11%{c}L 12%{C}L 13%m 14%{x}n 15%P 16%T 17%{g}T 18%v 19%V 20%{foo}T <%M> end",
        "1[%-a] 4%-{VAR}e 4%-{NONE}e 5%-E 7%-{User-Agent}i 7%-{Host}i 10%-L 11%-{c}L 12%-{C}L 13%-m 14%-{x}n 18%-v 19%-V <%M> end",
        "[%t] [%{u}t] [%{cu}t] [%{c}t] [%{x}t] [%{uc}t] [%{}t] %M",
        @"a%{x}nb c%{x}nd\ e%{x}nf g% h%{x}n% i %{x}n\tj \\ k\q\tl %M %{x}n m",
        "%% a%%b %7{VAR}e %3{VAR}e %2{VAR}e c%7ad  double  blank %M tail%{x}n t2",
        "%{x}n%M kept", "a %{x}n%M tail%{x}n end", "%M%{x}n", "% %M % ", "%3M 3", "%7M kept", "%{x}{VAR}e %M", " %M", "%{Referer}i %{VAR}e %{User-Agent}i %M",
        @"[%{u}t] [%-m:%l] [pid %P:tid %T] %7F: %E: [client\ %a] %M% ,\ referer\ %{Referer}i",
        @"%M \\n", @"%M \n", "%M\"",
    ];

    [ApacheFact]
    public Task Every_item() => Pair.With(Hosts(), async pair =>
    {
        for (int i = 0; i < s_formats.Length; i++) await Ask(pair, $"v{i}.example");
        for (int i = 0; i < s_formats.Length; i++) await pair.SameLog($"v{i}.log", Masked);
    });

    [ApacheFact]
    public Task Lines_that_are_written_once() => Pair.With("""
        ErrorLogFormat "main %-{Host}i %M"
        ErrorLogFormat request "main request %L %-V"
        <Location /refused>
            Require all denied
        </Location>
        SetEnvIf Request_URI . VAR=value
        <VirtualHost *>
            ServerName inherits.example
            ErrorLog logs/inherits.log
        </VirtualHost>
        <VirtualHost *>
            ServerName all.example
            ErrorLog logs/all.log
            ErrorLogFormat "%L %{c}L %{C}L <%M>"
            ErrorLogFormat request "[%t] R %L agent %+{User-Agent}i"
            ErrorLogFormat Request "R2 %L ref %{Referer}i|"
            ErrorLogFormat request "R3 %-l|%-m|%-E|%-{C}L|%-{c}L|%-L|%-k|%-v|%-V|%-A|%-a|%-{c}a|%-{VAR}e"
            ErrorLogFormat connection "C %{c}L %{C}L %L %a %A"
            ErrorLogFormat connection "C2"
            ErrorLogFormat connection "C3 %-l|%-m|%-E|%-{C}L|%-{c}L|%-L|%-k|%-V|%-A|%-a|%-{c}a|%-{VAR}e|%-{Host}i"
            ErrorLogFormat connection "never %+{VAR}e"
        </VirtualHost>
        <VirtualHost *>
            ServerName twice.example
            ErrorLog logs/twice.log
            ErrorLogFormat "first %M"
            ErrorLogFormat "second %M"
        </VirtualHost>
        <VirtualHost *>
            ServerName lines.example
            ErrorLog logs/lines.log
            ErrorLogFormat connection "only this"
        </VirtualHost>
        """, async pair =>
    {
        string[] names = ["inherits", "all", "twice", "lines"];
        foreach (string name in names) await Ask(pair, name + ".example");
        foreach (string name in names) await pair.SameLog(name + ".log", Masked);
    });

    [ApacheFact]
    public Task Formats_that_are_taken() => Pair.SameSyntax([.. ((string[])[
        .. "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".Select(letter => $"ErrorLogFormat \"%M %{letter}\""),
        .. ((string[])["%M", "x", "%", "%M %", "%M %{x", "%M %{x}", "%M %-", "%M %5", "%5M", "%-5M", "%+M", "%-+5M", "%M %+a", "%!M", "%M %^ti", "%M %>s", "%M % h", @"%M\\n", "%M %%", "%{x}{y}M", "%M %--M", "%M %99999999999M",
            "%15M", "%16M", "%400M", "%M% ", "%M%-%", "%M %{x}%"]).Select(format => $"ErrorLogFormat \"{format}\""),
        "ErrorLogFormat", "ErrorLogFormat \"\"", "ErrorLogFormat connection \"x\"", "ErrorLogFormat Request \"x\"", "ErrorLogFormat foo \"x\"", "ErrorLogFormat foo \"%M\"", "ErrorLogFormat request", "ErrorLogFormat request \"%M\"",
        "ErrorLogFormat \"%M\" \"%M\"", "ErrorLogFormat \"%M\" connection", "ErrorLogFormat \"%M\" \"\"", "ErrorLogFormat connection \"\"", "ErrorLogFormat connection \"%Q\"", "ErrorLogFormat request \"%7a\"", "ErrorLogFormat request \"%+a\"",
        "ErrorLogFormat a b c", "<VirtualHost *>\nErrorLogFormat \"%M\"\n</VirtualHost>", "<Location />\nErrorLogFormat \"%M\"\n</Location>"]).Select(line => line + "\n")]);

    private static async Task Ask(Pair pair, string host)
    {
        await pair.SameBytes($"GET /refused/1 HTTP/1.1\r\nHost: {host}\r\nReferer: r\"x\\\xe9\r\nUser-Agent: \xe9\"a\\b\tc\r\n\r\nGET /refused/2 HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n", compare: false);
    }

    private static string Hosts()
    {
        var text = new StringBuilder("<Location /refused>\nRequire all denied\n</Location>\nSetEnvIf Request_URI . VAR=value\n");
        for (int i = 0; i < s_formats.Length; i++)
            text.Append($"<VirtualHost *>\nServerName v{i}.example\nErrorLog logs/v{i}.log\nErrorLogFormat \"{s_formats[i].Replace("\"", "\\\"", StringComparison.Ordinal)}\"\n</VirtualHost>\n");
        return text.ToString();
    }

    private static string Masked(string line) => Number().Replace(LogName().Replace(line, "LOGNAME"), "N");

    [GeneratedRegex(@"(?<![A-Za-z0-9+/])(?=[A-Za-z0-9+/]*[A-Z0-9])[A-Za-z0-9+/]{11}(?![A-Za-z0-9+/])|(?<=1[01])[A-Za-z0-9+/]{11}(?= )")]
    private static partial Regex LogName();

    [GeneratedRegex(@"\d{2,}|PORT")]
    private static partial Regex Number();
}
