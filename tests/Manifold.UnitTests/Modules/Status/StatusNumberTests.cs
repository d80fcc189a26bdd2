using Manifold.Httpd.Modules.Status;
using Xunit;

namespace Manifold.UnitTests.Modules.Status;

public class StatusNumberTests
{
    [Theory]
    [InlineData(0, "0")]
    [InlineData(0.5, ".5")]
    [InlineData(1.0 / 11, ".0909091")]
    [InlineData(0.0909, ".0909")]
    [InlineData(0.00001234, ".00001234")]
    [InlineData(1, "1")]
    [InlineData(10, "10")]
    [InlineData(1.5, "1.5")]
    [InlineData(123456.7, "123457")]
    [InlineData(0.9999999, "1")]
    [InlineData(999999.9, "1000000")]
    [InlineData(2078420000, "2078420000")]
    [InlineData(12345678, "12345700")]
    [InlineData(-2.25, "-2.25")]
    [InlineData(double.NaN, "0")]
    [InlineData(double.PositiveInfinity, "0")]
    public void Six_digits_without_leading_zero_or_exponent(double value, string text) => Assert.Equal(text, StatusNumber.General(value));

    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(5119, "5119 B")]
    [InlineData(5120, "5.0 kB")]
    [InlineData(1048576, "1.0 MB")]
    [InlineData(1610612736, "1.5 GB")]
    public void Sizes(double bytes, string text) => Assert.Equal(text, StatusNumber.Size(bytes));

    [Theory]
    [InlineData(0, "")]
    [InlineData(1, " 1 second")]
    [InlineData(3600, " 1 hour")]
    [InlineData(2 * 86400 + 61, " 2 days 1 minute 1 second")]
    [InlineData(-5, "")]
    public void Durations(long seconds, string text) => Assert.Equal(text, StatusNumber.Duration(seconds));

    [Fact]
    public void Dates_name_their_zone()
    {
        var zone = TimeZoneInfo.CreateCustomTimeZone("x", TimeSpan.FromMinutes(150), "a long name", "a long name");
        Assert.Equal("Sunday, 22-Nov-2026 02:31:04 +0230", StatusNumber.Date(Boards.Now, zone));
    }

    [Theory]
    [InlineData("", false, false, null)]
    [InlineData("auto", true, false, null)]
    [InlineData("x=1&auto&y", true, false, null)]
    [InlineData("notable", false, true, null)]
    [InlineData("refresh", false, false, 10)]
    [InlineData("refresh=", false, false, 10)]
    [InlineData("refresh=0", false, false, 10)]
    [InlineData("refresh=-4", false, false, 10)]
    [InlineData("refresh=99999999999", false, false, 10)]
    [InlineData("notable&refresh=5&auto", true, true, 5)]
    [InlineData("refresh=7x", false, false, 7)]
    public void Options_in_the_query(string query, bool auto, bool noTable, int? refresh) =>
        Assert.Equal(new StatusQuery(auto, noTable, refresh), StatusQuery.Parse(query));
}
