namespace Manifold.Os;

/// <summary>On Windows nobody inherits the ends of processes.</summary>
internal static class Orphans
{
    /// <summary>There are none.</summary>
    public static void Expect()
    {
    }

    /// <summary>Does nothing.</summary>
    public static void Reap()
    {
    }
}
