using Manifold.Contracts;

namespace Manifold.Populations;

/// <summary>Sizes of a population of multi-threaded children, after all corrections.</summary>
/// <param name="MinSpareThreads">Fewest idle threads over all children.</param>
/// <param name="MaxSpareThreads">Most idle threads over all children.</param>
/// <param name="MaxRequestWorkers">Most threads over all children.</param>
/// <param name="ThreadsPerChild">Threads in each child.</param>
/// <param name="Buckets">Number of buckets of listening sockets.</param>
internal readonly record struct ThreadSizing(
    int MinSpareThreads, int MaxSpareThreads, int MaxRequestWorkers, int ThreadsPerChild, int Buckets = 1)
{
    /// <summary>The part of a sizing that concerns threads.</summary>
    public static ThreadSizing Of(EffectiveSizing sizing, PopulationMemory memory) =>
        new(sizing.MinSpareThreads, sizing.MaxSpareThreads, sizing.MaxRequestWorkers, sizing.ThreadsPerChild, memory.Buckets);

    /// <summary>Most children that serve at the same time.</summary>
    public int ProcessLimit => MaxRequestWorkers / ThreadsPerChild;
}

/// <summary>In what the idle maintenance of worker and event differs.</summary>
/// <param name="SharesRetiringSlots">
/// A new child may be put into the slot of a retiring one and takes over its thread records one by one as they become free.
/// Off: only free slots are used, and children that retire need slots beyond the process limit.
/// </param>
/// <param name="UsesHeadRoom">
/// Slots up to ServerLimit are used; the process limit bounds the children that are not retiring; and a surplus child is only retired while
/// no other is, or while there is room for a whole new generation.
/// </param>
/// <param name="IgnoresFullChildren">Idle threads of a child that has stopped accepting do not count: no connection reaches them.</param>
internal sealed record SpareThreadsStyle(bool SharesRetiringSlots, bool UsesHeadRoom, bool IgnoresFullChildren)
{
    /// <summary>As httpd's worker.</summary>
    public static SpareThreadsStyle Worker { get; } = new(SharesRetiringSlots: true, UsesHeadRoom: false, IgnoresFullChildren: false);

    /// <summary>Worker, leader and threadpool here: as httpd's worker, but a slot belongs to one child.</summary>
    public static SpareThreadsStyle Blocking { get; } = Worker with { SharesRetiringSlots = false, UsesHeadRoom = true };

    /// <summary>As httpd's event.</summary>
    public static SpareThreadsStyle Event { get; } = new(SharesRetiringSlots: false, UsesHeadRoom: true, IgnoresFullChildren: true);
}
