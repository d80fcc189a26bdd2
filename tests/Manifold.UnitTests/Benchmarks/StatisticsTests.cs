using Manifold.Bench;
using Xunit;

namespace Manifold.UnitTests.Benchmarks;

public class StatisticsTests
{
    [Theory]
    [InlineData(new[] { 3.0 }, 3.0)]
    [InlineData(new[] { 9.0, 1.0, 2.0 }, 2.0)]
    [InlineData(new[] { 4.0, 1.0, 2.0, 9.0 }, 3.0)]
    [InlineData(new double[0], double.NaN)]
    public void The_median_is_the_middle_one_or_between_the_two(double[] values, double expected) => Assert.Equal(expected, Statistics.Median(values));

    [Theory]
    [InlineData(0.99, 99)]
    [InlineData(0.5, 50)]
    [InlineData(0.001, 1)]
    [InlineData(1.0, 100)]
    public void A_percentile_is_the_nearest_rank(double share, double expected) =>
        Assert.Equal(expected, Statistics.Percentile([.. Enumerable.Range(1, 100).Select(i => (double)i)], share));

    [Fact]
    public void A_percentile_of_nothing_is_not_a_number() => Assert.Equal(double.NaN, Statistics.Percentile([], 0.99));

    [Fact]
    public void Ratios_are_taken_turn_by_turn() => Assert.Equal([0.5, 2.0], Statistics.Ratios([1, 4], [2, 2, 100]));

    [Theory]
    [InlineData(0.333333, "0.33")]
    [InlineData(9.96, "9.96")]
    [InlineData(12.34, "12.3")]
    [InlineData(99.96, "100")]
    [InlineData(3, "3")]
    [InlineData(0, "0")]
    [InlineData(15000, "15,000")]
    [InlineData(double.NaN, "?")]
    public void Figures_have_three_digits(double value, string expected) => Assert.Equal(expected, Numbers.Text(value));

    [Theory]
    [InlineData(45, "45 s")]
    [InlineData(100, "2 min")]
    [InlineData(600, "10 min")]
    public void Durations_are_seconds_or_whole_minutes(double seconds, string expected) => Assert.Equal(expected, Numbers.Duration(seconds));
}
