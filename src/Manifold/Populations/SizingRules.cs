namespace Manifold.Populations;

/// <summary>Completes a sizing with an MPM's defaults and corrects what makes no sense.</summary>
public static class SizingRules
{
    /// <summary>The sizing to carry out, and what had to be corrected.</summary>
    public static (EffectiveSizing Sizing, IReadOnlyList<string> Warnings) Complete(Hosting.Sizing s, SizingKind kind, int buckets)
    {
        bool servers = kind == SizingKind.Servers;
        int serverLimit = s.ServerLimit ?? (servers ? 256 : 16);
        int tpc = servers ? 1 : s.ThreadsPerChild ?? 25;
        int mrw = s.MaxRequestWorkers ?? (servers ? serverLimit : serverLimit * tpc);
        return (new EffectiveSizing
        {
            StartServers = s.StartServers ?? (servers ? 5 : 3), MinSpareServers = s.MinSpareServers ?? 5, MaxSpareServers = s.MaxSpareServers ?? 10,
            MinSpareThreads = s.MinSpareThreads ?? 75, MaxSpareThreads = s.MaxSpareThreads ?? 250, ThreadsPerChild = tpc, ThreadLimit = s.ThreadLimit ?? 64,
            ServerLimit = serverLimit, MaxRequestWorkers = mrw, ProcessLimit = mrw / tpc, MaxConnectionsPerChild = s.MaxConnectionsPerChild,
            AsyncRequestWorkerFactor = s.AsyncRequestWorkerFactor * buckets / buckets,
        }, []);
    }
}
