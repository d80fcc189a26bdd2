using System.Globalization;

namespace Manifold.Httpd.Modules.Status;

/// <summary>The options in the query of a status request. Like httpd's they may stand anywhere in it.</summary>
/// <param name="Auto">The form for programs.</param>
/// <param name="NoTable">Paragraphs instead of the request table.</param>
/// <param name="Refresh">Seconds after which the browser asks again; null = not at all.</param>
internal readonly record struct StatusQuery(bool Auto, bool NoTable, int? Refresh)
{
    private const string RefreshOption = "refresh";
    private const int StandardRefresh = 10;

    public static StatusQuery Parse(string query) =>
        new(query.Contains("auto", StringComparison.Ordinal), query.Contains("notable", StringComparison.Ordinal), RefreshIn(query));

    private static int? RefreshIn(string query)
    {
        int at = query.IndexOf(RefreshOption, StringComparison.Ordinal);
        if (at < 0) return null;
        var rest = query.AsSpan(at + RefreshOption.Length);
        if (rest is not ['=', ..]) return StandardRefresh;
        rest = rest[1..];
        int end = rest.IndexOfAnyExceptInRange('0', '9');
        if (end >= 0) rest = rest[..end];
        bool isNumber = int.TryParse(rest, NumberStyles.None, CultureInfo.InvariantCulture, out int seconds);
        return isNumber && seconds > 0 ? seconds : StandardRefresh;
    }
}
