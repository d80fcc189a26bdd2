using Manifold.Contracts;
using Manifold.Mpms;
using Manifold.Populations;
using Xunit;

namespace Manifold.UnitTests.Populations;

/// <summary>How many threads a growing child starts and ends, and which numbers it cannot have.</summary>
public class SpareThreadRuleTests
{
    private static readonly SpareThreadRule s_rule = new(Start: 5, MinSpare: 5, MaxSpare: 10, Most: 20);

    [Theory]
    [InlineData(5, 0, 0)]
    [InlineData(5, 1, 1)]   // one takes a connection: one more is started
    [InlineData(5, 5, 5)]
    [InlineData(18, 16, 2)] // never above the most
    [InlineData(20, 20, 0)]
    [InlineData(25, 25, 0)]
    [InlineData(12, 2, 0)]
    public void Starts_what_is_missing(int threads, int busy, int missing) => Assert.Equal(missing, s_rule.Missing(threads, busy));

    [Theory]
    [InlineData(0, 0)]
    [InlineData(10, 0)]
    [InlineData(13, 3)]
    public void Ends_what_was_not_needed(int leastIdle, int surplus) => Assert.Equal(surplus, s_rule.Surplus(leastIdle));

    [Theory]
    [InlineData("netware", 1, 50, 10, 100, 2048)]
    [InlineData("beos", 1, 10, 1, 50, 50)]
    [InlineData("mpmt_os2", 2, 5, 5, 10, 256)]
    [InlineData("perchild", 2, 5, 5, 10, 64)]
    public void Defaults_of_httpd(string mpm, int servers, int start, int least, int most, int threads)
    {
        var sizing = Mpm.All[mpm].Complete(new Sizing());
        Assert.Equal((servers, servers), (sizing.StartServers, sizing.ActiveLimit));
        Assert.Equal(new SpareThreadRule(start, least, most, threads), SpareThreadRule.Of(sizing));
        Assert.Empty(sizing.Conflicts);
    }

    [Fact]
    public void A_lower_most_takes_the_defaults_along()
    {
        var sizing = Mpm.All["netware"].Complete(new Sizing { ThreadsPerChild = 3 });
        Assert.Equal((3, 3, 3), (sizing.StartThreads, sizing.MinSpareThreads, sizing.ThreadsPerChild));
        Assert.Empty(sizing.Conflicts);
    }

    [Fact]
    public void All_conflicts_are_named()
    {
        var sizing = Mpm.All["netware"].Complete(
            new Sizing { StartServers = 0, ThreadsPerChild = 8, StartThreads = 9, MinSpareThreads = 6, MaxSpareThreads = 4 }, buckets: 2);
        Assert.Equal(
            [
                "StartServers of 0 is less than 1",
                "StartThreads of 9 exceeds MaxThreads of 8",
                "MaxSpareThreads of 4 is less than MinSpareThreads of 6",
                "ListenCoresBucketsRatio asks for 2 sets of listening sockets, and there are only 1 processes to accept from them",
            ], sizing.Conflicts);
    }
}
