namespace Manifold.Os;

/// <summary>Standard output and error of a process of ours: those of .NET.</summary>
public static class StandardStreams
{
    /// <summary>True when something printed to standard output did not get there.</summary>
    public static bool OutputLost => false;

    /// <summary>The error number of the last write to standard output that failed; 0 = none.</summary>
    public static int OutputError => 0;

    /// <summary>To be called first of all.</summary>
    public static void Use()
    {
    }
}
