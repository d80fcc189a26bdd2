using System.Globalization;
using System.Text;
using Manifold.Httpd.Requests;

namespace Manifold.Httpd.Modules.LogConfig;

/// <summary>Times in log lines, local time zone. The common form is made once a second and shared by all threads.</summary>
internal sealed class LogTime
{
    private Second _last = new(0, []);

    /// <summary>"[21/Nov/2026:00:22:54 +0000]".</summary>
    public void Add(LogLine line, DateTime utc)
    {
        long second = utc.Ticks / TimeSpan.TicksPerSecond;
        var last = Volatile.Read(ref _last);
        if (last.Number != second)
        {
            last = new Second(second, Encoding.ASCII.GetBytes('[' + Format("%d/%b/%Y:%H:%M:%S %z", utc) + ']'));
            Volatile.Write(ref _last, last);
        }
        line.Add(last.Text);
    }

    /// <summary>The C library's strftime for the C locale, as far as log formats use it.</summary>
    public static string Format(string format, DateTime utc)
    {
        var local = new DateTimeOffset(utc, TimeSpan.Zero).ToLocalTime();
        var text = new StringBuilder();
        for (int i = 0; i < format.Length; i++)
        {
            if (format[i] != '%' || i + 1 == format.Length) text.Append(format[i]);
            else text.Append(Item(format[++i], local));
        }
        return text.ToString();
    }

    private static string Item(char letter, DateTimeOffset time)
    {
        string Net(string format) => time.ToString(format, CultureInfo.InvariantCulture);
        return letter switch
        {
            'a' => Net("ddd"),
            'A' => Net("dddd"),
            'b' or 'h' => Net("MMM"),
            'B' => Net("MMMM"),
            'c' => Net("ddd MMM ") + $"{time.Day,2}" + Net(" HH:mm:ss yyyy"),
            'C' => (time.Year / 100).ToString("00"),
            'd' => Net("dd"),
            'D' or 'x' => Net("MM'/'dd'/'yy"),
            'e' => $"{time.Day,2}",
            'F' => Net("yyyy-MM-dd"),
            'g' => (ISOWeek.GetYear(time.DateTime) % 100).ToString("00"),
            'G' => ISOWeek.GetYear(time.DateTime).ToString(),
            'H' => Net("HH"),
            'I' => Net("hh"),
            'j' => time.DayOfYear.ToString("000"),
            'k' => $"{time.Hour,2}",
            'l' => $"{(time.Hour + 11) % 12 + 1,2}",
            'm' => Net("MM"),
            'M' => Net("mm"),
            'n' => "\n",
            'p' => Net("tt"),
            'P' => Net("tt").ToLowerInvariant(),
            'r' => Net("hh:mm:ss tt"),
            'R' => Net("HH:mm"),
            's' => time.ToUnixTimeSeconds().ToString(),
            'S' => Net("ss"),
            't' => "\t",
            'T' or 'X' => Net("HH:mm:ss"),
            'u' => (time.DayOfWeek == 0 ? 7 : (int)time.DayOfWeek).ToString(),
            'U' => Week(time, DayOfWeek.Sunday),
            'V' => ISOWeek.GetWeekOfYear(time.DateTime).ToString("00"),
            'W' => Week(time, DayOfWeek.Monday),
            'w' => ((int)time.DayOfWeek).ToString(),
            'y' => Net("yy"),
            'Y' => Net("yyyy"),
            'z' => Net("zzz").Replace(":", "", StringComparison.Ordinal),
            'Z' => Zone(time),
            '%' => "%",
            _ => "%" + letter,
        };
    }

    private static string Week(DateTimeOffset time, DayOfWeek first) => ((time.DayOfYear + 6 - ((time.DayOfWeek - first + 7) % 7)) / 7).ToString("00");

    // Without a culture, .NET has the short names of the system's file; only its own zone has a long one.
    private static string Zone(DateTimeOffset time)
    {
        var zone = TimeZoneInfo.Local;
        return zone.Equals(TimeZoneInfo.Utc) || zone.StandardName == TimeZoneInfo.Utc.StandardName ? "UTC" : zone.IsDaylightSavingTime(time) ? zone.DaylightName : zone.StandardName;
    }

    private sealed record Second(long Number, byte[] Text);
}
