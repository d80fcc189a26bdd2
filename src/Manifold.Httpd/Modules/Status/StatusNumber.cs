using System.Globalization;

namespace Manifold.Httpd.Modules.Status;

/// <summary>Numbers, sizes and times as the status page writes them. Pure.</summary>
internal static class StatusNumber
{
    private const double Kilo = 1024, Mega = Kilo * 1024, Giga = Mega * 1024;

    /// <summary>
    /// At most <paramref name="digits"/> significant digits, no zero before the point, none at the end, and never an exponent:
    /// programs that read the page get along with ".0909" and "2078420000".
    /// </summary>
    public static string General(double value, int digits = 6)
    {
        if (!double.IsFinite(value)) return "0";
        string rounded = Math.Abs(value).ToString("E" + (digits - 1), CultureInfo.InvariantCulture); // d.ddddE+eee
        int e = rounded.IndexOf('E', StringComparison.Ordinal);
        string mantissa = rounded[..e].Replace(".", "", StringComparison.Ordinal).TrimEnd('0');
        if (mantissa.Length == 0) return "0";
        int point = int.Parse(rounded.AsSpan(e + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture) + 1;
        string sign = value < 0 ? "-" : "";
        if (point <= 0) return $"{sign}.{new string('0', -point)}{mantissa}";
        if (point >= mantissa.Length) return sign + mantissa.PadRight(point, '0');
        return $"{sign}{mantissa[..point]}.{mantissa[point..]}";
    }

    /// <summary>A number of bytes with its unit.</summary>
    public static string Size(double bytes) => bytes switch
    {
        < 5 * Kilo => $"{Math.Floor(Math.Max(bytes, 0)):F0} B",
        < Mega => $"{bytes / Kilo:F1} kB",
        < Giga => $"{bytes / Mega:F1} MB",
        _ => $"{bytes / Giga:F1} GB",
    };

    /// <summary>A time span in words, a blank before each part; parts that are zero are left out.</summary>
    public static string Duration(long seconds)
    {
        return Part(seconds / 86400, "day") + Part(seconds / 3600 % 24, "hour") +
            Part(seconds / 60 % 60, "minute") + Part(seconds % 60, "second");

        static string Part(long count, string unit) => count <= 0 ? "" : $" {count} {unit}{(count == 1 ? "" : "s")}";
    }

    /// <summary>A date as in "Saturday, 21-Nov-2026 00:20:51 UTC".</summary>
    public static string Date(DateTimeOffset time, TimeZoneInfo zone)
    {
        var local = TimeZoneInfo.ConvertTime(time, zone);
        string name = zone.IsDaylightSavingTime(local) ? zone.DaylightName : zone.StandardName;
        if (name.Length is 0 or > 6 || name.Contains(' ', StringComparison.Ordinal))
        {
            name = local.Offset == TimeSpan.Zero ? "UTC"
                : local.ToString("zzz", CultureInfo.InvariantCulture).Replace(":", "", StringComparison.Ordinal);
        }
        return local.ToString("dddd, dd-MMM-yyyy HH:mm:ss ", CultureInfo.InvariantCulture) + name;
    }
}
