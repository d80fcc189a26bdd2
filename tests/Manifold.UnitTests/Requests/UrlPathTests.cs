using Manifold.Httpd.Requests;
using Xunit;

namespace Manifold.UnitTests.Requests;

public class UrlPathTests
{
    [Theory]
    [InlineData("/", 0, "/")]
    [InlineData("/a/b.txt", 0, "/a/b.txt")]
    [InlineData("/a?x=/../y", 0, "/a")]
    [InlineData("//a///b", 0, "/a/b")]
    [InlineData("/a/./b", 0, "/a/b")]
    [InlineData("/a/../b", 0, "/b")]
    [InlineData("/a/..", 0, "/")]
    [InlineData("/a/.", 0, "/a/")]
    [InlineData("/a/b/../", 0, "/a/")]
    [InlineData("/a/...", 0, "/a/...")]
    [InlineData("/.a/..b", 0, "/.a/..b")]
    [InlineData("/a//../b", 0, "/b")]
    [InlineData("/%61%2e%7E", 0, "/a.~")]
    [InlineData("/a%20b%25", 0, "/a b%")]
    [InlineData("/%c3%a4", 0, "/\u00c3\u00a4")]
    [InlineData("/a\\b", 0, "/a\\b")]
    [InlineData("/..", 400, null)]
    [InlineData("/../etc/passwd", 400, null)]
    [InlineData("/a/../../b", 400, null)]
    [InlineData("/%2e%2e/b", 400, null)]
    [InlineData("/.%2e/b", 400, null)]
    [InlineData("/%zz", 400, null)]
    [InlineData("/%4", 400, null)]
    [InlineData("/%", 400, null)]
    [InlineData("/a#b", 400, null)]
    [InlineData("/a?b#c", 400, null)]
    [InlineData("a", 400, null)]
    [InlineData("", 400, null)]
    [InlineData("/a%2Fb", 404, null)]
    [InlineData("/a%00b", 404, null)]
    [InlineData("/%ff", 0, "/\u00ff")]
    [InlineData("/%252e%252e/x", 0, "/%2e%2e/x")]
    public void Path_is_decoded_and_normalised(string target, int status, string? path)
    {
        Assert.Equal(status, UrlPath.Parse(target, EncodedSlashes.Off, true, out var result));
        if (path is not null) Assert.Equal(path, result.Path);
    }

    [Theory]
    [InlineData(EncodedSlashes.On, "/a%2fb", 0, "/a/b")]
    [InlineData(EncodedSlashes.On, "/a/..%2f..%2fetc", 400, null)]
    [InlineData(EncodedSlashes.On, "/a%2f..%2fb", 0, "/b")]
    [InlineData(EncodedSlashes.On, "/a%2f%00", 404, null)]
    [InlineData(EncodedSlashes.NoDecode, "/a%2Fb", 0, "/a%2Fb")]
    [InlineData(EncodedSlashes.NoDecode, "/a/..%2f..%2fetc", 0, "/a/..%2f..%2fetc")]
    public void Encoded_slashes(EncodedSlashes mode, string target, int status, string? path)
    {
        Assert.Equal(status, UrlPath.Parse(target, mode, true, out var result));
        if (path is not null) Assert.Equal(path, result.Path);
    }

    [Theory]
    [InlineData("http://host/a?q", "host", "/a", "q")]
    [InlineData("http://user:x@host:80", "host:80", "/", "")]
    [InlineData("http://host?q", "host", "/", "q")]
    public void Absolute_form(string target, string host, string path, string query)
    {
        Assert.Equal(0, UrlPath.Parse(target, EncodedSlashes.Off, true, out var result));
        Assert.Equal((host, path, query), (result.Host, result.Path, result.Query));
    }

    [Fact]
    public void Slashes_can_be_kept()
    {
        Assert.Equal(0, UrlPath.Parse("/a//b", EncodedSlashes.Off, false, out var result));
        Assert.Equal("/a//b", result.Path);
    }

    [Fact]
    public void No_target_leaves_the_root()
    {
        var random = new Random(1);
        string[] pieces = ["/", "..", ".", "%2e", "%2f", "a", "%", "//", "\\", "%5c", "%00", "?", "%c0%af", "#"];
        for (int round = 0; round < 100_000; round++)
        {
            string target = "/" + string.Concat(Enumerable.Range(0, random.Next(1, 9)).Select(_ => pieces[random.Next(pieces.Length)]));
            foreach (var mode in Enum.GetValues<EncodedSlashes>())
            {
                if (UrlPath.Parse(target, mode, random.Next(2) == 0, out var result) != 0) continue;
                Assert.StartsWith("/", result.Path, StringComparison.Ordinal);
                Assert.DoesNotContain("..", result.Path.Split('/'));
                Assert.DoesNotContain('\0', result.Path);
            }
        }
    }

    [Fact]
    public void Escape_covers_what_a_path_cannot_have() => Assert.Equal("/a%20b%3fc%25%e4/", UrlPath.Escape("/a b?c%\u00e4/"));
}
