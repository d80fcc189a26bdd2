namespace Manifold.Httpd.Language.Unknown;

/// <summary>The known name that a misspelled one is nearest to. Pure.</summary>
internal static class Nearest
{
    /// <summary>
    /// The nearest of <paramref name="names"/>, of several the first; null when none is near: for each six letters one may be wrong, missing, too
    /// much, or changed with its neighbour, and one more.
    /// </summary>
    public static string? To(string name, IEnumerable<string> names)
    {
        int best = name.Length / 6 + 2;
        if (name.Length <= 3) best = 2;
        string? nearest = null;
        foreach (string candidate in names)
        {
            if (Math.Abs(candidate.Length - name.Length) >= best) continue;
            int distance = Distance(name.ToLowerInvariant(), candidate.ToLowerInvariant());
            if (distance >= best) continue;
            best = distance;
            nearest = candidate;
        }
        return nearest;
    }

    /// <summary>How many letters must be changed, added, taken away or exchanged with their neighbour to make one word of the other.</summary>
    internal static int Distance(string from, string to)
    {
        int[,] cost = new int[from.Length + 1, to.Length + 1];
        for (int i = 0; i <= from.Length; i++) cost[i, 0] = i;
        for (int j = 0; j <= to.Length; j++) cost[0, j] = j;
        for (int i = 1; i <= from.Length; i++)
        {
            for (int j = 1; j <= to.Length; j++)
            {
                int changed = cost[i - 1, j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1);
                int least = Math.Min(changed, Math.Min(cost[i - 1, j], cost[i, j - 1]) + 1);
                bool exchanged = i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1];
                cost[i, j] = exchanged ? Math.Min(least, cost[i - 2, j - 2] + 1) : least;
            }
        }
        return cost[from.Length, to.Length];
    }
}
