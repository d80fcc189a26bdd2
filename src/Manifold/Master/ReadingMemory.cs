namespace Manifold.Master;

/// <summary>
/// Gives the memory back that reading a large configuration took. The master keeps a snapshot of it for the children, outside the heap, and then allocates next to
/// nothing until the next restart: the collector would have no reason to look. Small configurations are not worth the milliseconds. Master thread.
/// </summary>
internal static class ReadingMemory
{
    private const long WorthIt = 8 << 20;

    /// <summary>A generation serves; whatever it was made from is not needed any more.</summary>
    public static void GiveBack()
    {
        if (GC.GetTotalMemory(forceFullCollection: false) > WorthIt) GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
    }
}
