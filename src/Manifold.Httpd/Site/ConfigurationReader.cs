using Manifold.Httpd.Language;
using Manifold.Httpd.Matching;

namespace Manifold.Httpd.Site;

/// <summary>
/// Reads a configuration: pass one makes a tree of all files, pass two carries it out, then virtual hosts are merged over the main server.
/// The only entry points of the room.
/// </summary>
public static class ConfigurationReader
{
    /// <summary>Reads from the disk and records what was read; the result carries the snapshot for the children.</summary>
    public static ServerConfiguration Read(ConfigurationInputs inputs, ModuleRegistry registry)
    {
        Patterns.Demand(inputs.Program);
        return Read(inputs, registry, new RecordedSurroundings(new LiveSurroundings()));
    }

    /// <summary>Reads again exactly what the master accepted, without touching the disk. What virtual hosts say is read when it is first asked for.</summary>
    public static ServerConfiguration Read(ConfigurationSnapshot snapshot, ModuleRegistry registry)
    {
        var reading = SnapshotLayout.Read(snapshot, registry, out string file);
        return Complete(reading, () => new ServerConfiguration(reading, file, snapshot));
    }

    internal static ServerConfiguration Read(ConfigurationInputs inputs, ModuleRegistry registry, RecordedSurroundings surroundings)
    {
        var reading = new SiteReading(inputs, registry, surroundings);
        string file = "";
        return Complete(reading, () => new ServerConfiguration(reading, file, surroundings), () =>
        {
            file = Parse(reading);
            surroundings.LinesAreRead();
        });
    }

    private static ServerConfiguration Complete(SiteReading reading, Func<ServerConfiguration> result, Action? readLines = null)
    {
        try
        {
            readLines?.Invoke();
            Patterns.Defaults = PatternOptions.Default;
            reading.Executor.Run(reading.Tree, reading.Scope);
            reading.ThrowErrors();
            return result();
        }
        catch (ConfigurationException e)
        {
            throw reading.Failed(e);
        }
    }

    private static string Parse(SiteReading reading)
    {
        string file = Paths.Resolve(reading.Inputs.ServerRoot, reading.Inputs.File);
        try
        {
            if (reading.Inputs.Before.Count > 0) reading.Parser.ReadText(string.Join('\n', reading.Inputs.Before), Parser.CommandLine);
            reading.Parser.ReadFile(file, 0);
            if (reading.Inputs.After.Count > 0) reading.Parser.ReadText(string.Join('\n', reading.Inputs.After), Parser.CommandLine);
        }
        catch (ConfigurationException e) when (!e.Placed)
        {
            throw new ConfigurationException($"{reading.Inputs.Program}: {e.Message}") { Placed = true };
        }
        return file;
    }
}
