namespace Manifold.ProcessTests.Harness;

/// <summary>Processes and threads of a server, in the directives of the MPM at hand.</summary>
/// <param name="Children">At start; also the fewest that idle maintenance leaves.</param>
/// <param name="Threads">In each child, where children have threads.</param>
/// <param name="MostChildren">Upper bound.</param>
/// <param name="MaxSpare">Most idle threads (or single-threaded children); null = never shrinks.</param>
internal sealed record Population(int Children = 2, int Threads = 8, int MostChildren = 40, int? MaxSpare = null)
{
    /// <summary>Enough for so many connections at a time, each with a thread of its own, from the start.</summary>
    public static Population For(string mpm, int connections) => TestedMpms.IsThreaded(mpm)
        ? new Population(Children: connections / 8 + 1)
        : new Population(Children: connections + 2, MostChildren: Math.Max(40, connections * 2));

    public IEnumerable<string> Directives(string mpm)
    {
        int limit = Math.Max(MostChildren, Children);
        if (mpm == "perchild")
        {
            yield return $"ServerLimit {Math.Max(8, Children)}";
            yield return $"NumServers {Children}";
            yield return $"StartThreads {Threads}";
            yield return $"MaxThreadsPerChild {Math.Min(64, limit * Threads / Children)}";
            yield return $"MinSpareThreads {Threads}";
            yield return $"MaxSpareThreads {(MaxSpare ?? (limit + 1) * Threads) / Children}";
            yield break;
        }
        yield return $"ServerLimit {limit}";
        yield return $"StartServers {Children}";
        if (TestedMpms.IsThreaded(mpm))
        {
            yield return $"ThreadsPerChild {Threads}";
            yield return $"MaxRequestWorkers {limit * Threads}";
            yield return $"MinSpareThreads {Threads}";
            yield return $"MaxSpareThreads {MaxSpare ?? (limit + 1) * Threads}";
        }
        else
        {
            yield return $"MaxRequestWorkers {limit}";
            yield return "MinSpareServers 2";
            yield return $"MaxSpareServers {MaxSpare ?? limit}";
        }
    }
}
