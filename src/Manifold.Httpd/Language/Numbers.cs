using System.Globalization;

namespace Manifold.Httpd.Language;

/// <summary>Numbers and durations as directives take them.</summary>
public static class Numbers
{
    /// <summary>
    /// A number read leniently, as httpd does: what follows the digits is dropped, no digits are 0. Either gets a warning.
    /// </summary>
    public static int Number(this DirectiveCall call, int index = 0)
    {
        string text = call.Args[index];
        int value = Lenient(text, out bool whole);
        if (!whole) call.Warn($"{call.Directive.Name} on line {call.Line} of {call.File}: '{text}' is not a number, taken as {value}");
        return value;
    }

    /// <summary>A number within bounds; anything else is an error.</summary>
    public static long Number(this DirectiveCall call, long least, long most, int index = 0)
    {
        if (long.TryParse(call.Args[index], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value) && value >= least
            && value <= most) return value;
        throw call.Fail(least == 0
            ? $"{call.Directive.Name} \"{call.Args[index]}\" must be a non-negative integer" + (most < int.MaxValue ? $" up to {most}" : "")
            : $"{call.Directive.Name} \"{call.Args[index]}\" must be an integer from {least} to {most}");
    }

    /// <summary>A duration with an optional unit (ms, s, mi or min, h); without one it counts seconds.</summary>
    public static TimeSpan Duration(this DirectiveCall call, int index = 0) =>
        TryDuration(call.Args[index], out var value) ? value : throw call.Fail($"{call.Directive.Name} has wrong format");

    /// <summary>Parses digits and a unit; seconds without one.</summary>
    public static bool TryDuration(string text, out TimeSpan value)
    {
        int digits = 0;
        while (digits < text.Length && char.IsAsciiDigit(text[digits])) digits++;
        value = default;
        if (!long.TryParse(text.AsSpan(0, digits), NumberStyles.None, CultureInfo.InvariantCulture, out long count)) return false;
        long milliseconds = text[digits..].ToLowerInvariant() switch
        {
            "ms" => 1,
            "" or "s" => 1000,
            "mi" or "min" => 60_000,
            "h" => 3_600_000,
            _ => 0,
        };
        if (milliseconds == 0 || count > int.MaxValue) return false;
        value = TimeSpan.FromMilliseconds(Math.Min(count * milliseconds, (double)int.MaxValue * 1000));
        return true;
    }

    /// <summary>The number that a text begins with, as C reads it; 0 when there is none.</summary>
    internal static int Leading(string text) => Lenient(text, out _);

    private static int Lenient(string text, out bool whole)
    {
        int at = text.StartsWith('-') || text.StartsWith('+') ? 1 : 0;
        int first = at;
        long value = 0;
        for (; at < text.Length && char.IsAsciiDigit(text[at]); at++) value = Math.Min(value * 10 + (text[at] - '0'), int.MaxValue);
        whole = at == text.Length && at > first;
        return text.StartsWith('-') ? (int)-value : (int)value;
    }
}
