namespace Manifold.Httpd.Language;

/// <summary>Paths as configuration files write them.</summary>
internal static class Paths
{
    /// <summary>An absolute path without "." and ".." steps; relative ones are below <paramref name="root"/>.</summary>
    public static string Resolve(string root, string path)
    {
        if (OperatingSystem.IsWindows()) path = path.Replace('\\', '/');
        return Canonical(IsAbsolute(path) ? path : $"{root}/{path}");
    }

    /// <summary>
    /// The one form of an absolute path in which names are compared: single slashes, no "." and ".." steps (what would climb above the root
    /// stays there); a slash at the end is kept. Symbolic links are not looked at.
    /// </summary>
    public static string Canonical(string path) => NeedsTidying(path) ? Tidy(path) : path;

    /// <summary>True for a path that does not depend on another: on Windows also behind a drive, "C:/".</summary>
    public static bool IsAbsolute(string path) => path.StartsWith('/') || (OperatingSystem.IsWindows() && DriveOf(path).Length > 0);

    /// <summary>"C:" of "C:/directory"; else nothing.</summary>
    private static string DriveOf(string path) => path.Length >= 3 && char.IsAsciiLetter(path[0]) && path[1] == ':' && path[2] == '/' ? path[..2] : "";

    private static bool NeedsTidying(string path) =>
        path.Contains("//", StringComparison.Ordinal) || path.Contains("/.", StringComparison.Ordinal);

    private static string Tidy(string path)
    {
        string drive = OperatingSystem.IsWindows() ? DriveOf(path) : "";
        path = path[drive.Length..];
        var steps = new List<string>();
        foreach (string step in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (step == "..")
            {
                if (steps.Count > 0) steps.RemoveAt(steps.Count - 1);
            }
            else if (step != ".")
            {
                steps.Add(step);
            }
        }
        string tidy = "/" + string.Join('/', steps);
        return drive + (path.EndsWith('/') && tidy.Length > 1 ? tidy + "/" : tidy);
    }
}
