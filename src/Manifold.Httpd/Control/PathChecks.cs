using Manifold.Httpd.Language;
using Manifold.Httpd.Site;

namespace Manifold.Httpd.Control;

/// <summary>
/// Whether the places that a configuration names are there. Asked by -t and before a start, on the disk, by the master only.
/// </summary>
internal static class PathChecks
{
    /// <summary>The first problem, complete for the user; null when there is none.</summary>
    public static string? Problem(ServerConfiguration configuration)
    {
        foreach (var log in configuration.Logs)
        {
            if (log.IsProgram || log.IsSyslog || log.Target == "/dev/null") continue;
            string directory = Path.GetDirectoryName(log.Target)?.Replace(Path.DirectorySeparatorChar, '/') ?? "/";
            string name = ByteText.FromText(directory);
            if (LiveSurroundings.KindOf(name) == PathKind.Directory) continue;
            return $"AH02291: Cannot access directory '{name}/' for log file '{ByteText.FromText(log.Target)}'\nAH00014: Configuration check failed";
        }
        return null;
    }
}
