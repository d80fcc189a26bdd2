using Manifold.Bench;
using Xunit;

namespace Manifold.UnitTests.Benchmarks;

public class ScenarioTests
{
    private static readonly string s_page = File.ReadAllText(Path.Combine(Root(), "docs", "performance.md"));

    public static TheoryData<string> Names => [.. Scenario.All.Select(scenario => scenario.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Each_is_on_the_page(string name) => Assert.Contains($"| `{name}` |", s_page, StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(Names))]
    public void Each_can_be_measured(string name)
    {
        var scenario = Scenario.Find(name)!;
        Assert.Single(Scenario.All, other => other.Name == name);
        Assert.NotEmpty(scenario.Contestants(Arguments.Parse()!));
        Assert.True(scenario.SecondsFor(Arguments.Parse()!) > 0);
    }

    /// <summary>An MPM may be missing in this build, but no name may be wrong.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Each_server_of_a_pair_is_known(string name)
    {
        foreach (var pair in Scenario.Find(name)!.Pairs)
        {
            foreach (string label in new[] { pair.Server, pair.Against }.OfType<string>())
                Assert.True(Contestant.Find(label) is not null || Contestant.ServerOf(label) == "percore", label);
        }
    }

    [Theory]
    [InlineData("keepalive", "prefork", "httpd prefork", 0.33)]
    [InlineData("keepalive", "leader", "httpd worker", 0.33)]
    [InlineData("keepalive", "percore", "nginx", 0.65)]
    [InlineData("constant", "percore", "Kestrel", 0.55)]
    [InlineData("constant", "percore", "C loop", 1.20)]
    [InlineData("close", "worker", "httpd worker", 0.60)]
    [InlineData("close", "percore", "nginx", 1.20)]
    [InlineData("file100k", "event", "nginx", 1.10)]
    [InlineData("file10m", "percore", "nginx", 1.10)]
    [InlineData("idle", "pipeline", null, 1.0)]
    [InlineData("cold", "prefork", "httpd prefork", 0.60)]
    [InlineData("hosts", "prefork", null, 12.0)]
    [InlineData("hosts", "event", "event alone", 1.10)]
    [InlineData("inetd", "inetd", null, 15_000.0)]
    [InlineData("restart", "prefork", null, 600.0)]
    [InlineData("startup", "event", null, 70.0)]
    [InlineData("beside", "event", "event alone", 1.10)]
    [InlineData("halfload", "percore", "nginx", 1.0)]
    public void Aims_are_those_that_were_agreed(string scenario, string server, string? against, double atMost) =>
        Assert.Contains(Scenario.Find(scenario)!.Pairs, pair => pair.Server == server && pair.Against == against && pair.AtMost == atMost);

    [Theory]
    [InlineData("tls")]
    [InlineData("handshake")]
    public void With_TLS_each_has_its_counterpart_and_no_aim(string name)
    {
        var pairs = Scenario.Find(name)!.Pairs;
        foreach (string mpm in new[] { "prefork", "worker", "event" }) Assert.Contains(new Pair(mpm, "httpd " + mpm), pairs);
        foreach (string mpm in new[] { "event", "percore" }) Assert.Contains(new Pair(mpm, "nginx"), pairs);
        Assert.Contains(new Pair("percore", "Kestrel"), pairs);
        Assert.All(pairs, pair => Assert.Null(pair.AtMost));
        string method = Scenario.Find(name)!.Measurement.Method(Arguments.Parse()!);
        Assert.Contains("TLS 1.3", method, StringComparison.Ordinal);
        Assert.Contains("combined access log, but none of Kestrel", method, StringComparison.Ordinal);
    }

    [Fact]
    public void What_this_build_does_not_have_is_named_and_left_out()
    {
        var scenario = new Scenario("x", "X", new StartUp(), new Pair("event"), new Pair("nosuch"), new Pair("event", "nosuch file"));
        var arguments = Arguments.Parse()!;
        Assert.Equal(["nosuch", "nosuch file"], scenario.Missing(arguments));
        Assert.Equal(["event"], scenario.Contestants(arguments).Select(contestant => contestant.Label));
    }

    [Fact]
    public void A_variant_shares_the_server()
    {
        var contestant = Contestant.Find("httpd event alone")!;
        Assert.Equal(("httpd event", "alone"), (contestant.Subject.Name, contestant.Variant));
        Assert.Equal(("httpd event", ""), (Contestant.Find("httpd event")!.Subject.Name, Contestant.Find("httpd event")!.Variant));
    }

    private static string Root()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Manifold.slnx"))) folder = Path.GetDirectoryName(folder);
        return folder ?? throw new InvalidOperationException("the tests do not run below the repository");
    }
}
