namespace Manifold.Contracts;

/// <summary>Numbers that a population can run with: complete, within bounds and consistent.</summary>
public sealed record EffectiveSizing
{
    /// <summary>One child with one thread.</summary>
    public static EffectiveSizing Single { get; } = new()
    {
        StartServers = 1, StartThreads = 1, ThreadsPerChild = 1, ThreadLimit = 1, ServerLimit = 1, MaxRequestWorkers = 1, ActiveLimit = 1, MaxConnectionsPerChild = 0,
        AsyncRequestWorkerFactor = 2,
    };

    /// <summary>Children at start.</summary>
    public required int StartServers { get; init; }
    /// <summary>Fewest idle children; 0 for threaded kinds.</summary>
    public int MinSpareServers { get; init; }
    /// <summary>Most idle children; 0 for threaded kinds.</summary>
    public int MaxSpareServers { get; init; }
    /// <summary>Fewest idle threads; 0 for prefork.</summary>
    public int MinSpareThreads { get; init; }
    /// <summary>Most idle threads; 0 for prefork.</summary>
    public int MaxSpareThreads { get; init; }
    /// <summary>Threads of a child at its start; <see cref="ThreadsPerChild"/> unless children grow.</summary>
    public required int StartThreads { get; init; }
    /// <summary>Worker threads in each child; the most, where children grow.</summary>
    public required int ThreadsPerChild { get; init; }
    /// <summary>Those of <see cref="ThreadsPerChild"/> that read (pipeline).</summary>
    public int Readers { get; init; }
    /// <summary>Those of <see cref="ThreadsPerChild"/> that send (pipeline).</summary>
    public int Writers { get; init; }
    /// <summary>Reactors of each child (percore).</summary>
    public int Reactors { get; init; }
    /// <summary>Upper bound of <see cref="ThreadsPerChild"/> for the life of the master.</summary>
    public required int ThreadLimit { get; init; }
    /// <summary>Upper bound of the number of children for the life of the master.</summary>
    public required int ServerLimit { get; init; }
    /// <summary>Most requests served at the same time.</summary>
    public required int MaxRequestWorkers { get; init; }
    /// <summary>Most children that serve at the same time; ServerLimit leaves room above it for children that finish.</summary>
    public required int ActiveLimit { get; init; }
    /// <summary>Connections after which a thread is replaced; 0 = never.</summary>
    public int MaxRequestsPerThread { get; init; }
    /// <summary>Connections after which a child is replaced; 0 = never.</summary>
    public required int MaxConnectionsPerChild { get; init; }
    /// <summary>Connections beyond its threads that a child takes, per idle thread.</summary>
    public required double AsyncRequestWorkerFactor { get; init; }
    /// <summary>What was corrected, with httpd's AH numbers.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
    /// <summary>What cannot be meant like that: reasons not to start.</summary>
    public IReadOnlyList<string> Conflicts { get; init; } = [];
}
