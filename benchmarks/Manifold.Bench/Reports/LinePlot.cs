using System.Globalization;
using System.Security;
using System.Text;

namespace Manifold.Bench;

/// <summary>Lines as an SVG picture: the horizontal axis in powers of ten, the vertical one from zero. Pure.</summary>
internal sealed class LinePlot(string title, string horizontal, string vertical)
{
    private const int Left = 64, Top = 48, Width = 560, Height = 320, Legend = 150, Below = 56;
    private static readonly string[] s_colors = ["#2f6fab", "#c9722b", "#4a8f4d", "#8a4fa3", "#b03a48", "#7a7a7a", "#3b9c9c", "#a08a1f"];

    private readonly List<(string Name, IReadOnlyList<(double X, double Y)> Points)> _lines = [];

    /// <summary>Adds a line. Points are in ascending order, all numbers at least 1 across and 0 upward.</summary>
    public void Add(string name, IReadOnlyList<(double X, double Y)> points) => _lines.Add((name, points));

    public string ToSvg()
    {
        var all = _lines.SelectMany(line => line.Points).ToList();
        double decades = Math.Max(1, Math.Log10(all.Select(point => point.X).DefaultIfEmpty(10).Max()));
        double step = Step(all.Select(point => point.Y).DefaultIfEmpty(1).Max());
        double most = step * Math.Max(1, Math.Ceiling(all.Select(point => point.Y).DefaultIfEmpty(1).Max() / step));
        int width = Left + Width + Legend, height = Top + Height + Below;
        var svg = new StringBuilder()
            .Append($"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" ")
            .Append("font-family=\"sans-serif\" font-size=\"12\" fill=\"#222222\">\n")
            .Append($"<title>{SecurityElement.Escape(title)}</title>\n<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n")
            .Append($"<text x=\"{Left}\" y=\"24\" font-size=\"15\" font-weight=\"bold\">{SecurityElement.Escape(title)}</text>\n")
            .Append($"<text x=\"{Left}\" y=\"42\" fill=\"#555555\">{SecurityElement.Escape(vertical)}</text>\n")
            .Append($"<text x=\"{Left + Width / 2}\" y=\"{height - 14}\" fill=\"#555555\" text-anchor=\"middle\">{SecurityElement.Escape(horizontal)}</text>\n");
        for (int decade = 0; decade <= decades; decade++)
        {
            string x = Text(Left + decade / decades * Width);
            svg.Append($"<line x1=\"{x}\" y1=\"{Top}\" x2=\"{x}\" y2=\"{Top + Height}\" stroke=\"#dddddd\"/>\n")
                .Append($"<text x=\"{x}\" y=\"{Top + Height + 18}\" text-anchor=\"middle\">{Numbers.Text(Math.Pow(10, decade))}</text>\n");
        }
        for (double value = 0; value <= most * 1.0001; value += step)
        {
            string y = Text(Top + Height - value / most * Height);
            svg.Append($"<line x1=\"{Left}\" y1=\"{y}\" x2=\"{Left + Width}\" y2=\"{y}\" stroke=\"#dddddd\"/>\n")
                .Append($"<text x=\"{Left - 8}\" y=\"{y}\" dy=\"4\" text-anchor=\"end\">{value.ToString("0.####", CultureInfo.InvariantCulture)}</text>\n");
        }
        for (int i = 0; i < _lines.Count; i++)
        {
            var (name, points) = _lines[i];
            string color = s_colors[i % s_colors.Length];
            var places = points.Select(point => (X: Text(Left + Math.Log10(point.X) / decades * Width), Y: Text(Top + Height - point.Y / most * Height))).ToList();
            svg.Append($"<polyline points=\"{string.Join(' ', places.Select(place => $"{place.X},{place.Y}"))}\" fill=\"none\" stroke=\"{color}\" stroke-width=\"2\"/>\n");
            foreach (var (x, y) in places) svg.Append($"<circle cx=\"{x}\" cy=\"{y}\" r=\"3\" fill=\"{color}\"/>\n");
            int legend = Top + 10 + i * 20;
            svg.Append($"<line x1=\"{Left + Width + 16}\" y1=\"{legend}\" x2=\"{Left + Width + 36}\" y2=\"{legend}\" stroke=\"{color}\" stroke-width=\"2\"/>\n")
                .Append($"<text x=\"{Left + Width + 42}\" y=\"{legend + 4}\">{SecurityElement.Escape(name)}</text>\n");
        }
        return svg.Append("</svg>\n").ToString();
    }

    /// <summary>A round distance of grid lines, 1, 2 or 5 times a power of ten, that makes four to ten of them.</summary>
    internal static double Step(double most)
    {
        if (!(most > 0)) return 1;
        double power = Math.Pow(10, Math.Floor(Math.Log10(most)));
        return power * (most / power) switch { < 2 => 0.2, < 5 => 0.5, _ => 1 };
    }

    private static string Text(double value) => value.ToString("0.0", CultureInfo.InvariantCulture);
}
