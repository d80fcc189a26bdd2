namespace Manifold.Httpd.Matching;

/// <summary>Shell patterns: * ? and [sets]. Linear memory, no recursion, time at most pattern times text.</summary>
internal static class Wildcard
{
    /// <summary>True when the text has a character that means something in a pattern.</summary>
    public static bool IsPattern(ReadOnlySpan<char> text) => text.ContainsAny("*?[");

    /// <summary>Compares one component of a path; a leading dot must be written out.</summary>
    public static bool MatchesName(ReadOnlySpan<char> pattern, ReadOnlySpan<char> name) =>
        (name.IsEmpty || name[0] != '.' || (!pattern.IsEmpty && pattern[0] == '.')) && Matches(pattern, name, separator: '\0');

    /// <summary>Compares a whole text.</summary>
    /// <param name="pattern">The pattern.</param>
    /// <param name="text">The text.</param>
    /// <param name="separator">A character that * ? and sets never match: '/' for paths; NUL for none.</param>
    /// <param name="ignoreCase">True to compare without regard to case.</param>
    /// <param name="sets">False when [ is an ordinary character, as in ServerAlias.</param>
    public static bool Matches(
        ReadOnlySpan<char> pattern, ReadOnlySpan<char> text, char separator = '\0', bool ignoreCase = false, bool sets = true)
    {
        int p = 0, t = 0, starPattern = -1, starText = 0;
        while (t < text.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                starPattern = ++p;
                starText = t;
                continue;
            }
            if (p < pattern.Length && One(pattern, ref p, text[t], separator, ignoreCase, sets))
            {
                t++;
                continue;
            }
            // Mismatch: the last star takes one more character, unless that is a separator.
            if (starPattern < 0 || (separator != '\0' && text[starText] == separator)) return false;
            p = starPattern;
            t = ++starText;
        }
        while (p < pattern.Length && pattern[p] == '*') p++;
        return p == pattern.Length;
    }

    private static bool One(ReadOnlySpan<char> pattern, ref int p, char c, char separator, bool ignoreCase, bool sets)
    {
        char expected = pattern[p];
        if (expected == '?')
        {
            p++;
            return separator == '\0' || c != separator;
        }
        if (sets && expected == '[' && SetEnd(pattern, p) is int end and > 0)
        {
            var set = pattern[(p + 1)..end];
            p = end + 1;
            return (separator == '\0' || c != separator) && InSet(set, c, ignoreCase);
        }
        if (sets && expected == '\\' && p + 1 < pattern.Length) expected = pattern[++p];
        p++;
        return Same(expected, c, ignoreCase);
    }

    // A "]" right after the opening (or its negation) is a member; without an end the bracket is an ordinary character.
    private static int SetEnd(ReadOnlySpan<char> pattern, int open)
    {
        int first = open + 1;
        if (first < pattern.Length && pattern[first] is '!' or '^') first++;
        int end = first + 1 <= pattern.Length ? pattern[Math.Min(first + 1, pattern.Length)..].IndexOf(']') : -1;
        return end < 0 ? -1 : end + first + 1;
    }

    private static bool InSet(ReadOnlySpan<char> set, char c, bool ignoreCase)
    {
        bool negated = set[0] is '!' or '^';
        if (negated) set = set[1..];
        bool found = false;
        for (int i = 0; i < set.Length && !found; i++)
        {
            if (i + 2 < set.Length && set[i + 1] == '-')
            {
                found = (c >= set[i] && c <= set[i + 2])
                    || (ignoreCase && Lower(c) is var low && low >= set[i] && low <= set[i + 2]);
                i += 2;
            }
            else
            {
                found = Same(set[i], c, ignoreCase);
            }
        }
        return found != negated;
    }

    private static bool Same(char a, char b, bool ignoreCase) =>
        a == b || (ignoreCase && Lower(a) == Lower(b));

    // Texts are bytes: letters are ASCII's.
    private static char Lower(char c) => char.IsAsciiLetterUpper(c) ? (char)(c | 0x20) : c;
}
