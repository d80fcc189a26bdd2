using System.Globalization;
using System.Text;

namespace Manifold.Bench;

/// <summary>The results as Markdown: one table for the comparisons, one for the start-up of children.</summary>
internal sealed class Report(IReadOnlyList<string> machine, Arguments arguments)
{
    private readonly List<string> _compared = [], _started = [], _refused = [];

    public bool HasRefusals => _refused.Count > 0;

    public void Add(Scenario scenario, Compared found)
    {
        double ratio = Statistics.Median(found.Ratios);
        string held = ratio <= scenario.Target ? "yes" : "**no**";
        _compared.Add(Text(
            $"| {scenario.Name} | {found.Httpd:0.0} | {found.Manifold:0.0} ")
            + Text($"| {ratio:0.00} ({found.Ratios.Min():0.00}-{found.Ratios.Max():0.00}) ") + Text($"| {scenario.Target:0.00} | {held} |"));
    }

    public void Add(Scenario scenario, Started found)
    {
        string held = (found.ReadyMs <= Scenario.ReadyMs, found.Pss <= Scenario.OwnMegabytes) switch
        {
            (true, true) => "yes",
            (true, false) => "CPU yes, **PSS no**",
            (false, true) => "**CPU no**, PSS yes",
            _ => "**no**",
        };
        _started.Add(Text(
            $"| {scenario.Name} | {found.Children} | {found.ReadyMs:0} | {found.RestMs:0} | {found.Pss:0.0} | {found.Private:0.0} ")
            + Text($"| {Scenario.ReadyMs:0} ms, {Scenario.OwnMegabytes:0} MB | {held} |"));
    }

    /// <summary>A scenario without a result.</summary>
    public void Refuse(Scenario scenario, string why) => _refused.Add($"- {scenario.Name}: {why}");

    public string ToMarkdown()
    {
        var text = new StringBuilder("# Manifold beside httpd\n\n");
        foreach (string line in machine) text.Append("- ").Append(line).Append('\n');
        if (_compared.Count > 0)
        {
            text.Append(Text($"\n## CPU microseconds of the whole server per request\n\n"))
                .Append(Text($"A file of 45 bytes, 32 connections, combined access log; both warm; "))
                .Append(Text($"{arguments.Turns} turns of {arguments.Seconds} s each, alternating; medians.\n\n"))
                .Append("| scenario | httpd µs | Manifold µs | ratio (spread) | target | held? |\n|---|---:|---:|---|---:|---|\n");
            foreach (string row in _compared) text.Append(row).Append('\n');
        }
        if (_started.Count > 0)
        {
            text.Append("\n## A child before its first request\n\n"
                + "Medians over the children. PSS is the target; private is shared with nobody. PSS divides what is shared by\nall .NET processes of the machine: it is larger when there are few of them.\n\n")
                .Append("| scenario | children | CPU ms when ready | at rest | PSS MB | private MB | target | held? |\n")
                .Append("|---|---:|---:|---:|---:|---:|---|---|\n");
            foreach (string row in _started) text.Append(row).Append('\n');
        }
        if (_refused.Count > 0) text.Append("\n## Not measured\n\n").AppendJoin('\n', _refused).Append('\n');
        return text.ToString();
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
