using Manifold.Populations;
using Xunit;

namespace Manifold.UnitTests.Populations;

/// <summary>A fixed number of children, each in its place.</summary>
public class FixedServersTests
{
    [Fact]
    public void Starts_what_is_missing_and_then_rests()
    {
        var crowd = new Crowd(slots: 12, threads: 4);
        var servers = new FixedServers(3);
        Assert.Equal([0, 1, 2], servers.Tick(crowd.View).Start);
        crowd.Apply(servers.Tick(crowd.View));
        Assert.Empty(servers.Tick(crowd.View).Start);
        Assert.Equal(3, servers.Tick(crowd.View).HighestUsed);
    }

    [Fact]
    public void A_child_that_leaves_is_replaced_in_its_place()
    {
        var crowd = new Crowd(slots: 12, threads: 4).Up(3);
        var servers = new FixedServers(3);
        crowd.Retire(1);
        Assert.Equal([4], servers.Tick(crowd.View).Start);
        crowd.Apply(servers.Tick(crowd.View));
        crowd.End(1);
        Assert.Empty(servers.Tick(crowd.View).Start);
        crowd.End(4);
        Assert.Equal([1], servers.Tick(crowd.View).Start);
    }

    [Fact]
    public void No_free_slot_of_the_place_means_waiting()
    {
        var crowd = new Crowd(slots: 4, threads: 1).Up(4);
        crowd.Retire(0);
        crowd.Retire(2);
        Assert.Empty(new FixedServers(2).Tick(crowd.View).Start);
    }

    [Fact]
    public void A_replacement_has_the_same_listening_sockets()
    {
        var crowd = new Crowd(slots: 35, threads: 1).Up(3);
        crowd.Retire(1);
        Assert.Equal([7], new FixedServers(3, buckets: 2).Tick(crowd.View).Start); // 4 would have the sockets of slot 0
    }
}
