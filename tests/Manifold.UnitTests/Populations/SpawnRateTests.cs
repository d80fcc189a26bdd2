using Manifold.Populations;
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
}
