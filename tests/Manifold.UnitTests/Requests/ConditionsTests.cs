using Manifold.Httpd.Files;
using Manifold.Httpd.Requests;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Manifold.UnitTests.Requests;

public class ConditionsTests
{
    private static readonly DateTime s_modified = new(2024, 1, 2, 3, 4, 25, 500, DateTimeKind.Utc);
    private static readonly DateTime s_now = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    [Theory]
    [InlineData("GET", "\"t\"", "If-Match", "\"t\"", 200)]
    [InlineData("GET", "\"t\"", "If-Match", "*", 200)]
    [InlineData("GET", "\"t\"", "If-Match", "\"u\", \"t\"", 200)]
    [InlineData("GET", "\"t\"", "If-Match", "\"u\"", 412)]
    [InlineData("GET", "W/\"t\"", "If-Match", "W/\"t\"", 412)]
    [InlineData("GET", "\"t\"", "If-Match", "W/\"t\"", 412)]
    [InlineData("GET", "\"t\"", "If-Unmodified-Since", "Tue, 02 Jan 2024 03:04:24 GMT", 412)]
    [InlineData("GET", "\"t\"", "If-Unmodified-Since", "Tue, 02 Jan 2024 03:04:25 GMT", 200)]
    [InlineData("GET", "\"t\"", "If-None-Match", "\"t\"", 304)]
    [InlineData("HEAD", "\"t\"", "If-None-Match", "*", 304)]
    [InlineData("GET", "\"t\"", "If-None-Match", "W/\"t\"", 304)]
    [InlineData("GET", "W/\"t\"", "If-None-Match", "\"t\"", 304)]
    [InlineData("GET", "\"t\"", "If-None-Match", "\"u\",\"t\"", 304)]
    [InlineData("GET", "\"t\"", "If-None-Match", "\"u,t\"", 200)]
    [InlineData("POST", "\"t\"", "If-None-Match", "\"t\"", 412)]
    [InlineData("GET", "\"t\"", "If-Modified-Since", "Tue, 02 Jan 2024 03:04:25 GMT", 304)]
    [InlineData("GET", "\"t\"", "If-Modified-Since", "Tuesday, 02-Jan-24 03:04:25 GMT", 304)]
    [InlineData("GET", "\"t\"", "If-Modified-Since", "Tue Jan  2 03:04:25 2024", 304)]
    [InlineData("GET", "\"t\"", "If-Modified-Since", "Tue, 02 Jan 2024 03:04:24 GMT", 200)]
    [InlineData("GET", "\"t\"", "If-Modified-Since", "Sat, 01 Jan 2028 00:00:00 GMT", 200)]
    [InlineData("GET", "\"t\"", "If-Modified-Since", "Mon, 02 Jan 2024 03:04:25 GMT", 304)]
    [InlineData("GET", "\"t\"", "If-Modified-Since", "yesterday", 200)]
    [InlineData("POST", "\"t\"", "If-Modified-Since", "Tue, 02 Jan 2024 03:04:25 GMT", 200)]
    public void One_condition(string method, string tag, string name, string value, int status)
    {
        var headers = new HeaderDictionary { [name] = value };
        Assert.Equal(status, Conditions.Evaluate(headers, method is "GET" or "HEAD", tag, s_modified, s_now));
    }

    [Fact]
    public void None_match_beats_modified_since()
    {
        var headers = new HeaderDictionary { ["If-None-Match"] = "\"u\"", ["If-Modified-Since"] = "Tue, 02 Jan 2024 03:04:25 GMT" };
        Assert.Equal(200, Conditions.Evaluate(headers, true, "\"t\"", s_modified, s_now));
    }

    [Theory]
    [InlineData("\"t\"", "\"t\"", true)]
    [InlineData("W/\"t\"", "W/\"t\"", false)]
    [InlineData("\"t\"", "\"u\"", false)]
    [InlineData("\"t\"", "Tue, 02 Jan 2024 03:04:25 GMT", true)]
    [InlineData("\"t\"", "Tue, 02 Jan 2024 03:04:24 GMT", false)]
    [InlineData("\"t\"", "Tue, 02 Jan 2024 03:04:26 GMT", false)]
    public void If_range(string tag, string value, bool applies) =>
        Assert.Equal(applies, Conditions.RangeApplies(new HeaderDictionary { ["If-Range"] = value }, tag, s_modified, s_now));

    [Theory]
    [InlineData("If-Modified-Since", false, 304)]
    [InlineData("If-Modified-Since", true, 200)]
    [InlineData("If-Unmodified-Since", false, 200)]
    public void A_time_of_the_last_minute_is_not_exact_enough_for_parts(string name, bool part, int status)
    {
        var headers = new HeaderDictionary { [name] = HttpDate.Format(s_modified) };
        if (part) headers["Range"] = "bytes=0-1";
        Assert.Equal(status, Conditions.Evaluate(headers, true, "\"t\"", s_modified, s_modified.AddSeconds(20)));
        Assert.False(Conditions.RangeApplies(new HeaderDictionary { ["If-Range"] = HttpDate.Format(s_modified) }, "\"t\"", s_modified, s_modified.AddSeconds(20)));
    }

    [Fact]
    public void Every_condition_has_to_find_it_the_same()
    {
        var headers = new HeaderDictionary { ["If-None-Match"] = "\"t\"", ["If-Modified-Since"] = "Tue, 02 Jan 2024 03:04:24 GMT" };
        Assert.Equal(200, Conditions.Evaluate(headers, true, "\"t\"", s_modified, s_now));
        headers["If-Modified-Since"] = "Tue, 02 Jan 2024 03:04:25 GMT";
        Assert.Equal(304, Conditions.Evaluate(headers, true, "\"t\"", s_modified, s_now));
    }

    [Theory]
    [InlineData(long.MaxValue / 4, 9999)]
    [InlineData(long.MinValue / 4, 1)]
    [InlineData(10_413_792_000_000_000, 2300)]
    [InlineData(-315_619_200_000_000, 1960)]
    public void Any_time_of_a_file_can_be_told(long microseconds, int year) => Assert.Equal(year, new FileStat(1, 1, 1, microseconds, 0, 0x81a4, 0).Modified.Year);

    [Theory]
    [InlineData(ETagParts.MTime | ETagParts.Size, "\"2710-60dedc04dd340\"")]
    [InlineData(ETagParts.INode | ETagParts.MTime | ETagParts.Size, "\"ff-2710-60dedc04dd340\"")]
    [InlineData(ETagParts.Size, "\"2710\"")]
    [InlineData(ETagParts.None, null)]
    public void Tag_of_a_file(ETagParts parts, string? tag)
    {
        var stat = new FileStat(1, 0xff, 10000, 1704164645L * 1_000_000, 0, 0x81a4, 0);
        Assert.Equal(tag, EntityTag.Of(parts, stat, 1704164646L * 1_000_000));
        if (tag is not null && parts != ETagParts.Size) Assert.Equal("W/" + tag, EntityTag.Of(parts, stat, 1704164645_500_000L));
    }
}
