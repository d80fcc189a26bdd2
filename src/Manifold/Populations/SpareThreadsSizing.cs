using Manifold.Contracts;

namespace Manifold.Populations;

/// <summary>The numbers of spare threads in processes with a fixed number of them: httpd's defaults, bounds and corrections. Pure; only what the user wrote is corrected with a warning.</summary>
internal static class SpareThreadsSizing
{
    public static IReadOnlyList<SizingDirective> Directives { get; } =
    [
        .. SizingDirectives.Processes("3", "16", "400"),
        new("MinSpareThreads", "fewest idle threads", "75", (sizing, n) => sizing with { MinSpareThreads = n }),
        new("MaxSpareThreads", "most idle threads", "250", (sizing, n) => sizing with { MaxSpareThreads = n }),
        SizingDirectives.Threads("ThreadsPerChild", "threads in each child", "25"),
        SizingDirectives.ThreadLimit("upper bound of ThreadsPerChild", "64"),
    ];

    /// <summary>The numbers to run with.</summary>
    /// <param name="sizing">What the user wrote.</param>
    /// <param name="ah">httpd's number of the first warning: those of its MPMs come in the same order.</param>
    /// <param name="mostThreads">The most that ThreadLimit may say.</param>
    /// <param name="buckets">Sets of listening sockets.</param>
    public static EffectiveSizing Complete(Sizing sizing, int ah, int mostThreads, int buckets)
    {
        var correct = new Corrections();
        int serverLimit = correct.Bound("ServerLimit", sizing.ServerLimit ?? 16, 1, 20_000, low: ah + 2, high: ah);
        int threadLimit = correct.Bound("ThreadLimit", sizing.ThreadLimit ?? 64, 1, mostThreads, low: ah + 7, high: ah + 5);
        int threads = correct.Bound(
            "ThreadsPerChild", sizing.ThreadsPerChild ?? 25, 1, threadLimit, low: ah + 12, high: ah + 10, "ThreadLimit");
        // The default is the product of two other defaults; nobody wrote it, so nobody is warned when they were changed.
        int workers = sizing.MaxRequestWorkers ?? (int)Math.Min((long)serverLimit * threads, 16 * 25);
        if (sizing.MaxRequestWorkers is null) workers = Math.Max(workers - workers % threads, threads);
        if (workers < threads)
        {
            correct.Warn(ah + 14, $"MaxRequestWorkers of {workers} is less than ThreadsPerChild of {threads}, increasing to {threads}");
            workers = threads;
        }
        if (workers % threads != 0)
        {
            int whole = workers - workers % threads;
            correct.Warn(ah + 16, $"MaxRequestWorkers of {workers} is not an integer multiple of ThreadsPerChild of {threads}, " +
                $"decreasing to {whole}");
            workers = whole;
        }
        if (workers / threads > serverLimit)
        {
            correct.Warn(ah + 18, $"MaxRequestWorkers of {workers} would require {workers / threads} servers and exceed ServerLimit of " +
                $"{serverLimit}, decreasing to {(long)serverLimit * threads}");
            workers = serverLimit * threads;
        }
        int start = correct.Bound("StartServers", sizing.StartServers ?? 3, 1, int.MaxValue, low: ah + 20);
        int least = correct.Bound("MinSpareThreads", sizing.MinSpareThreads ?? 75, 1, int.MaxValue, low: ah + 22);
        int active = Math.Max(workers / threads, buckets);
        least = AtLeast(least, (long)threads * (buckets - 1) + buckets);
        return new EffectiveSizing
        {
            StartServers = Math.Max(start, buckets),
            MinSpareThreads = least,
            MaxSpareThreads = AtLeast(sizing.MaxSpareThreads ?? 250, least + (threads + 1L) * buckets),
            StartThreads = threads,
            ThreadsPerChild = threads,
            ThreadLimit = threadLimit,
            ServerLimit = Math.Max(serverLimit, active),
            MaxRequestWorkers = active * threads,
            ActiveLimit = active,
            MaxConnectionsPerChild = Math.Max(0, sizing.MaxConnectionsPerChild),
            AsyncRequestWorkerFactor = sizing.AsyncRequestWorkerFactor,
            Warnings = correct.Warnings,
        };
    }

    private static int AtLeast(int value, long least) => (int)Math.Min(int.MaxValue, Math.Max(value, least));
}
