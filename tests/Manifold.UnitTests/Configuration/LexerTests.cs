using Manifold.Httpd.Language;
using Manifold.Httpd.Matching;
using Xunit;

namespace Manifold.UnitTests.Configuration;

public class LexerTests
{
    [Theory]
    [InlineData("a b", "1:a b")]
    [InlineData("  a\tb \r\n\n c", "1:a\tb|3:c")]
    [InlineData("a \\\n  b\nc", "2:a   b|3:c")]
    [InlineData("a\\\\\nb", "2:a\\b")]
    [InlineData("a\\ \nb", "1:a\\|2:b")]
    [InlineData("# one \\\ntwo\nthree", "3:three")]
    [InlineData("a #b", "1:a #b")]
    [InlineData("a\\", "1:a")]
    [InlineData("a\\\r\nb", "2:ab")]
    [InlineData("\uFEFFListen 80", "1:\uFEFFListen 80")]
    [InlineData("", "")]
    public void Lines(string text, string expected)
    {
        var reader = new LineReader(text);
        var lines = new List<string>();
        while (reader.Next() is { } line) lines.Add($"{reader.Line}:{line}");
        Assert.Equal(expected, string.Join('|', lines));
    }

    [Fact]
    public void A_line_that_is_too_long_is_an_error()
    {
        var reader = new LineReader(new string('x', 50) + "\\\n" + new string('y', 60), longest: 100);
        Assert.Equal("Line too long", Assert.Throws<ConfigurationException>(reader.Next).Message);
    }

    [Theory]
    [InlineData("one two\tthree", "one|two|three")]
    [InlineData("\"one two\" three", "one two|three")]
    [InlineData("'it\\'s' \"a \\\"b\\\" c\"", "it's|a \"b\" c")]
    [InlineData("\"c:\\dir\\\\x\"", "c:\\dir\\x")]
    [InlineData("a\\\\b c\\d", "a\\b|c\\d")]
    [InlineData("ab\"c d\"", "ab\"c|d\"")]
    [InlineData("\"a\"b", "a|b")]
    [InlineData("\"open end", "open end")]
    [InlineData("\"\" x", "|x")]
    [InlineData("   ", "")]
    public void Splits_words(string text, string expected) => Assert.Equal(expected, string.Join('|', Words.Split(text)));

    [Theory]
    [InlineData("*.conf", "a.conf", true)]
    [InlineData("*.conf", ".conf", false)]
    [InlineData(".*", ".x", true)]
    [InlineData("a[0-9]?", "a5z", true)]
    [InlineData("a[!0-9]", "a5", false)]
    [InlineData("a[]x]", "a]", true)]
    [InlineData("a[", "a[", true)]
    [InlineData("*a*b*c", "xxaxxbxxbxc", true)]
    [InlineData("\\*", "*", true)]
    [InlineData("\\*", "x", false)]
    public void Matches_names(string pattern, string name, bool expected) => Assert.Equal(expected, Wildcard.MatchesName(pattern, name));

    [Fact]
    public void A_star_does_not_cross_the_separator()
    {
        Assert.False(Wildcard.Matches("/a/*", "/a/b/c", '/'));
        Assert.True(Wildcard.Matches("/a/*/c", "/a/b/c", '/'));
        Assert.True(Wildcard.Matches("/a/*", "/a/b/c"));
        Assert.False(Wildcard.Matches("/a?b", "/a/b", '/'));
    }
}
