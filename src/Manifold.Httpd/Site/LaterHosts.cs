using Manifold.Httpd.Language;

namespace Manifold.Httpd.Site;

/// <summary>
/// The virtual hosts of a snapshot, in a child: a host's lines are carried out when somebody first asks what they say, by the thread that asks; others that ask
/// for a new one meanwhile wait. The master has carried out the same lines, so none is wrong.
/// </summary>
/// <param name="snapshot">Where the lines are.</param>
/// <param name="words">The words of the lines.</param>
/// <param name="names">The directives that stand in some host.</param>
internal sealed class LaterHosts(ConfigurationSnapshot snapshot, SnapshotWords words, IReadOnlyCollection<string> names)
{
    private readonly Lock _making = new();

    /// <summary>What the hosts belong to; set when the main server is complete.</summary>
    public ServerConfiguration? Configuration { get; set; }

    /// <summary>True when some host has a line of this directive.</summary>
    public bool Mention(string directive) => names.Contains(directive, StringComparer.OrdinalIgnoreCase);

    /// <summary>Carries out the lines of a host, once.</summary>
    public ServerScope.Content Complete(ServerScope host)
    {
        lock (_making)
        {
            if (host.Known is { } known) return known;
            var around = Configuration ?? throw new InvalidOperationException($"the host of line {host.Line} of {host.File} is asked for before the main server is complete");
            var reading = new SiteReading(around, around.Main, new SnapshotSurroundings(snapshot.Bytes, snapshot.Answers), null);
            var reader = new SnapshotReader(snapshot.Bytes.Span, host.LinesPlace);
            var lines = words.Read(ref reader, null);
            var made = new ServerScope { Addresses = host.Addresses, File = host.File, Line = host.Line };
            Patterns.Defaults = around.PatternDefaults;
            reading.Executor.Run(lines.Children ?? [], new SiteScope(made));
            reading.ThrowErrors();
            made.MergeOver(around.Main);
            UserDirectives.Assign(around.Main, made);
            return host.Known = made.Known!;
        }
    }
}
