using System.Globalization;
using System.Security;
using System.Text;

namespace Manifold.Bench;

/// <summary>One row of a panel: a name and a value for each column.</summary>
internal sealed record Bars(string Name, bool IsReference, IReadOnlyList<double> Values);

/// <summary>
/// Bars as an SVG picture: a band for each workload, in it a panel for each column. Each panel has its own scale from zero; a value far beyond
/// the others is cut, with a gap in its bar, and has its number like all.
/// </summary>
internal sealed class Plot(string name, IReadOnlyList<string> columns)
{
    private const int Margin = 16, NameWidth = 116, Panel = 270, NumberWidth = 60, Row = 17, Head = 46, Gap = 18, Narrowest = 640;
    private static readonly string[] s_colors = ["#2f6fab", "#c9722b", "#4a8f4d"];

    private readonly List<(string Title, IReadOnlyList<Bars> Rows)> _bands = [];

    public void Add(string title, IReadOnlyList<Bars> rows) => _bands.Add((title, rows));

    public string ToSvg()
    {
        int width = Math.Max(Narrowest, 2 * Margin + NameWidth + columns.Count * Panel); // for the titles
        int height = 2 * Margin + _bands.Sum(band => Head + band.Rows.Count * Row + Gap);
        var svg = new StringBuilder();
        svg.Append($"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" ")
            .Append("font-family=\"sans-serif\" font-size=\"12\" fill=\"#222222\">\n")
            .Append("<title>").Append(SecurityElement.Escape(name)).Append("</title>\n<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n");
        int y = Margin;
        foreach (var (title, rows) in _bands)
        {
            svg.Append($"<text x=\"{Margin}\" y=\"{y + 14}\" font-size=\"15\" font-weight=\"bold\">{SecurityElement.Escape(title)}</text>\n");
            for (int i = 0; i < rows.Count; i++)
                svg.Append($"<text x=\"{Margin + NameWidth - 8}\" y=\"{y + Head + i * Row + 12}\" text-anchor=\"end\">{SecurityElement.Escape(rows[i].Name)}</text>\n");
            for (int column = 0; column < columns.Count; column++) Draw(svg, column, rows, Margin + NameWidth + column * Panel, y);
            y += Head + rows.Count * Row + Gap;
        }
        return svg.Append("</svg>\n").ToString();
    }

    /// <summary>The largest value that is no more than four times the median: what lies beyond would flatten all others.</summary>
    internal static double Scale(IEnumerable<double> values)
    {
        var known = values.Where(double.IsFinite).ToList();
        double bound = 4 * Statistics.Median(known);
        return known.Where(value => value <= bound).DefaultIfEmpty(0).Max();
    }

    private void Draw(StringBuilder svg, int column, IReadOnlyList<Bars> rows, int x, int y)
    {
        const int room = Panel - NumberWidth - 10;
        double scale = Scale(rows.Select(row => row.Values[column]));
        svg.Append($"<text x=\"{x}\" y=\"{y + 36}\" fill=\"#555555\">{SecurityElement.Escape(columns[column])}</text>\n")
            .Append($"<line x1=\"{x}\" y1=\"{y + Head - 3}\" x2=\"{x}\" y2=\"{y + Head + rows.Count * Row}\" stroke=\"#999999\"/>\n");
        for (int i = 0; i < rows.Count; i++)
        {
            double value = rows[i].Values[column];
            bool cut = value > scale;
            string length = (scale > 0 && double.IsFinite(value) ? Math.Min(1, value / scale) * room : 0).ToString("0.0", CultureInfo.InvariantCulture);
            int top = y + Head + i * Row;
            string color = rows[i].IsReference ? "#9a9a9a" : s_colors[column % s_colors.Length];
            svg.Append($"<rect x=\"{x}\" y=\"{top}\" width=\"{length}\" height=\"{Row - 4}\" fill=\"{color}\"/>\n");
            if (cut) svg.Append($"<path d=\"M{x + room - 24} {top + Row - 3} l6 {-Row + 2} h6 l-6 {Row - 2} z\" fill=\"#ffffff\"/>\n");
            string number = Numbers.Text(value);
            svg.Append($"<text x=\"{x}\" dx=\"{length}\" y=\"{top + 11}\" font-size=\"11\"> {number}</text>\n".Replace("> ", ">&#160;", StringComparison.Ordinal));
        }
    }
}
