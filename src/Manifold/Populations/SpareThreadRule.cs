using Manifold.Contracts;

namespace Manifold.Populations;

/// <summary>
/// How many threads a child has that may grow: as many as are busy and some spare ones. Pure. Grows at once and by all that is missing, as
/// perchild of httpd 2.0 does, because a connection waits for it; shrinks by what was not needed in a whole period, so that load that comes
/// and goes does not end threads that are started again a moment later.
/// </summary>
/// <param name="Start">Threads at the child's start.</param>
/// <param name="MinSpare">Fewest idle threads.</param>
/// <param name="MaxSpare">Most idle threads.</param>
/// <param name="Most">Most threads.</param>
internal readonly record struct SpareThreadRule(int Start, int MinSpare, int MaxSpare, int Most)
{
    /// <summary>The rule that a sizing asks for.</summary>
    public static SpareThreadRule Of(EffectiveSizing sizing) =>
        new(sizing.StartThreads, sizing.MinSpareThreads, sizing.MaxSpareThreads, sizing.ThreadsPerChild);

    /// <summary>Threads to start now.</summary>
    public int Missing(int threads, int busy) => Math.Clamp(MinSpare - (threads - busy), 0, Math.Max(0, Most - threads));

    /// <summary>Threads to end, when <paramref name="leastIdle"/> is the lowest number of idle threads there was in a whole period.</summary>
    public int Surplus(int leastIdle) => Math.Max(0, leastIdle - MaxSpare);
}
