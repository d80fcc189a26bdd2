using Manifold.Contracts;

namespace Manifold.Populations;

/// <summary>The numbers of spare servers with one thread each: httpd's defaults, bounds and corrections. Pure; only what the user wrote is corrected with a warning, not what buckets need.</summary>
internal static class SpareServersSizing
{
    public static EffectiveSizing Complete(Sizing sizing, int buckets, Corrections correct)
    {
        int serverLimit = correct.Bound("ServerLimit", sizing.ServerLimit ?? 256, 1, 200_000, low: 177, high: 175);
        int workers = correct.Bound(
            "MaxRequestWorkers", sizing.MaxRequestWorkers ?? 256, 1, serverLimit, low: 182, high: 180, "ServerLimit");
        int start = correct.Bound("StartServers", sizing.StartServers ?? 5, 1, int.MaxValue, low: 184);
        int least = correct.Bound("MinSpareServers", sizing.MinSpareServers ?? 5, 1, int.MaxValue, low: 186);
        workers = Math.Max(workers, buckets);
        least = Math.Max(least, buckets);
        return new EffectiveSizing
        {
            StartServers = Math.Max(start, buckets),
            MinSpareServers = least,
            MaxSpareServers = AtLeast(sizing.MaxSpareServers ?? 10, (long)least + buckets),
            StartThreads = 1,
            ThreadsPerChild = 1,
            ThreadLimit = 1,
            ServerLimit = Math.Max(serverLimit, workers),
            MaxRequestWorkers = workers,
            ActiveLimit = workers,
            MaxConnectionsPerChild = Math.Max(0, sizing.MaxConnectionsPerChild),
            AsyncRequestWorkerFactor = sizing.AsyncRequestWorkerFactor,
            Warnings = correct.Warnings,
        };
    }

    private static int AtLeast(int value, long least) => (int)Math.Min(int.MaxValue, Math.Max(value, least));
}
