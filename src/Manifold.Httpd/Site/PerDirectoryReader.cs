using Manifold.Httpd.Language;

namespace Manifold.Httpd.Site;

/// <summary>
/// Reads a per-directory file (.htaccess) while a request is served. Any thread; nothing of the configuration around it changes. What is
/// wrong is one line that begins "path: complaint", as in httpd, and ends in the number of the line.
/// </summary>
internal static class PerDirectoryReader
{
    /// <summary>What the text sets, with its Files sections nested.</summary>
    /// <param name="configuration">The configuration in force.</param>
    /// <param name="server">The server that serves the request.</param>
    /// <param name="path">The file's path, for messages.</param>
    /// <param name="text">The file's text.</param>
    /// <param name="overrides">What the file may hold.</param>
    /// <param name="warned">Takes the warnings; may be null.</param>
    public static Section Read(
        ServerConfiguration configuration, ServerScope server, string path, string text, Overrides overrides,
        Action<string>? warned = null)
    {
        var reading = new SiteReading(configuration, server, new LiveSurroundings(), overrides);
        var section = new Section { Kind = SectionKind.Directory, Pattern = Path.GetDirectoryName(path) ?? "/" };
        try
        {
            reading.Parser.ReadText(text, path);
            Patterns.Defaults = configuration.PatternDefaults;
            reading.Executor.Run(reading.Tree, new SiteScope(server, section));
            return section;
        }
        catch (ConfigurationException e)
        {
            throw new ConfigurationException($"{path}: {e.Complaint} (line {e.Line})") { Placed = true };
        }
        finally
        {
            if (warned is not null) reading.Warnings.ForEach(warned);
        }
    }
}
