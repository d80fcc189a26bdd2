namespace Manifold.Child;

/// <summary>
/// Gives the memory of connections that have come to rest back to the system. What they held is old by then, and a child with nothing to do
/// allocates nothing, so that the collector would have no reason to look. Asked once a second, on the child's main thread. Collects only
/// when many connections have come to rest, so many that what they held is a good part of the heap, and hardly any did within the last second: a
/// child that is at work collects by itself, and is not to be stopped for little.
/// </summary>
internal sealed class IdleMemory(ChildState state, Action collect, Func<long> heapSize)
{
    private const int Many = 256, HardlyAny = 16, BytesEach = 4096, PartOfHeap = 4;

    private long _collected; // connections that had come to rest when it collected last
    private long _before;    // when it looked last

    /// <summary>A second has passed.</summary>
    public void Look()
    {
        long rested = state.Rested;
        bool isCalm = rested - _before < HardlyAny;
        _before = rested;
        long given = rested - _collected;
        if (!isCalm || given < Many || given * BytesEach < heapSize() / PartOfHeap) return;
        _collected = rested;
        collect();
    }

    /// <summary>Collects everything, and keeps no memory in reserve.</summary>
    public static void Collect() => GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
}
