using System.Net;
using Manifold.Httpd.Files;
using Manifold.Httpd.Matching;

namespace Manifold.Httpd.Expressions;

/// <summary>A part of an expression that is true or false. Immutable.</summary>
internal abstract class Condition
{
    public abstract bool Holds(ref Evaluation e);
}

internal sealed class Constant(bool value) : Condition
{
    public override bool Holds(ref Evaluation e) => value;
}

internal sealed class Not(Condition inner) : Condition
{
    public override bool Holds(ref Evaluation e) => !inner.Holds(ref e);
}

internal sealed class All(Condition[] parts) : Condition
{
    public override bool Holds(ref Evaluation e)
    {
        foreach (var part in parts)
            if (!part.Holds(ref e)) return false;
        return true;
    }
}

internal sealed class Any(Condition[] parts) : Condition
{
    public override bool Holds(ref Evaluation e)
    {
        foreach (var part in parts)
            if (part.Holds(ref e)) return true;
        return false;
    }
}

/// <summary>Which orders of two values satisfy a comparison.</summary>
[Flags]
internal enum Order
{
    Less = 1, Equal = 2, Greater = 4,
}

/// <summary>Compares texts, byte by byte as httpd does.</summary>
internal sealed class TextComparison(Text left, Order wanted, Text right) : Condition
{
    public override bool Holds(ref Evaluation e)
    {
        string a = left.Value(ref e), b = right.Value(ref e);
        if (wanted == Order.Equal) return a == b;
        int order = string.CompareOrdinal(a, b);
        return (wanted & (order < 0 ? Order.Less : order == 0 ? Order.Equal : Order.Greater)) != 0;
    }
}

/// <summary>Compares whole numbers; what follows the digits is not looked at, and text without digits is 0.</summary>
internal sealed class NumberComparison(Text left, Order wanted, Text right) : Condition
{
    public override bool Holds(ref Evaluation e)
    {
        int order = Number(left.Value(ref e)).CompareTo(Number(right.Value(ref e)));
        return (wanted & (order < 0 ? Order.Less : order == 0 ? Order.Equal : Order.Greater)) != 0;
    }

    // Too large a number is the largest there is.
    private static long Number(string text)
    {
        var digits = text.AsSpan().TrimStart();
        int end = digits.Length > 0 && digits[0] is '-' or '+' ? 1 : 0;
        while (end < digits.Length && char.IsAsciiDigit(digits[end])) end++;
        if (long.TryParse(digits[..end], out long number)) return number;
        return end < 2 ? 0 : digits[0] == '-' ? long.MinValue : long.MaxValue;
    }
}

/// <summary>
/// Matches a regular expression. Groups are kept when somebody uses them; a pattern without any leaves those of another one alone, as in httpd, so that $0 of
/// it is empty.
/// </summary>
internal sealed class RegexMatch(Text subject, Pattern regex, bool negative) : Condition
{
    private readonly bool _hasGroups = regex.HasGroups;

    public bool KeepsGroups { get; set; }

    public override bool Holds(ref Evaluation e)
    {
        string text = subject.Value(ref e);
        if (!KeepsGroups || !_hasGroups) return regex.IsMatch(text) != negative;
        var match = regex.Match(text);
        e.Match = match;
        return match is not null != negative;
    }
}

/// <summary>Whether a text is one of a list.</summary>
internal sealed class Membership(Text subject, Text[] list) : Condition
{
    public override bool Holds(ref Evaluation e)
    {
        string text = subject.Value(ref e);
        foreach (var one in list)
            if (one.Value(ref e) == text) return true;
        return false;
    }
}

/// <summary>Compares with a pattern of *, ? and [sets].</summary>
internal sealed class WildcardMatch(Text subject, Text pattern, bool ignoreCase, char separator) : Condition
{
    public override bool Holds(ref Evaluation e) =>
        Wildcard.Matches(pattern.Value(ref e), subject.Value(ref e), separator, ignoreCase);
}

/// <summary>Whether an address lies in a range; without a subject, that of the client.</summary>
internal sealed class AddressMatch(Text? subject, AddressRange range) : Condition
{
    public override bool Holds(ref Evaluation e)
    {
        var address = e.Subject.ClientAddress;
        return (subject is null || IPAddress.TryParse(subject.Value(ref e), out address)) && range.Contains(address!);
    }
}

/// <summary>Whether a text is empty.</summary>
internal sealed class Emptiness(Text text) : Condition
{
    public override bool Holds(ref Evaluation e) => text.Value(ref e).Length == 0;
}

/// <summary>Whether a text means yes: anything but nothing, 0, off, false and no.</summary>
internal sealed class Truth(Text text) : Condition
{
    public override bool Holds(ref Evaluation e)
    {
        string value = text.Value(ref e);
        return value.Length > 0 && value != "0" && !Is(value, "off") && !Is(value, "false") && !Is(value, "no");
    }

    private static bool Is(string value, string word) => value.Equals(word, StringComparison.OrdinalIgnoreCase);
}

/// <summary>What stands at a path.</summary>
internal sealed class FileTest(Text path, Func<FileStat, bool> test, bool follow) : Condition
{
    public override bool Holds(ref Evaluation e)
    {
        string name = path.Value(ref e);
        return name.Length > 0 && !name.Contains('\0', StringComparison.Ordinal) && FileStat.Of(name, out var stat, follow) == 0 && test(stat);
    }
}

/// <summary>What another request would meet.</summary>
internal sealed class Lookup(Text path, Func<IExpressionSubject, string, bool> look) : Condition
{
    public override bool Holds(ref Evaluation e) => look(e.Subject, path.Value(ref e));
}
