namespace Manifold.Httpd.Configuration;

/// <summary>Paths as configuration files write them.</summary>
internal static class Paths
{
    /// <summary>An absolute path without "." and ".." steps; relative ones are below <paramref name="root"/>.</summary>
    public static string Resolve(string root, string path)
    {
        string joined = path.StartsWith('/') ? path : $"{root}/{path}";
        return NeedsTidying(joined) ? Tidy(joined) : joined;
    }

    private static bool NeedsTidying(string path) =>
        path.Contains("//", StringComparison.Ordinal) || path.Contains("/.", StringComparison.Ordinal);

    private static string Tidy(string path)
    {
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
        return path.EndsWith('/') && tidy.Length > 1 ? tidy + "/" : tidy;
    }
}
