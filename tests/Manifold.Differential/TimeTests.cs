using System.Globalization;
using Manifold.ProcessTests.Harness;
using Xunit;

namespace Manifold.Differential;

/// <summary>The times of an answer: those of files far from now, and how the fields of one answer agree.</summary>
public sealed class TimeTests
{
    private static readonly string[] s_times =
    [
        "1902-01-01 00:00:00", "1960-02-03 04:05:06.123456789", "1969-12-31 23:59:59", "1969-12-31 23:59:59.9999995", "1969-12-31 23:59:58.5", "1970-01-01 00:00:00", "1970-01-01 00:00:00.0000005",
        "1970-01-01 00:00:01", "2038-01-19 03:14:08", "2262-04-11 23:47:16.9", "2262-04-12 00:00:00", "2300-01-01 00:00:00", "2440-12-31 23:59:59.25",
        // Weak for a minute.
        "now -30 seconds", "now -3600 seconds",
    ];

    [ApacheFact]
    public Task Files_of_other_centuries() => Pair.With("""
        <Directory {D}/expires>
            ExpiresActive On
            ExpiresDefault "modification plus 1 day"
        </Directory>
        <Directory {D}/far>
            ExpiresActive On
            ExpiresDefault "modification plus 20 years"
        </Directory>
        <Directory {D}/all>
            FileETag All
        </Directory>
        """, async pair =>
        {
            for (int i = 0; i < s_times.Length; i++)
            {
                foreach (string directory in (string[])["plain", "expires", "far", "all"])
                {
                    string path = pair.Write($"{directory}/{i}.txt", "0123456789");
                    Assert.Equal(0, (await Command.Run("touch", ["-d", s_times[i].StartsWith("now", StringComparison.Ordinal) ? s_times[i] : s_times[i] + " UTC", path])).ExitCode);
                    var first = await Ask(pair, i, directory, "");
                    if (directory is "expires" or "far") continue;
                    foreach (string condition in Conditions(first.Field("ETag"), first.Field("Last-Modified")))
                    {
                        await Ask(pair, i, directory, condition);
                        await Ask(pair, i, directory, condition + "Range: bytes=2-4\r\n");
                    }
                }
            }
        });

    /// <summary>Every condition with dates around those of the files, and with what the answer before has said.</summary>
    private static IEnumerable<string> Conditions(string? tag, string? modified)
    {
        string[] dates =
        [
            modified ?? "", "Tue, 01 Jan 1901 00:00:00 GMT", "Fri, 01 Jan 1960 00:00:00 GMT", "Wed, 31 Dec 1969 23:59:59 GMT", "Thu, 01 Jan 1970 00:00:00 GMT", "Thu, 01 Jan 1970 00:00:01 GMT",
            "Saturday, 02-Jan-60 00:00:00 GMT", "Sat Jan  2 00:00:00 2010", "Sun, 01 Jan 2400 00:00:00 GMT",
        ];
        foreach (string date in dates)
        {
            yield return $"If-Modified-Since: {date}\r\n";
            yield return $"If-Unmodified-Since: {date}\r\n";
            yield return $"If-Range: {date}\r\n";
        }
        foreach (string name in (string[])["If-None-Match", "If-Match", "If-Range"]) yield return $"{name}: {tag}\r\n";
        foreach (string? known in (string?[])[tag, "\"other\""])
        {
            foreach (string? date in (string?[])[modified, dates[1], dates[^1], dates[^2]])
            {
                yield return $"If-None-Match: {known}\r\nIf-Modified-Since: {date}\r\n";
                yield return $"If-Match: {known}\r\nIf-Unmodified-Since: {date}\r\n";
                yield return $"If-None-Match: {known}\r\nIf-Unmodified-Since: {date}\r\n";
                yield return $"If-None-Match: {known}\r\nIf-Range: {date}\r\n";
                yield return $"If-Modified-Since: {date}\r\nIf-Range: {known}\r\n";
            }
        }
    }

    private static async Task<Answer> Ask(Pair pair, int file, string directory, string fields)
    {
        string request = $"GET /{directory}/{file}.txt HTTP/1.1\r\nHost: localhost\r\n{fields}Connection: close\r\n\r\n";
        string question = $"{s_times[file]} {directory} {Pair.Shown(fields)}";
        var (httpd, ours) = await pair.SameBytes(request, compare: false);
        pair.Compare(question, "status", httpd[0].StatusLine, ours[0].StatusLine);
        foreach (string name in (string[])["ETag", "Content-Range", "Content-Length"]) pair.Compare(question, name, httpd[0].Field(name) ?? "", ours[0].Field(name) ?? "");
        pair.Compare(question, "Last-Modified", Modified(httpd[0]), Modified(ours[0]));
        pair.Compare(question, "max-age", Fixed(MaxAge(httpd[0])), Fixed(MaxAge(ours[0])));
        pair.Compare(question, "Expires", Fixed(httpd[0].Field("Expires") is { } e && httpd[0].Field("Date") != e ? Time(e) : null), Fixed(ours[0].Field("Expires") is { } o && ours[0].Field("Date") != o ? Time(o) : null));
        return httpd[0];
    }

    private static DateTimeOffset? MaxAge(Answer answer) =>
        answer.Field("Cache-Control") is ['m', 'a', 'x', '-', 'a', 'g', 'e', '=', .. { } age] && age != "0" ? Minute(Time(answer.Field("Date")).AddSeconds(double.Parse(age))) : null;

    /// <summary>httpd counts from a fraction of a second, and may say one second less.</summary>
    private static DateTimeOffset Minute(DateTimeOffset time) => DateTimeOffset.UnixEpoch.AddMinutes(Math.Round((time - DateTimeOffset.UnixEpoch).TotalMinutes));

    /// <summary>A time that does not move; nothing for one that does with the present.</summary>
    private static string Fixed(DateTimeOffset? time) => time?.ToString("R", CultureInfo.InvariantCulture) ?? "none";

    /// <summary>A time in the future is said as now.</summary>
    private static string Modified(Answer answer) => answer.Field("Last-Modified") is { } text && text == answer.Field("Date") ? "as Date" : answer.Field("Last-Modified") ?? "";

    [ApacheFact]
    public Task The_times_of_one_answer_agree() => Pair.With("""
        ExpiresActive On
        ExpiresDefault "access plus 10 seconds"
        """, async pair =>
        {
            for (int i = 0; i < 100; i++)
            {
                string path = pair.Write("now.txt", i.ToString(CultureInfo.InvariantCulture));
                File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddMilliseconds(i % 2 == 0 ? 0 : 1500));
                var answer = Answer.Parse(await pair.Ours.Ask("GET /now.txt HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"u8.ToArray()), false)[0];
                var date = Time(answer.Field("Date"));
                Assert.True(Time(answer.Field("Last-Modified")) <= date, $"Last-Modified {answer.Field("Last-Modified")}, Date {answer.Field("Date")}");
                Assert.Equal("max-age=10", answer.Field("Cache-Control"));
                Assert.Equal(date.AddSeconds(10), Time(answer.Field("Expires")));
            }
        });

    private static DateTimeOffset Time(string? text) => DateTimeOffset.ParseExact(text ?? "", "R", CultureInfo.InvariantCulture);
}
