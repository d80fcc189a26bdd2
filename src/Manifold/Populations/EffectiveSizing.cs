namespace Manifold.Populations;

/// <summary>Which numbers an MPM is sized by.</summary>
public enum SizingKind
{
    /// <summary>Single-threaded children.</summary>
    Servers,
    /// <summary>Children with a fixed number of threads.</summary>
    Threads,
}

/// <summary>The sizing as it is carried out: complete, and corrected where the configuration made no sense.</summary>
public sealed record EffectiveSizing
{
    /// <summary>Children at start.</summary>
    public required int StartServers { get; init; }
    /// <summary>Fewest idle children (prefork).</summary>
    public required int MinSpareServers { get; init; }
    /// <summary>Most idle children (prefork).</summary>
    public required int MaxSpareServers { get; init; }
    /// <summary>Fewest idle threads over all children.</summary>
    public required int MinSpareThreads { get; init; }
    /// <summary>Most idle threads over all children.</summary>
    public required int MaxSpareThreads { get; init; }
    /// <summary>Worker threads in each child.</summary>
    public required int ThreadsPerChild { get; init; }
    /// <summary>Upper bound of threads in a child.</summary>
    public required int ThreadLimit { get; init; }
    /// <summary>Upper bound of children, those that are leaving included.</summary>
    public required int ServerLimit { get; init; }
    /// <summary>Most requests served at the same time.</summary>
    public required int MaxRequestWorkers { get; init; }
    /// <summary>Most children that serve at the same time.</summary>
    public required int ProcessLimit { get; init; }
    /// <summary>Connections after which a child is replaced; 0 = never.</summary>
    public required int MaxConnectionsPerChild { get; init; }
    /// <summary>Connections an event child takes beyond its threads, per idle thread.</summary>
    public required double AsyncRequestWorkerFactor { get; init; }
}
