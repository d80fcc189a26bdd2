namespace Manifold.Os;

/// <summary>Rights that a child gives up: none on Windows, where master and child run as one account.</summary>
internal static class Privileges
{
    private const uint Everybody = 1;

    /// <summary>One number for the account of the process.</summary>
    public static uint EffectiveUser => Everybody;

    /// <summary>As <see cref="EffectiveUser"/>.</summary>
    public static uint EffectiveGroup => Everybody;

    /// <summary>Never: there is nothing that <see cref="Drop"/> could give up.</summary>
    public static bool IsRoot => false;

    /// <summary>Why <paramref name="uid"/> cannot be the account of the children; null = it can.</summary>
    public static string? Objection(uint uid) => uid == Everybody ? null : "Children run as the account of the server on Windows.";

    /// <summary>Refuses.</summary>
    public static void Drop(uint uid, uint gid, ReadOnlySpan<uint> groups, string? chrootDir) =>
        throw new PlatformNotSupportedException($"Account #{uid}, group {gid}, {groups.Length} groups, root {chrootDir}: not on Windows.");

    /// <summary>Nothing forbids them here.</summary>
    public static void AllowCoreDumps()
    {
    }
}
