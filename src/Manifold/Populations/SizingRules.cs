using Manifold.Hosting;

namespace Manifold.Populations;

/// <summary>
/// Completes and corrects the numbers of a population: defaults for what is absent, bounds for what is not possible, and the minimum that
/// several buckets of listening sockets need. Pure; each correction of something the user wrote is a warning, bucket minimums are not.
/// </summary>
public static class SizingRules
{
    /// <summary>The numbers to run with.</summary>
    /// <param name="sizing">What the user wrote.</param>
    /// <param name="kind">The family of the MPM.</param>
    /// <param name="buckets">Sets of listening sockets.</param>
    public static EffectiveSizing Complete(Sizing sizing, SizingKind kind, int buckets = 1)
    {
        ArgumentNullException.ThrowIfNull(sizing);
        ArgumentOutOfRangeException.ThrowIfLessThan(buckets, 1);
        var correct = new Corrections();
        return kind switch
        {
            SizingKind.Prefork => Prefork(sizing, buckets, correct),
            SizingKind.Inetd => Inetd(sizing, correct),
            SizingKind.Worker or SizingKind.Event => Threaded(sizing, kind == SizingKind.Event, buckets, correct),
            SizingKind.Pipeline => Pools(sizing, buckets),
            SizingKind.Winnt => Winnt(sizing, buckets, correct),
            SizingKind.Percore => Cores(sizing, buckets),
            _ => Growing(sizing, GrowingDefaults.Of(kind), buckets),
        };
    }

    /// <summary>How many sets of listening sockets there are with one for so many processors; 0 = one set.</summary>
    public static int Buckets(int processorsPerBucket) => processorsPerBucket > 0 && Os.Platform.HasReusePort ? Math.Max(1, Environment.ProcessorCount / processorsPerBucket) : 1;

    /// <summary>The directive that bounds the threads of a child.</summary>
    public static string ThreadsName(SizingKind kind) =>
        kind is SizingKind.Prefork or SizingKind.Inetd or SizingKind.Worker or SizingKind.Event or SizingKind.Pipeline or SizingKind.Winnt
            ? "ThreadsPerChild" : GrowingDefaults.Of(kind).ThreadsName;

    /// <summary>The message that refuses a configuration: every conflict on a line of its own.</summary>
    /// <param name="mpm">Name of the MPM.</param>
    /// <param name="conflicts">From <see cref="EffectiveSizing.Conflicts"/>.</param>
    public static string Refusal(string mpm, IReadOnlyList<string> conflicts) =>
        string.Join('\n', conflicts.Prepend($"The numbers of processes and threads do not fit together for the MPM {mpm}:"));

    private static EffectiveSizing Prefork(Sizing sizing, int buckets, Corrections correct)
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

    /// <summary>prefork's bounds; one child at start, the rehearsal, and no spare ones.</summary>
    private static EffectiveSizing Inetd(Sizing sizing, Corrections correct)
    {
        if (sizing.StartServers > 1 || sizing.MaxConnectionsPerChild > 0)
            correct.Warnings.Add("WARNING: inetd starts a child for each connection: StartServers and MaxConnectionsPerChild have no effect");
        return Prefork(sizing with { StartServers = 1, MaxConnectionsPerChild = 0 }, buckets: 1, correct) with { MinSpareServers = 0, MaxSpareServers = 0 };
    }

    private static EffectiveSizing Threaded(Sizing sizing, bool isEvent, int buckets, Corrections correct)
    {
        int ah = isEvent ? 497 : 301; // worker's warnings come in the same order as event's, from another number on
        int serverLimit = correct.Bound("ServerLimit", sizing.ServerLimit ?? 16, 1, 20_000, low: ah + 2, high: ah);
        int threadLimit = correct.Bound("ThreadLimit", sizing.ThreadLimit ?? 64, 1, isEvent ? 100_000 : 20_000, low: ah + 7, high: ah + 5);
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

    /// <summary>
    /// A fixed number of children, each with threads that grow. These MPMs are not in httpd 2.4, so there is no configuration in use that
    /// needs a correction: what does not fit together is a conflict, and all of them are named.
    /// </summary>
    private static EffectiveSizing Growing(Sizing sizing, GrowingDefaults defaults, int buckets)
    {
        var conflicts = new Conflicts();
        int serverLimit = conflicts.Within("ServerLimit", sizing.ServerLimit ?? defaults.ServerLimit, defaults.MostServers);
        int servers = conflicts.Within(defaults.ServersName, sizing.StartServers ?? Math.Min(defaults.Servers, serverLimit), serverLimit, "ServerLimit");
        int threadLimit = conflicts.Within("ThreadLimit", sizing.ThreadLimit ?? defaults.MostThreads, defaults.MostThreads);
        int threads = conflicts.Within(defaults.ThreadsName, sizing.ThreadsPerChild ?? Math.Min(defaults.Threads, threadLimit), threadLimit, "ThreadLimit");
        int least = conflicts.Within("MinSpareThreads", sizing.MinSpareThreads ?? Math.Min(defaults.MinSpare, threads), threads, defaults.ThreadsName);
        int most = sizing.MaxSpareThreads ?? Math.Max(defaults.MaxSpare, least);
        int start = conflicts.Within("StartThreads", sizing.StartThreads ?? Math.Min(defaults.StartThreads, threads), threads, defaults.ThreadsName);
        if (most < least) conflicts.All.Add($"MaxSpareThreads of {most} is less than MinSpareThreads of {least}");
        conflicts.Buckets(buckets, servers);
        return new EffectiveSizing
        {
            StartServers = servers,
            MinSpareThreads = least,
            MaxSpareThreads = most,
            StartThreads = start,
            ThreadsPerChild = threads,
            ThreadLimit = sizing.ThreadLimit is null ? threads : threadLimit,
            ServerLimit = serverLimit,
            MaxRequestWorkers = servers * threads,
            ActiveLimit = servers,
            MaxRequestsPerThread = Math.Max(0, sizing.MaxRequestsPerThread),
            MaxConnectionsPerChild = Math.Max(0, sizing.MaxConnectionsPerChild),
            AsyncRequestWorkerFactor = sizing.AsyncRequestWorkerFactor,
            Conflicts = conflicts.All,
        };
    }

    /// <summary>A fixed number of children with three pools of threads that have scoreboard records.</summary>
    private static EffectiveSizing Pools(Sizing sizing, int buckets)
    {
        const int mostServers = 1000, mostProcessors = 1000, mostStages = 8;
        var conflicts = new Conflicts();
        int servers = conflicts.Within("StartServers", sizing.StartServers ?? 2, mostServers);
        int processors = conflicts.Within("ThreadsPerChild", sizing.ThreadsPerChild ?? 25, mostProcessors);
        int readers = conflicts.Within("ReadersPerChild", sizing.ReadersPerChild ?? 1, mostStages);
        int writers = conflicts.Within("WritersPerChild", sizing.WritersPerChild ?? 1, mostStages);
        conflicts.Buckets(buckets, servers);
        int threads = processors + readers + writers;
        return new EffectiveSizing
        {
            StartServers = servers,
            StartThreads = threads,
            ThreadsPerChild = threads,
            Readers = readers,
            Writers = writers,
            ThreadLimit = threads,
            ServerLimit = servers,
            MaxRequestWorkers = servers * processors,
            ActiveLimit = servers,
            MaxConnectionsPerChild = Math.Max(0, sizing.MaxConnectionsPerChild),
            AsyncRequestWorkerFactor = sizing.AsyncRequestWorkerFactor,
            Conflicts = conflicts.All,
        };
    }

    /// <summary>httpd's bounds and corrections for one child with a fixed number of threads; several sets of sockets have nobody to accept from them.</summary>
    private static EffectiveSizing Winnt(Sizing sizing, int buckets, Corrections correct)
    {
        int threadLimit = correct.Bound("ThreadLimit", sizing.ThreadLimit ?? 1920, 1, 15_000, low: 441, high: 439);
        int threads = correct.Bound("ThreadsPerChild", sizing.ThreadsPerChild ?? 64, 1, threadLimit, low: 446, high: 444, "ThreadLimit");
        var conflicts = new Conflicts();
        conflicts.Buckets(buckets, servers: 1);
        return new EffectiveSizing
        {
            StartServers = 1,
            StartThreads = threads,
            ThreadsPerChild = threads,
            ThreadLimit = threadLimit,
            ServerLimit = 1,
            MaxRequestWorkers = threads,
            ActiveLimit = 1,
            MaxConnectionsPerChild = Math.Max(0, sizing.MaxConnectionsPerChild),
            AsyncRequestWorkerFactor = sizing.AsyncRequestWorkerFactor,
            Warnings = correct.Warnings,
            Conflicts = conflicts.All,
        };
    }

    /// <summary>A fixed number of children that share the processors out among their reactors; each reactor needs a thread, and one should stand by.</summary>
    private static EffectiveSizing Cores(Sizing sizing, int buckets)
    {
        var defaults = GrowingDefaults.Of(SizingKind.Percore);
        var conflicts = new Conflicts();
        int servers = Math.Max(1, sizing.StartServers ?? defaults.Servers);
        int wanted = sizing.ReactorsPerChild ?? 0;
        int reactors = wanted == 0 ? (Environment.ProcessorCount + servers - 1) / servers : wanted;
        int threads = sizing.ThreadsPerChild ?? Math.Max(defaults.Threads, 2 * reactors);
        reactors = conflicts.Within("ReactorsPerChild", reactors, Math.Max(1, threads), "ThreadsPerChild");
        var children = Growing(sizing with
        {
            ThreadsPerChild = threads,
            StartThreads = sizing.StartThreads ?? Math.Min(reactors + 1, threads),
            MaxSpareThreads = sizing.MaxSpareThreads ?? Math.Max(defaults.MaxSpare, sizing.MinSpareThreads ?? 0),
        }, defaults, buckets);
        return children with { Reactors = reactors, ServerLimit = children.StartServers, Conflicts = [.. conflicts.All, .. children.Conflicts] };
    }

    private static int AtLeast(int value, long least) => (int)Math.Min(int.MaxValue, Math.Max(value, least));

    /// <summary>Collects what does not fit together in a configuration that is refused then.</summary>
    private sealed class Conflicts
    {
        public List<string> All { get; } = [];

        public int Within(string name, int value, int highest, string? limit = null)
        {
            if (value < 1) All.Add($"{name} of {value} is less than 1");
            else if (value > highest) All.Add($"{name} of {value} exceeds {(limit is null ? "the most possible," : limit + " of")} {highest}");
            return Math.Clamp(value, 1, highest);
        }

        public void Buckets(int buckets, int servers)
        {
            if (buckets <= servers) return;
            All.Add($"ListenCoresBucketsRatio asks for {buckets} sets of listening sockets, and there are only {servers} processes to accept from them");
        }
    }

    /// <summary>Collects the warnings of one completion.</summary>
    private sealed class Corrections
    {
        public List<string> Warnings { get; } = [];

        public void Warn(int number, string text) => Warnings.Add($"AH{number:d5}: WARNING: {text}");

        public int Bound(string name, int value, int least, int most, int low, int high = 0, string? limit = null)
        {
            if (value < least)
            {
                Warn(low, $"{name} of {value} not allowed, increasing to {least}");
                return least;
            }
            if (value <= most) return value;
            Warn(high, $"{name} of {value} exceeds {(limit is null ? "the most possible," : limit + " of")} {most}, decreasing to {most}");
            return most;
        }
    }
}
