using System.Globalization;

namespace Manifold.Bench;

/// <summary>How figures are written.</summary>
internal static class Numbers
{
    /// <summary>Three figures; what is large or whole without a fraction.</summary>
    public static string Text(double value)
    {
        if (!double.IsFinite(value)) return "?";
        bool whole = value == Math.Round(value);
        return value.ToString(Math.Abs(value) switch { >= 999.5 => "#,0", _ when whole => "0", >= 99.95 => "0", >= 9.995 => "0.0", _ => "0.00" }, CultureInfo.InvariantCulture);
    }

    /// <summary>"45 s" or "12 min".</summary>
    public static string Duration(double seconds) =>
        seconds < 100 ? string.Create(CultureInfo.InvariantCulture, $"{seconds:0} s") : string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(seconds / 60):0} min");
}
