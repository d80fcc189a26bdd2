using Manifold.Bench;
using Xunit;

namespace Manifold.UnitTests.Benchmarks;

public class FindingsTests
{
    private const string Cpu = Measurement.Cpu;

    private static Findings Found(IReadOnlyList<Series> series, params IReadOnlyList<Pair> pairs) => new(
        "keepalive", "Keep-alive", "32 clients", new DateTime(2026, 11, 21, 8, 30, 0, DateTimeKind.Utc), 250, ["CPU: x, 2 cores", "Manifold: abc1234"],
        series, pairs, [], ["percore: this build has no such MPM"]);

    [Fact]
    public void A_ratio_is_that_of_the_turns_not_of_the_medians()
    {
        var line = Assert.Single(Found([new("event", Cpu, [10, 20, 60]), new("nginx", Cpu, [20, 10, 60])], new Pair("event", "nginx", 0.9, Cpu)).Lines(), line => line.Server == "event");
        Assert.Equal(new Spread(20, 10, 60), line.Value);
        Assert.Equal(new Spread(1, 0.5, 2), line.Ratio);
        Assert.Equal(false, line.IsHeld);
    }

    [Fact]
    public void An_aim_without_a_reference_is_about_the_value()
    {
        var lines = Found([new("event", "PSS MB", [7, 9, 8])], new Pair("event", AtMost: 8, Quantity: "PSS MB")).Lines();
        Assert.Equal(true, Assert.Single(lines).IsHeld);
    }

    [Fact]
    public void Beside_what_was_not_measured_there_is_a_value_and_no_aim()
    {
        var line = Assert.Single(Found([new("event", Cpu, [10])], new Pair("event", "nginx", 0.9, Cpu)).Lines());
        Assert.Equal((null, null, null), (line.Against, line.Ratio, line.IsHeld));
    }

    [Fact]
    public void What_is_zero_makes_no_ratio()
    {
        var line = Found([new("event", "lost", [0, 1]), new("nginx", "lost", [0, 3])], new Pair("event", "nginx", Quantity: "lost")).Lines()[0];
        Assert.Null(line.Ratio);
    }

    [Fact]
    public void A_pair_is_about_its_own_quantity_only()
    {
        var lines = Found([new("event", "a", [1]), new("event", "b", [2])], new Pair("event", AtMost: 5, Quantity: "b")).Lines();
        Assert.Equal([null, true], lines.Select(line => line.IsHeld));
    }

    [Fact]
    public void They_are_the_same_after_they_were_stored()
    {
        var found = Found([new("event", Cpu, [10.25, 9.5]), new("event", Cpu, [3], At: 1000)], new Pair("event", "nginx", 0.65, Cpu));
        var again = Findings.FromJson(found.ToJson());
        Assert.Equal(found.ToJson(), again.ToJson());
        Assert.Equal(1000, again.Series[1].At);
        Assert.Equal([10.25, 9.5], again.Series[0].Values);
    }

    [Fact]
    public void The_table_has_a_line_for_each_comparison()
    {
        string text = Report.Table(Found(
            [new("event", Cpu, [10, 12, 11]), new("nginx", Cpu, [20, 20, 20])], new Pair("event", "nginx", 0.5, Cpu)));
        Assert.Equal("""

            ## Keep-alive

            `keepalive`, 2026-11-21 08:30 UTC, Manifold abc1234, took 5 min. 32 clients.

            | server | measured | median (lowest-highest) | beside | ratio (lowest-highest) | at most | |
            |---|---|---:|---|---:|---:|---|
            | event | CPU µs/request | 11 (10-12) | nginx | 0.55 (0.50-0.60) | 0.50 | **MISSED** |
            | nginx | CPU µs/request | 20 |  |  |  |  |

            Not measured:

            - percore: this build has no such MPM

            """, text);
    }

    [Fact]
    public void The_tables_of_the_page_have_only_what_was_measured()
    {
        var report = new Report([Found([new("event", Cpu, [10]), new("nginx", Cpu, [20])], new Pair("event", "nginx", 0.5, Cpu), new Pair("percore", "nginx", 0.65, Cpu))]);
        Assert.Equal("""
            | scenario | server | against | median (lowest-highest) | at most | |
            |---|---|---|---:|---:|---|
            | Keep-alive | event | nginx, CPU µs/request | 0.50 | 0.50 | held |

            """, report.Aims());
        Assert.Equal("""
            | CPU µs/request | Keep-alive |
            |---|---:|
            | event | 10 |
            | nginx | 20 |

            """, report.Costs());
        Assert.Equal("Nothing is stored.\n", new Report([]).Aims());
    }

    [Fact]
    public void Cost_over_connections_is_a_table_of_its_own()
    {
        string text = Report.Table(Found([new("event", Cpu, [10], At: 1), new("event", Cpu, [12], At: 1000), new("prefork", Cpu, [30], At: 1)]));
        Assert.Contains("""
            | CPU µs/request over connections | 1 | 1,000 |
            |---|---:|---:|
            | event | 10 | 12 |
            | prefork | 30 |  |

            """, text, StringComparison.Ordinal);
    }
}
