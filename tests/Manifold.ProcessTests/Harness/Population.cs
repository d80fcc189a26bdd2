using Manifold.Contracts;
using Manifold.Mpms;

namespace Manifold.ProcessTests.Harness;

/// <summary>Processes and threads of a server, in the directives of the MPM at hand.</summary>
/// <param name="Children">At start; also the fewest that idle maintenance leaves. Means nothing where children come with connections.</param>
/// <param name="Threads">In each child, where children have threads.</param>
/// <param name="MostChildren">Upper bound.</param>
/// <param name="MaxSpare">Most idle threads (or single-threaded children); null = never shrinks.</param>
/// <param name="MostThreads">Upper bound of the threads of all children, where children grow.</param>
internal sealed record Population(int Children = 2, int Threads = 8, int MostChildren = 40, int? MaxSpare = null, int MostThreads = 60)
{
    /// <summary>Enough for so many connections at a time, each with a thread of its own, from the start.</summary>
    public static Population For(string mpm, int connections) => TestedMpms.IsThreaded(mpm)
        ? new Population(Children: connections / 8 + 1)
        : new Population(Children: connections + 2, MostChildren: Math.Max(40, connections * 2));

    /// <summary>Children of an MPM at start: some can have few or only one, with all the threads.</summary>
    public int ChildrenOf(string mpm) => TestedMpms.HasOneProcess(mpm) ? 1
        : TestedMpms.Grows(mpm) ? Math.Min(Children, Mpm.All[mpm].Complete(new Sizing()).ServerLimit) : Children;

    /// <summary>Threads of each child at start.</summary>
    public int ThreadsOf(string mpm) => (Threads * Children + ChildrenOf(mpm) - 1) / ChildrenOf(mpm);

    public IEnumerable<string> Directives(string mpm) => TestedMpms.Grows(mpm) ? Growing(mpm) : Fixed(mpm);

    private static string ServersName(string mpm) => mpm == "perchild" ? "NumServers" : "StartServers";

    private IEnumerable<string> Growing(string mpm)
    {
        int children = ChildrenOf(mpm);
        int most = Math.Max(MostThreads / children, ThreadsOf(mpm));
        if (!TestedMpms.HasOneProcess(mpm)) yield return $"{ServersName(mpm)} {children}";
        yield return $"StartThreads {ThreadsOf(mpm)}";
        yield return $"MinSpareThreads {(Threads + children - 1) / children}";
        yield return $"MaxSpareThreads {(MaxSpare ?? MostThreads) / children}";
        yield return $"{Mpm.All[mpm].ThreadsName} {most}";
    }

    private IEnumerable<string> Fixed(string mpm)
    {
        int limit = Math.Max(MostChildren, Children);
        if (!TestedMpms.IsFixed(mpm)) yield return $"ServerLimit {limit}";
        if (!TestedMpms.IsPooled(mpm))
        {
            yield return $"MaxRequestWorkers {limit}";
            yield break;
        }
        if (!TestedMpms.HasOneProcess(mpm)) yield return $"StartServers {Children}";
        if (TestedMpms.IsFixed(mpm))
        {
            yield return $"ThreadsPerChild {ThreadsOf(mpm)}";
            if (mpm != "percore") yield break;
            yield return $"StartThreads {Threads}";
            yield return $"MaxSpareThreads {Threads}";
        }
        else if (TestedMpms.IsThreaded(mpm))
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
