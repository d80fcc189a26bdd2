namespace Manifold.Os;

/// <summary>The program that this process runs. A file that runs cannot be replaced here.</summary>
internal static class ProgramFile
{
    /// <summary>Nothing changes.</summary>
    public static void Note()
    {
    }

    /// <summary>What to start for a process of the same program.</summary>
    public static string ToStart => Environment.ProcessPath!;

    /// <summary>Never.</summary>
    public static bool IsReplaced => false;

    /// <summary>Never called.</summary>
    public static void Become(IReadOnlyCollection<int> keep, string variable) => throw new PlatformNotSupportedException($"{keep.Count} handles, {variable}");
}
