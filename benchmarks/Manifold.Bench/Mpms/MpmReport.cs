using System.Globalization;
using System.Text;
using Manifold.Httpd.Control;

namespace Manifold.Bench;

/// <summary>The comparison of the MPMs as Markdown, as a plot, and as a row on each MPM's page.</summary>
internal sealed class MpmReport(IReadOnlyList<string> machine, Arguments arguments)
{
    private readonly List<(Workload Workload, MpmSubject Subject, Figures Figures)> _found = [];
    private readonly List<string> _refused = [];

    public bool HasRefusals => _refused.Count > 0;

    public void Add(Workload workload, MpmSubject subject, Figures figures) => _found.Add((workload, subject, figures));

    public void Refuse(Workload workload, MpmSubject subject, string why) =>
        _refused.Add($"- {workload.Name}, {subject.Name}: {why.ReplaceLineEndings(" ")}");

    /// <summary>One line for the log.</summary>
    public static string Text(Figures f) =>
        string.Create(CultureInfo.InvariantCulture, $"{Numbers.Text(f.Cpu)} µs, median {Numbers.Text(f.MedianMs)} ms, 99 % {Numbers.Text(f.P99Ms)} ms, ")
        + string.Create(CultureInfo.InvariantCulture, $"{Numbers.Text(f.Megabytes)} MB, {f.Lost} lost of {f.Requests}");

    /// <summary>Writes table and plot into a directory, and the rows into the pages of the MPMs there.</summary>
    public void Write(string directory)
    {
        Directory.CreateDirectory(directory);
        File.WriteAllText(Path.Combine(directory, "measured.md"), ToMarkdown());
        File.WriteAllText(Path.Combine(directory, "measured.svg"), ToPlot());
        foreach (var subject in MpmComparison.Subjects(arguments).Where(subject => !subject.IsReference))
        {
            string page = Path.Combine(directory, subject.Name + ".md");
            try
            {
                File.WriteAllText(page, MpmPage.Replace(File.ReadAllText(page), "measured", Rows(subject)));
            }
            catch (Exception e) when (e is IOException or FormatException)
            {
                Console.Error.WriteLine($"bench: {page}: {e.Message}");
            }
        }
    }

    public string ToMarkdown()
    {
        var text = new StringBuilder("# The MPMs under the same load\n\n");
        foreach (string line in machine) text.Append("- ").Append(line).Append('\n');
        text.Append($"\n{Measurement.Turns(arguments)} of {arguments.Seconds} s, in turns; one server runs at a time and is warm; medians of the turns, lost: all turns.\n")
            .Append("Processor time is that of the whole server per request of the clients, latency theirs, memory the PSS of all processes.\n")
            .Append("What each workload rewards is told in the [index](README.md#what-was-measured).\n\n![The same figures as bars](measured.svg)\n");
        foreach (var workload in arguments.Workloads)
        {
            text.Append($"\n## {workload.Title}\n\n")
                .Append("| MPM | runs with | CPU µs/request | median ms | 99 % ms | memory MB | requests | lost |\n|---|---|---:|---:|---:|---:|---:|---:|\n");
            foreach (var (_, subject, f) in Under(workload))
                text.Append($"| {Link(subject)} | {Size(subject, workload)} | {Cells(f)} |\n");
        }
        AppendTargets(text);
        if (_refused.Count > 0) text.Append("\n## Not measured\n\n").AppendJoin('\n', _refused).Append('\n');
        return text.ToString();
    }

    private string ToPlot()
    {
        var plot = new Plot("The MPMs under the same load", ["CPU per request, µs", "99th percentile, ms", "Memory, MB"]);
        foreach (var workload in arguments.Workloads)
        {
            var rows = Under(workload).Select(row => new Bars(row.Subject.Name, row.Subject.IsReference, [row.Figures.Cpu, row.Figures.P99Ms, row.Figures.Megabytes]));
            plot.Add(workload.Title, [.. rows]);
        }
        return plot.ToSvg();
    }

    private void AppendTargets(StringBuilder text)
    {
        var first = arguments.Workloads.FirstOrDefault(workload => workload.Name == "keepalive");
        if (first is null || Under(first).FirstOrDefault(row => row.Subject.IsReference) is not { Figures: { } reference }) return;
        text.Append("\n## CPU per keep-alive request beside httpd's worker\n\n| MPM | ratio | at most | |\n|---|---:|---:|---|\n");
        foreach (var (_, subject, f) in Under(first).Where(row => !row.Subject.IsReference))
        {
            double ratio = f.Cpu / reference.Cpu;
            text.Append(string.Create(CultureInfo.InvariantCulture,
                $"| {Link(subject)} | {ratio:0.00} | {subject.Target:0.00} | {(ratio <= subject.Target ? "held" : "**missed**")} |\n"));
        }
    }

    private string Rows(MpmSubject subject)
    {
        var text = new StringBuilder("| workload | runs with | CPU µs/request | median ms | 99 % ms | memory MB | requests | lost |\n|---|---|---:|---:|---:|---:|---:|---:|\n");
        foreach (var (workload, _, f) in _found.Where(row => row.Subject == subject))
            text.Append($"| {workload.Title} | {Size(subject, workload)} | {Cells(f)} |\n");
        return text.Append("\nBeside the others: [measured](measured.md).\n").ToString();
    }

    private IEnumerable<(Workload Workload, MpmSubject Subject, Figures Figures)> Under(Workload workload) =>
        _found.Where(row => row.Workload == workload);

    private static string Link(MpmSubject subject) => subject.IsReference ? subject.Name : $"[{subject.Name}]({subject.Name}.md)";

    private static string Size(MpmSubject subject, Workload workload)
    {
        var bounded = workload.Bounded;
        string held = bounded.Holding > 0 ? $", {bounded.Holding} held" : "";
        return subject.SizeText(workload.Clients + workload.Holding) + (subject.StartsPerConnection ? $"; clients bounded to {bounded.Clients}{held}" : "");
    }

    private static string Cells(Figures f) =>
        $"{Numbers.Text(f.Cpu)} | {Numbers.Text(f.MedianMs)} | {Numbers.Text(f.P99Ms)} | {Numbers.Text(f.Megabytes)} | {f.Requests} | {(f.Lost > 0 ? $"**{f.Lost}**" : "0")}";
}
