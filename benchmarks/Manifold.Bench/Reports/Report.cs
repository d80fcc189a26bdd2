using System.Globalization;
using System.Text;
using System.Text.Json;
using Manifold.Httpd.Control;

namespace Manifold.Bench;

/// <summary>
/// Findings as Markdown: a table for each scenario, and, for docs/performance.md, one of all aims and one of what each server pays per request. What was
/// not measured has no row.
/// </summary>
internal sealed class Report(IReadOnlyList<Findings> findings)
{
    private const string Head = "| server | measured | median (lowest-highest) | beside | ratio (lowest-highest) | at most | |\n|---|---|---:|---|---:|---:|---|\n";

    /// <summary>The results that are stored in a directory, in the order of the scenarios. A file that cannot be read is named and left out.</summary>
    public static Report Read(string directory)
    {
        var all = new List<Findings>();
        foreach (var scenario in Scenario.All)
        {
            string file = Path.Combine(directory, scenario.Name + ".json");
            if (!File.Exists(file)) continue;
            try
            {
                all.Add(Findings.FromJson(File.ReadAllText(file)));
            }
            catch (Exception e) when (e is JsonException or IOException)
            {
                Console.Error.WriteLine($"bench: {file}: {e.Message}");
            }
        }
        return new Report(all);
    }

    /// <summary>Writes latest.md and the plots beside the results; and renews the tables in docs/performance.md, when that is given.</summary>
    public void Write(string directory, string? page)
    {
        if (findings.Count == 0) return; // what is there from before stays
        File.WriteAllText(Path.Combine(directory, "latest.md"), ToMarkdown());
        File.WriteAllText(Path.Combine(directory, "latest.svg"), Bars().ToSvg());
        if (Curve() is { } curve) File.WriteAllText(Path.Combine(directory, "curve.svg"), curve.ToSvg());
        if (page is null) return;
        string text = MpmPage.Replace(File.ReadAllText(page), "aims", Aims());
        File.WriteAllText(page, MpmPage.Replace(text, "costs", Costs()));
    }

    /// <summary>Everything.</summary>
    public string ToMarkdown()
    {
        var text = new StringBuilder("# What was measured\n\nWritten by `./bench`; what it means is told in [docs/performance.md](../../docs/performance.md).\n\n");
        foreach (string line in findings.MaxBy(found => found.Measured)?.Machine ?? []) text.Append("- ").Append(line).Append('\n');
        text.Append("\n![The same figures as bars](latest.svg)\n");
        foreach (var found in findings) Append(text, found);
        return text.ToString();
    }

    /// <summary>Each aim with what was measured.</summary>
    public string Aims()
    {
        var text = new StringBuilder();
        foreach (var found in findings)
        {
            foreach (var line in found.Lines().Where(line => line.AtMost is not null))
            {
                text.Append($"| {found.Title} | {line.Server} | {(line.Against is { } other ? $"{other}, {line.Quantity}" : line.Quantity)} ")
                    .Append($"| {line.Ratio ?? line.Value} | {Numbers.Text(line.AtMost!.Value)} | {Held(line)} |\n");
            }
        }
        return text.Length == 0 ? "Nothing is stored.\n" : "| scenario | server | against | median (lowest-highest) | at most | |\n|---|---|---|---:|---:|---|\n" + text;
    }

    /// <summary>CPU per request of each server in each scenario that has it.</summary>
    public string Costs()
    {
        var columns = findings.Where(found => found.Series.Any(series => series.At is null && series.Quantity == Measurement.Cpu)).ToList();
        if (columns.Count == 0) return "Nothing is stored.\n";
        var text = new StringBuilder("| CPU µs/request |").AppendJoin("", columns.Select(found => $" {found.Title} |")).Append("\n|---|");
        foreach (var _ in columns) text.Append("---:|");
        text.Append('\n');
        foreach (string server in columns.SelectMany(found => found.Series).Where(series => series.Quantity == Measurement.Cpu && series.At is null).Select(series => series.Server).Distinct())
        {
            text.Append($"| {server} |");
            foreach (var found in columns) text.Append($" {(found.Find(server, Measurement.Cpu) is { } series ? Numbers.Text(Statistics.Median(series.Values)) : "")} |");
            text.Append('\n');
        }
        return text.ToString();
    }

    /// <summary>The section of one scenario.</summary>
    public static string Table(Findings found)
    {
        var text = new StringBuilder();
        Append(text, found);
        return text.ToString();
    }

    private static void Append(StringBuilder text, Findings found)
    {
        text.Append($"\n## {found.Title}\n\n`{found.Scenario}`, {found.Measured.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} UTC, Manifold {found.Version}, ")
            .Append($"took {Numbers.Duration(found.Seconds)}. {char.ToUpperInvariant(found.Method[0])}{found.Method[1..]}.\n\n");
        var lines = found.Lines();
        if (lines.Count > 0)
        {
            text.Append(Head);
            foreach (var line in lines)
            {
                text.Append($"| {line.Server} | {line.Quantity} | {line.Value} | {line.Against} | {line.Ratio} ")
                    .Append($"| {(line.AtMost is { } most ? Numbers.Text(most) : "")} | {Held(line)} |\n");
            }
        }
        AppendCurve(text, found);
        if (found.Notes.Count > 0) text.Append('\n').AppendJoin('\n', found.Notes.Select(note => "- " + note)).Append('\n');
        if (found.LeftOut.Count > 0) text.Append("\nNot measured:\n\n").AppendJoin('\n', found.LeftOut.Select(why => "- " + why)).Append('\n');
    }

    private static void AppendCurve(StringBuilder text, Findings found)
    {
        var points = found.Series.Where(series => series.At is not null && series.Values.Count > 0).ToList();
        if (points.Count == 0) return;
        double[] columns = [.. points.Select(series => series.At!.Value).Distinct().Order()];
        text.Append($"| {points[0].Quantity} over connections |").AppendJoin("", columns.Select(at => $" {Numbers.Text(at)} |")).Append("\n|---|")
            .AppendJoin("", columns.Select(_ => "---:|")).Append('\n');
        foreach (var server in points.GroupBy(series => series.Server))
        {
            text.Append($"| {server.Key} |");
            foreach (double at in columns) text.Append($" {(server.FirstOrDefault(series => series.At == at) is { } series ? Spread.Of(series.Values) : "")} |");
            text.Append('\n');
        }
        text.Append("\n![The same figures as curves](curve.svg)\n");
    }

    private Plot Bars()
    {
        var plot = new Plot("Manifold beside others", ["median"]);
        foreach (var found in findings)
        {
            foreach (var quantity in found.Series.Where(series => series.At is null && series.Values.Count > 0).GroupBy(series => series.Quantity))
            {
                plot.Add($"{found.Title}: {quantity.Key}", [.. quantity.Select(series =>
                    new Bars(series.Server, Contestant.Find(series.Server)?.Subject.IsReference ?? false, [Statistics.Median(series.Values)]))]);
            }
        }
        return plot;
    }

    private LinePlot? Curve()
    {
        var points = findings.SelectMany(found => found.Series).Where(series => series.At is not null && series.Values.Count > 0).ToList();
        if (points.Count == 0) return null;
        var plot = new LinePlot("Cost over the number of connections", "connections", points[0].Quantity);
        foreach (var server in points.GroupBy(series => series.Server))
            plot.Add(server.Key, [.. server.OrderBy(series => series.At).Select(series => (series.At!.Value, Statistics.Median(series.Values)))]);
        return plot;
    }

    private static string Held(Line line) => line.IsHeld switch { true => "held", false => "**MISSED**", null => "" };
}
