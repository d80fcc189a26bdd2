using System.Globalization;
using Xunit;

namespace Manifold.Differential;

/// <summary>How the times in the fields of one answer agree.</summary>
public sealed class TimeTests
{
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
