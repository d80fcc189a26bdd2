namespace Manifold.Httpd.Requests;

/// <summary>Shell wildcards: <c>*</c>, <c>?</c>, <c>[a-z]</c>, backslash. Pure.</summary>
internal static class WildcardPattern
{
    /// <summary>True when <paramref name="text"/> has a wildcard character.</summary>
    public static bool IsIn(string text) => text.AsSpan().ContainsAny("*?[");

    /// <summary>True when the whole of <paramref name="text"/> fits <paramref name="pattern"/>.</summary>
    /// <param name="pattern">The pattern.</param>
    /// <param name="text">What to compare.</param>
    /// <param name="slashStops">True when no wildcard stands for a slash.</param>
    public static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> text, bool slashStops)
    {
        int p = 0, t = 0, star = -1, resume = 0;
        while (true)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                star = ++p;
                resume = t;
                continue;
            }
            if (t == text.Length)
            {
                if (p == pattern.Length) return true;
            }
            else if (p < pattern.Length && One(pattern, ref p, text[t], slashStops))
            {
                t++;
                continue;
            }
            // Let the last star take one character more.
            if (star < 0 || resume >= text.Length || (slashStops && text[resume] == '/')) return false;
            t = ++resume;
            p = star;
        }
    }

    /// <summary>Compares one character and moves <paramref name="p"/> behind the pattern's element when it fits.</summary>
    private static bool One(ReadOnlySpan<char> pattern, ref int p, char c, bool slashStops)
    {
        switch (pattern[p])
        {
            case '?':
                if (slashStops && c == '/') return false;
                p++;
                return true;
            case '[':
                int close = pattern[(p + 2 <= pattern.Length ? p + 2 : p + 1)..].IndexOf(']');
                if (close < 0) break;
                var set = pattern.Slice(p + 1, close + 1);
                if (slashStops && c == '/' || !InSet(set, c)) return false;
                p += set.Length + 2;
                return true;
            case '\\' when p + 1 < pattern.Length:
                if (pattern[p + 1] != c) return false;
                p += 2;
                return true;
        }
        if (pattern[p] != c) return false;
        p++;
        return true;
    }

    private static bool InSet(ReadOnlySpan<char> set, char c)
    {
        bool negate = set[0] is '!' or '^';
        if (negate) set = set[1..];
        bool found = false;
        for (int i = 0; i < set.Length; i++)
        {
            if (i + 2 < set.Length && set[i + 1] == '-')
            {
                found |= set[i] <= c && c <= set[i + 2];
                i += 2;
            }
            else found |= set[i] == c;
        }
        return found != negate;
    }
}
