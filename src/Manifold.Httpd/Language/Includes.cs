using Manifold.Httpd.Matching;

namespace Manifold.Httpd.Language;

/// <summary>
/// Include and IncludeOptional: a file, a directory with all below it, or a pattern with wildcards in any component. Names are taken in
/// byte order, whatever the file system's own order is.
/// </summary>
internal static class Includes
{
    private const int DeepestDirectory = 20;

    /// <summary>Reads all that <paramref name="path"/> means, in place.</summary>
    public static void Read(Reading reading, string path, bool optional, int line)
    {
        string absolute = Paths.Resolve(reading.ServerRoot, path);
        if (Wildcard.IsPattern(absolute)) Expand(reading, "/", absolute.TrimStart('/'), optional, line);
        else ReadPath(reading, absolute, optional, line, 0);
    }

    private static void Expand(Reading reading, string directory, string pattern, bool optional, int line)
    {
        // Components before the first wildcard are plain.
        string component = Cut(ref pattern);
        while (pattern.Length > 0 && !Wildcard.IsPattern(component))
        {
            directory = Below(directory, component);
            component = Cut(ref pattern);
        }
        if (!Wildcard.IsPattern(component))
        {
            ReadPath(reading, Below(directory, component), optional, line, 0);
            return;
        }
        if (reading.Surroundings.Names(directory) is not { } names)
        {
            if (optional) return;
            throw CannotOpen(reading, directory);
        }
        bool matched = false;
        foreach (string name in names)
        {
            if (!Wildcard.MatchesName(component, name)) continue;
            string path = Below(directory, name);
            if (pattern.Length == 0) ReadPath(reading, path, optional, line, 0);
            else if (reading.Surroundings.Kind(path) == PathKind.Directory) Expand(reading, path, pattern, optional, line);
            else continue;
            matched = true;
        }
        if (matched || optional) return;
        throw new ConfigurationException($"Include/IncludeOptional: No matches for the wildcard '{component}' in '{directory}', failing");
    }

    private static void ReadPath(Reading reading, string path, bool optional, int line, int depth)
    {
        switch (reading.Surroundings.Kind(path))
        {
            case PathKind.Directory:
                if (depth > DeepestDirectory)
                    throw new ConfigurationException($"Include: {path} lies more than {DeepestDirectory} directories deep; is a link circular?");
                string[] names = reading.Surroundings.Names(path) ?? throw CannotOpen(reading, path);
                foreach (string name in names) ReadPath(reading, Below(path, name), optional, line, depth + 1);
                break;
            case PathKind.Missing when optional:
                break;
            default:
                reading.Parser.ReadFile(path, line);
                break;
        }
    }

    private static ConfigurationException CannotOpen(Reading reading, string directory) =>
        new($"Include/IncludeOptional: Could not open directory {directory}: {reading.Surroundings.WhyNoText(directory)}");

    private static string Below(string directory, string name) => directory.EndsWith('/') ? directory + name : $"{directory}/{name}";

    private static string Cut(ref string path)
    {
        int slash = path.IndexOf('/', StringComparison.Ordinal);
        string component = slash < 0 ? path : path[..slash];
        path = slash < 0 ? "" : path[(slash + 1)..];
        return component;
    }
}
