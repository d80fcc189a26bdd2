using Manifold.Httpd.Configuration;
using Manifold.Httpd.Modules.Core;
using Xunit;

namespace Manifold.UnitTests.Configuration;

public class PerDirectoryReaderTests
{
    private static Section Read(string text, Func<Directive, string?>? refuse = null)
    {
        var configuration = Reads.Read("Define A 7");
        return PerDirectoryReader.Read(configuration, configuration.Main, "/www/.htaccess", text, refuse ?? (_ => null));
    }

    [Fact]
    public void Sets_what_it_says_for_its_directory()
    {
        var section = Read("<IfModule core.c>\nLimitRequestBody ${A}\n</IfModule>\n<Files x>\nLimitRequestBody 8\n</Files>");
        Assert.Equal("/www", section.Pattern);
        Assert.Equal(7, section.Settings.Get<BodyLimit>().Bytes);
        Assert.Equal(8, Assert.Single(section.Nested).Settings.Get<BodyLimit>().Bytes);
    }

    [Theory]
    [InlineData("Listen 80", "/www/.htaccess: Listen not allowed here")]
    [InlineData("Include x", "/www/.htaccess: Include not allowed here")]
    [InlineData("Define X", "/www/.htaccess: Define not allowed here")]
    [InlineData("<Directory x>\n</Directory>", "/www/.htaccess: <Directory not allowed here")]
    [InlineData("<Files x>", "/www/.htaccess: /www/.htaccess:1: <Files> was not closed.")]
    [InlineData("LimitRequestBody x", "/www/.htaccess: LimitRequestBody \"x\" must be a non-negative integer")]
    [InlineData("LimitRequestBody 1", "/www/.htaccess: no", "LimitRequestBody")]
    public void Errors(string text, string expected, string? refused = null) => Assert.Equal(expected,
        Assert.Throws<ConfigurationException>(() => Read(text, directive => directive.Name == refused ? "no" : null)).Message);

    [Fact]
    public void Lines_are_shorter_here() =>
        Assert.Equal("/www/.htaccess: Line too long", Assert.Throws<ConfigurationException>(() => Read(new string('x', 8193))).Message);
}
