using Manifold.Httpd.Requests;
using Xunit;

namespace Manifold.UnitTests.Requests;

public class ByteRangesTests
{
    [Theory]
    [InlineData("bytes=0-4", 206, "0-4")]
    [InlineData("bytes=0-", 206, "0-99")]
    [InlineData("bytes=90-200", 206, "90-99")]
    [InlineData("bytes=-10", 206, "90-99")]
    [InlineData("bytes=-1000", 206, "0-99")]
    [InlineData("bytes=0-4,5-9", 206, "0-9")]
    [InlineData("bytes=0-4,3-9", 206, "0-9")]
    [InlineData("bytes=0-4,10-19", 206, "0-4 10-19")]
    [InlineData("bytes=50-59,0-9", 206, "50-59 0-9")]
    [InlineData("bytes=0-4,200-300", 206, "0-4")]
    [InlineData("bytes=0-4,,6-7", 206, "0-4 6-7")]
    [InlineData("bytes=0-4, 6-7", 200, "")]
    [InlineData("bytes= 0-4", 200, "")]
    [InlineData("bytes=100-", 416, "")]
    [InlineData("bytes=200-300,400-", 416, "")]
    [InlineData("bytes=9-4", 200, "")]
    [InlineData("bytes=a-b", 200, "")]
    [InlineData("bytes=-0", 200, "")]
    [InlineData("bytes=0-4,9-4", 200, "")]
    [InlineData("bytes=", 200, "")]
    [InlineData("bytes=+1-2", 200, "")]
    [InlineData("lines=0-4", 200, "")]
    [InlineData("bytes=0-89,95-99,0-89", 200, "")]
    public void Ranges_of_a_hundred_bytes(string header, int status, string expected)
    {
        Assert.Equal(status, ByteRanges.Parse(header, 100, RangeLimits.Default, out var ranges));
        if (status == 206) Assert.Equal(expected, string.Join(' ', ranges.Select(r => $"{r.First}-{r.Last}")));
    }

    [Theory]
    [InlineData(200, 206)]
    [InlineData(201, 200)]
    public void Number_of_ranges_is_bounded(int count, int status)
    {
        string header = "bytes=" + string.Join(',', Enumerable.Range(0, count).Select(i => $"{i * 4}-{i * 4}"));
        Assert.Equal(status, ByteRanges.Parse(header, 10_000, RangeLimits.Default, out _));
    }

    [Theory]
    [InlineData(21, 206)]
    [InlineData(22, 200)]
    public void Overlaps_are_bounded(int count, int status)
    {
        string header = "bytes=" + string.Join(',', Enumerable.Range(0, count).Select(i => $"{i}-{i + 5}"));
        Assert.Equal(status, ByteRanges.Parse(header, 10_000, RangeLimits.Default, out _));
    }

    [Fact]
    public void Disjoint_descending_ranges_are_no_reversals()
    {
        string header = "bytes=" + string.Join(',', Enumerable.Range(0, 40).Select(i => $"{4000 - i * 10}-{4001 - i * 10}"));
        Assert.Equal(206, ByteRanges.Parse(header, 10_000, RangeLimits.Default, out var ranges));
        Assert.Equal(40, ranges.Count);
    }

    [Fact]
    public void Empty_file_has_no_ranges() => Assert.Equal(200, ByteRanges.Parse("bytes=0-", 0, RangeLimits.Default, out _));
}
