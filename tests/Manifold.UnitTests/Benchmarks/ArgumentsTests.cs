using Manifold.Bench;
using Xunit;

namespace Manifold.UnitTests.Benchmarks;

public class ArgumentsTests
{
    [Fact]
    public void Without_anything_all_scenarios_are_measured_and_stored()
    {
        var arguments = Arguments.Parse("--root", "/srv/m")!;
        Assert.Equal(Scenario.All, arguments.Scenarios);
        Assert.Equal((5, 3), (arguments.Turns, arguments.Seconds));
        Assert.Equal("/srv/m/benchmarks/results", arguments.Output);
        Assert.Equal("/srv/m/artifacts/manifold/manifold", arguments.Server);
    }

    [Fact]
    public void A_quick_run_is_short_and_is_not_stored()
    {
        var arguments = Arguments.Parse("quick")!;
        Assert.Equal(Scenario.Quick, arguments.Scenarios.Select(scenario => scenario.Name));
        Assert.Equal((3, 1), (arguments.Turns, arguments.Seconds));
        Assert.Null(arguments.Output);
        Assert.InRange(arguments.Scenarios.Sum(scenario => scenario.SecondsFor(arguments)), 30, 119);
    }

    [Fact]
    public void Names_choose_scenarios_and_servers()
    {
        var arguments = Arguments.Parse("close", "event", "keepalive")!;
        Assert.Equal(["keepalive", "close"], arguments.Scenarios.Select(scenario => scenario.Name));
        Assert.All(arguments.Scenarios, scenario => Assert.All(scenario.PairsFor(arguments), pair => Assert.Equal("event", pair.Server)));
        Assert.Equal(["event", "httpd event", "nginx"], arguments.Scenarios[0].Contestants(arguments).Select(contestant => contestant.Label));
        Assert.Null(arguments.Output); // not all that belongs to it
    }

    [Theory]
    [InlineData("close")]
    [InlineData("close", "--turns", "7")]
    public void A_whole_scenario_is_stored(params string[] words) => Assert.NotNull(Arguments.Parse(words)!.Output);

    [Theory]
    [InlineData("close", "--turns", "3")]
    [InlineData("close", "--seconds", "1")]
    public void With_fewer_or_shorter_turns_it_is_not(params string[] words) => Assert.Null(Arguments.Parse(words)!.Output);

    [Fact]
    public void It_is_where_somebody_says() => Assert.Equal("/tmp/x", Arguments.Parse("close", "--turns", "1", "--output", "/tmp/x")!.Output);

    [Fact]
    public void With_mpms_names_are_workloads_and_mpms()
    {
        var arguments = Arguments.Parse("mpms", "idle", "event", "--root", "/srv/m")!;
        Assert.Equal(["idle"], arguments.Workloads.Select(workload => workload.Name));
        Assert.Equal(["httpd worker", "event"], MpmComparison.Subjects(arguments).Select(subject => subject.Name));
        Assert.Equal("/srv/m/docs/mpm", Arguments.Parse("mpms", "--root", "/srv/m")!.Output);
        Assert.Null(arguments.Output);
    }

    [Theory]
    [InlineData("--turns")]
    [InlineData("--turns", "0")]
    [InlineData("--turns", "x")]
    [InlineData("--nope")]
    [InlineData("nope")]
    [InlineData("mpms", "keepalives")]
    [InlineData("--help")]
    public void What_is_wrong_is_refused(params string[] words) => Assert.Null(Arguments.Parse(words));
}
