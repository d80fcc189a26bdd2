using Manifold.Httpd.Language;

namespace Manifold.Httpd.Site;

/// <summary>
/// What a snapshot consists of, in order: what the reading had come to when the lines were there, the words of the lines, the lines of the main server, the virtual
/// hosts (what choosing one needs, then its lines), the answers. Pure.
/// </summary>
internal static class SnapshotLayout
{
    /// <summary>Writes it all; gives the place of the answers.</summary>
    public static int Write(SnapshotWriter writer, ServerConfiguration configuration, RecordedSurroundings surroundings)
    {
        var inputs = configuration.Inputs;
        writer.Text(inputs.Program);
        writer.Flag(inputs.SkipPathChecks);
        writer.Text(configuration.File);
        writer.Text(configuration.ServerRoot);
        writer.Text(configuration.RuntimeDirectory);
        writer.Texts([.. configuration.Modules.Loaded.Select(module => module.Identifier)]);
        var defines = configuration.Defines.All.ToList();
        writer.Number(defines.Count);
        foreach (var (name, value) in defines)
        {
            writer.Text(name);
            writer.OptionalText(value);
        }
        bool IsHost(DirectiveNode node) => !configuration.HostsStay && node.Children is not null && node.Name.Equals("VirtualHost", StringComparison.OrdinalIgnoreCase);
        var main = configuration.Tree.Where(node => !IsHost(node)).ToList();
        var hosts = configuration.Tree.Where(IsHost).ToList();
        var words = new SnapshotWords();
        foreach (var node in hosts) words.Add(node);
        int wordsOfHosts = words.Names.Count;
        foreach (var node in main) words.Add(node);
        writer.Texts(words.Names);
        writer.Number(wordsOfHosts);
        writer.Texts(words.Files);
        writer.Number(main.Count);
        foreach (var node in main) words.Write(writer, node);
        writer.Number(hosts.Count);
        var lines = new SnapshotWriter();
        for (int i = 0; i < hosts.Count; i++)
        {
            Write(writer, configuration.Servers[i], words);
            words.Write(lines, hosts[i]);
            writer.Number(lines.Length);
            writer.Bytes(lines.Written);
            lines.Clear();
        }
        return SnapshotSurroundings.Write(writer, surroundings.Answers);
    }

    /// <summary>A reading that has come as far as the master's had when the lines were there. The lines of virtual hosts wait until somebody asks.</summary>
    public static SiteReading Read(ConfigurationSnapshot snapshot, ModuleRegistry registry, out string file)
    {
        var reader = new SnapshotReader(snapshot.Bytes.Span, ConfigurationSnapshot.HeaderSize);
        var inputs = new ConfigurationInputs { Program = reader.Text(), SkipPathChecks = reader.Flag() };
        file = reader.Text();
        var reading = new SiteReading(inputs, registry, new SnapshotSurroundings(snapshot.Bytes, snapshot.Answers)) { ServerRoot = reader.Text(), RuntimeDirectory = reader.Text() };
        foreach (string module in reader.Texts()) reading.Modules.Restore(module);
        for (int left = reader.Number(); left > 0; left--) reading.Defines.Set(reader.Text(), reader.OptionalText());
        string[] names = reader.Texts();
        int namesOfHosts = reader.Number();
        var words = new SnapshotWords(names, files: reader.Texts());
        for (int left = reader.Number(); left > 0; left--) reading.Tree.Add(words.Read(ref reader, null));
        int hosts = reader.Number();
        if (hosts == 0) return reading;
        var later = reading.Later = new LaterHosts(snapshot, words, [.. names.Take(namesOfHosts)]);
        reading.VirtualHosts.Capacity = hosts;
        ReadOnlySpan<byte> addressBytes = default;
        string[] addresses = [];
        for (; hosts > 0; hosts--)
        {
            var here = reader;
            var bytes = reader.RawTexts();
            if (!bytes.SequenceEqual(addressBytes)) addresses = here.Texts(); // those that one line names are mostly those of the next
            addressBytes = bytes;
            reading.VirtualHosts.Add(Read(ref reader, words, addresses, later));
        }
        return reading;
    }

    private static void Write(SnapshotWriter writer, ServerScope host, SnapshotWords words)
    {
        writer.Texts(host.Addresses);
        writer.OptionalText(host.Name);
        writer.Number(host.Port);
        writer.Flag(host.Scheme == "http");
        if (host.Scheme != "http") writer.Text(host.Scheme);
        writer.Texts(host.Aliases);
        writer.OptionalText(host.Path);
        writer.Number(words.FileOf(host.File));
        writer.Number(host.Line);
    }

    private static ServerScope Read(ref SnapshotReader reader, SnapshotWords words, string[] addresses, LaterHosts later)
    {
        var host = new ServerScope(later)
        {
            Addresses = addresses, Name = reader.OptionalText(), Port = reader.Number(), Scheme = reader.Flag() ? "http" : reader.Text(), Aliases = reader.Texts(),
            Path = reader.OptionalText(), File = words.File(reader.Number()), Line = reader.Number(),
        };
        int length = reader.Number();
        host.LinesPlace = reader.Place;
        reader.Bytes(length);
        return host;
    }
}
