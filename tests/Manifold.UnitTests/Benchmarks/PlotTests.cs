using System.Globalization;
using System.Xml.Linq;
using Manifold.Bench;
using Xunit;

namespace Manifold.UnitTests.Benchmarks;

public class PlotTests
{
    [Theory]
    [InlineData(10, 2)]
    [InlineData(24, 5)]
    [InlineData(79, 10)]
    [InlineData(0.3, 0.05)]
    [InlineData(0, 1)]
    [InlineData(double.NaN, 1)]
    public void Grid_lines_have_round_distances(double most, double expected) => Assert.Equal(expected, LinePlot.Step(most), 9);

    [Fact]
    public void Lines_go_through_their_points()
    {
        var plot = new LinePlot("<cost>", "connections", "µs");
        plot.Add("event", [(1, 0), (100, 20)]);
        var svg = XDocument.Parse(plot.ToSvg());
        var points = svg.Descendants().Single(element => element.Name.LocalName == "polyline").Attribute("points")!.Value.Split(' ')
            .Select(point => point.Split(',').Select(number => double.Parse(number, CultureInfo.InvariantCulture)).ToArray()).ToArray();
        Assert.Equal([64, 368], points[0]); // one connection is at the left, zero at the bottom
        Assert.Equal([624, 48], points[1]); // the largest of both at the right and at the top
        Assert.Equal("<cost>", svg.Descendants().First(element => element.Name.LocalName == "title").Value);
    }

    [Fact]
    public void Bars_are_as_long_as_their_values_and_what_is_far_beyond_is_cut()
    {
        Assert.Equal(3, Plot.Scale([1, 2, 3, 1000]));
        var plot = new Plot("a & b", ["median"]);
        plot.Add("band", [new Bars("event", false, [1]), new Bars("nginx", true, [2]), new Bars("worker", false, [100])]);
        var svg = XDocument.Parse(plot.ToSvg());
        double[] lengths = [.. svg.Descendants().Where(element => element.Name.LocalName == "rect" && element.Attribute("x") is not null)
            .Select(element => double.Parse(element.Attribute("width")!.Value, CultureInfo.InvariantCulture))];
        Assert.Equal(3, lengths.Length);
        Assert.Equal(lengths[1] / 2, lengths[0], 0.1);
        Assert.Equal(lengths[1], lengths[2]); // the whole room, with a gap
        Assert.Single(svg.Descendants(), element => element.Name.LocalName == "path");
    }
}
