using System.Diagnostics;

namespace Manifold.Httpd.Matching;

/// <summary>
/// The second attempt at a match that was not decided in a few steps: interpreted, with as many steps and as much memory as httpd grants, one
/// place after the other where the match may begin. The library's limits count steps and begin anew at each place, and a step may look at the
/// whole subject: so the limit is raised fourfold as long as that fits into the time that a match may take. Blocks for about a second at most.
/// </summary>
internal static unsafe class LongMatch
{
    private const uint FirstLimit = 1000, LastLimit = 10_000_000, Heap = 64 * 1024;
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(0.8);

    /// <summary>The library's answer.</summary>
    public static int Run(MatchSpace space, nint code, byte* subject, int length, int start, bool anchored, bool utf)
    {
        long began = Stopwatch.GetTimestamp();
        for (int at = start; ; at++)
        {
            if (utf && at < length && (subject[at] & 0xC0) == 0x80) continue; // inside a character
            int found = At(space, code, subject, length, at, began);
            if (found != Pcre2.NoMatch || anchored || at == length) return found;
            if (Stopwatch.GetElapsedTime(began) > s_longest) return Pcre2.MatchLimit;
        }
    }

    /// <summary>Space for long matches: its memory is given back after each.</summary>
    public static MatchSpace Space(int pairs) => new(pairs, Heap);

    private static int At(MatchSpace space, nint code, byte* subject, int length, int at, long began)
    {
        for (uint limit = FirstLimit; ; limit = Math.Min(limit * 4, LastLimit))
        {
            long turn = Stopwatch.GetTimestamp();
            int found = space.Match(code, subject, length, at, Pcre2.Anchored | Pcre2.NoJit, limit);
            if (found != Pcre2.MatchLimit || limit == LastLimit) return found;
            if (Stopwatch.GetElapsedTime(began) + 4 * Stopwatch.GetElapsedTime(turn) > s_longest) return found;
        }
    }
}
