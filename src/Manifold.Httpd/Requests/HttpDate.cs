using System.Globalization;
using Microsoft.Extensions.Primitives;

namespace Manifold.Httpd.Requests;

/// <summary>Dates of HTTP headers: written in the one preferred form, read in all three. Pure.</summary>
internal static class HttpDate
{
    private static volatile Moment s_last = new(-1, default);

    private static readonly string[] Forms =
        ["dd MMM yyyy HH:mm:ss 'GMT'", "dd-MMM-yy HH:mm:ss 'GMT'", "MMM d HH:mm:ss yyyy"];

    public static string Format(DateTime utc) => utc.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>The Date field of a time: the text is made once a second.</summary>
    public static StringValues Field(DateTime utc)
    {
        long second = utc.Ticks / TimeSpan.TicksPerSecond;
        var last = s_last;
        if (last.Second != second) s_last = last = new Moment(second, Format(utc));
        return last.Text;
    }

    public static bool TryParse(string text, out DateTime utc)
    {
        // Without the name of the day: a wrong one is no reason to ignore a date.
        var date = text.AsSpan().Trim();
        int day = date.IndexOf(' ');
        utc = default;
        return day > 0 && DateTime.TryParseExact(date[day..].Trim(), Forms, CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal | DateTimeStyles.AllowInnerWhite, out utc) && utc > DateTime.UnixEpoch; // to httpd the epoch is no date
    }

    private sealed record Moment(long Second, StringValues Text);

    /// <summary>The date without fractions of a second, as a header can say it.</summary>
    public static DateTime WholeSeconds(DateTime utc) => new(utc.Ticks - utc.Ticks % TimeSpan.TicksPerSecond, DateTimeKind.Utc);
}
