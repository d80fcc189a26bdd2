using System.Text.Json;
using System.Text.Json.Serialization;

namespace Manifold.Bench;

/// <summary>The values of one server: one for each turn.</summary>
/// <param name="Server">Label of the contestant.</param>
/// <param name="Quantity">What was measured, with its unit.</param>
/// <param name="Values">In the order of the turns.</param>
/// <param name="At">The number of connections, where cost is drawn over it.</param>
internal sealed record Series(string Server, string Quantity, List<double> Values, double? At = null);

/// <summary>What is to be told of a server: beside whom, and what it may be at most: the ratio to that one, or the value itself.</summary>
/// <param name="Server">Label of a contestant.</param>
/// <param name="Against">Label of the one that it is compared with; null = nobody.</param>
/// <param name="AtMost">The aim; null = none.</param>
/// <param name="Quantity">What the aim is about; null = what the scenario is about.</param>
internal sealed record Pair(string Server, string? Against = null, double? AtMost = null, string? Quantity = null);

/// <summary>A line of the report. Medians, and the lowest and the highest of the turns.</summary>
internal sealed record Line(string Server, string Quantity, Spread Value, string? Against, Spread? Ratio, double? AtMost)
{
    /// <summary>Null without an aim, and where there is no ratio that it could be about.</summary>
    public bool? IsHeld => AtMost is { } most && (Against is null || Ratio is not null) ? (Ratio ?? Value).Median <= most : null;
}

/// <summary>A median with its spread.</summary>
internal readonly record struct Spread(double Median, double Low, double High)
{
    public static Spread Of(IReadOnlyList<double> values) => new(Statistics.Median(values), values.Min(), values.Max());

    public override string ToString() => Low == High ? Numbers.Text(Median) : $"{Numbers.Text(Median)} ({Numbers.Text(Low)}-{Numbers.Text(High)})";
}

/// <summary>What a scenario found, as it is stored: NAME.json in the directory of results.</summary>
/// <param name="Scenario">Its name.</param>
/// <param name="Title">Its title.</param>
/// <param name="Method">How it was measured.</param>
/// <param name="Measured">When it ended.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Machine">What it was measured on and with, lines of "name: value".</param>
/// <param name="Series">All values.</param>
/// <param name="Pairs">What is compared with what. Quantities are filled in.</param>
/// <param name="Notes">Facts for the reader.</param>
/// <param name="LeftOut">Who was not measured, and why.</param>
internal sealed record Findings(
    string Scenario, string Title, string Method, DateTime Measured, double Seconds, IReadOnlyList<string> Machine,
    IReadOnlyList<Series> Series, IReadOnlyList<Pair> Pairs, IReadOnlyList<string> Notes, IReadOnlyList<string> LeftOut)
{
    private static readonly JsonSerializerOptions s_json = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The commit of the server.</summary>
    [JsonIgnore]
    public string Version => Machine.FirstOrDefault(line => line.StartsWith("Manifold: ", StringComparison.Ordinal))?["Manifold: ".Length..] ?? "?";

    /// <summary>A line for each comparison, and one for each series that is not compared. Not those over the number of connections.</summary>
    public IReadOnlyList<Line> Lines()
    {
        var lines = new List<Line>();
        foreach (var series in Series.Where(series => series.At is null && series.Values.Count > 0))
        {
            var value = Spread.Of(series.Values);
            int before = lines.Count;
            foreach (var pair in Pairs.Where(pair => pair.Server == series.Server && pair.Quantity == series.Quantity))
            {
                if (pair.Against is null) lines.Add(new Line(series.Server, series.Quantity, value, null, null, pair.AtMost));
                else if (Find(pair.Against, series.Quantity) is { } other)
                    lines.Add(new Line(series.Server, series.Quantity, value, pair.Against, Ratio(series.Values, other.Values), pair.AtMost));
            }
            if (lines.Count == before) lines.Add(new Line(series.Server, series.Quantity, value, null, null, null));
        }
        return lines;
    }

    /// <summary>Null when it was not measured.</summary>
    public Series? Find(string server, string quantity) =>
        Series.FirstOrDefault(series => series.Server == server && series.Quantity == quantity && series.At is null && series.Values.Count > 0);

    public string ToJson() => JsonSerializer.Serialize(this, s_json) + "\n";

    /// <exception cref="JsonException">It is not such a text.</exception>
    public static Findings FromJson(string json) => JsonSerializer.Deserialize<Findings>(json, s_json) ?? throw new JsonException("null");

    /// <summary>Null where a ratio says nothing: the reference was zero in a turn.</summary>
    private static Spread? Ratio(List<double> values, List<double> reference) =>
        reference.Contains(0) ? null : Spread.Of(Statistics.Ratios(values, reference));
}
