using Manifold.Mpms;

namespace Manifold.Master;

/// <summary>
/// Whether the runtime of a child profiles code before it compiles it for good. It pays where few processes serve many requests; a child with a
/// single thread would compile everything twice for the few that it serves (docs/performance.md). What the operator has set in the
/// environment wins. Pure.
/// </summary>
internal static class ChildProfile
{
    /// <summary>The environment of a child of this MPM: "NAME=value" entries.</summary>
    public static IReadOnlyList<string> Environment(IReadOnlyList<string> own, Mpm mpm)
    {
        bool isSet = own.Any(entry => entry.StartsWith("DOTNET_TieredPGO=", StringComparison.Ordinal) || entry.StartsWith("COMPlus_TieredPGO=", StringComparison.Ordinal));
        return mpm.IsThreaded || isSet ? own : [.. own, "DOTNET_TieredPGO=0"];
    }
}
