namespace Manifold.Httpd.Configuration;

/// <summary>
/// Reads a per-directory file (.htaccess) while a request is served. Any thread; nothing of the configuration around it changes. What is
/// wrong is one line, "path: complaint", without a line number, as in httpd.
/// </summary>
public static class PerDirectoryReader
{
    /// <summary>What the text sets, with its Files sections nested.</summary>
    /// <param name="configuration">The configuration in force.</param>
    /// <param name="server">The server that serves the request.</param>
    /// <param name="path">The file's path, for messages.</param>
    /// <param name="text">The file's text.</param>
    /// <param name="refuse">Says why AllowOverride forbids a directive; null lets it pass. Its context has been checked.</param>
    /// <param name="warned">Takes the warnings; may be null.</param>
    public static Section Read(
        ServerConfiguration configuration, ServerScope server, string path, string text, Func<Directive, string?> refuse,
        Action<string>? warned = null)
    {
        var reading = new Reading(configuration, server, new LiveSurroundings(), directive =>
            (directive.Contexts & Contexts.Htaccess) == 0 ? $"{directive.Shown} not allowed here" : refuse(directive));
        var section = new Section { Kind = SectionKind.Directory, Pattern = Path.GetDirectoryName(path) ?? "/" };
        try
        {
            reading.Parser.ReadText(text, path);
            reading.Executor.Run(reading.Tree, server, section);
            return section;
        }
        catch (ConfigurationException e)
        {
            throw new ConfigurationException($"{path}: {e.Complaint}") { Placed = true };
        }
        finally
        {
            if (warned is not null) reading.Warnings.ForEach(warned);
        }
    }
}
