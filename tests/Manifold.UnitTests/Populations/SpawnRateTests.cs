using Manifold.Populations;
using Manifold.Shared;
using Xunit;

namespace Manifold.UnitTests.Populations;

public class SpawnRateTests
{
    [Theory]
    [InlineData(1, 32)]
    [InlineData(4, 8)]
    [InlineData(32, 1)]
    [InlineData(100, 1)]
    public void Cap_is_32_over_all_buckets_and_at_least_one(int buckets, int cap)
    {
        var rates = new SpawnRate(buckets);
        for (int i = 0; i < 20; i++) rates.Started(0);
        Assert.Equal(cap, rates.Highest);
        Assert.Equal(cap, rates[0]);
    }

    [Fact]
    public void Every_rate_is_a_power_of_two_up_to_the_cap()
    {
        var random = new Random(1);
        for (int buckets = 1; buckets <= 40; buckets++)
        {
            var rates = new SpawnRate(buckets);
            for (int i = 0; i < 200; i++)
            {
                int bucket = random.Next(buckets);
                if (random.Next(8) == 0) rates.Reset(bucket);
                else rates.Started(bucket);
                Assert.True(int.IsPow2(rates[bucket]) && rates[bucket] <= Math.Max(1, 32 / buckets));
            }
        }
    }

    [Fact]
    public void Buckets_have_their_own_rate()
    {
        var rates = new SpawnRate(2);
        rates.Started(0);
        Assert.Equal((2, 1), (rates[0], rates[1]));
        rates.Reset(0);
        Assert.Equal(1, rates[0]);
    }

    [Fact]
    public void Reports_are_remembered_over_a_change_of_the_number_of_buckets()
    {
        var memory = new PopulationMemory(1) { LimitReported = true };
        memory.Rates.Started(0);
        Assert.Same(memory, memory.For(1));
        Assert.Equal((true, false, 1), (memory.For(2).LimitReported, memory.For(2).NearLimitReported, memory.For(2).Rates[0]));
    }

    [Fact]
    public void A_tick_allocates_nothing_once_its_lists_have_grown()
    {
        var crowd = new Crowd(64, 25).Up(3);
        crowd.Occupy(60);
        var threads = new SpareThreads(new(75, 250, 1600, 25), SpareThreadsStyle.Event, new(1));
        var servers = new SpareServers(new(5, 10, 64), new(1));
        for (int i = 0; i < 10; i++) Tick();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10; i++) Tick();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Tick()
        {
            threads.Tick(crowd.View);
            servers.Tick(crowd.View);
        }
    }

    [Fact]
    public void Letters_of_the_status_page()
    {
        Assert.Equal(".S_RWKLDCGI", string.Concat(Enum.GetValues<WorkerStatus>().Select(status => status.Letter())));
        Assert.Equal('?', ((WorkerStatus)200).Letter()); // children can write anything
    }
}
