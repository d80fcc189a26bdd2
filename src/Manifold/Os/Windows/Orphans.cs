namespace Manifold.Os;

/// <summary>On Windows nobody inherits the ends of processes.</summary>
internal static class Orphans
{
    /// <summary>Does nothing.</summary>
    public static void Reap()
    {
    }
}
