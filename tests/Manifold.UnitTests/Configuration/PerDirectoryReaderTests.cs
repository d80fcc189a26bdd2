using Manifold.Httpd.Language;
using Manifold.Httpd.Requests;
using Manifold.Httpd.Site;
using Xunit;

namespace Manifold.UnitTests.Configuration;

public class PerDirectoryReaderTests
{
    private readonly List<string> _warnings = [];

    /// <summary>Reads a per-directory file under an AllowOverride line (or several lines).</summary>
    private Section Read(string text, string allow = "AllowOverride All")
    {
        var configuration = Reads.Read($"LoadModule alias_module x\nLoadModule dir_module x\nDefine A 7\n<Directory /www>\n{allow}\n</Directory>");
        var overrides = configuration.Main.Sections[0].Settings.Get<Overrides>();
        return PerDirectoryReader.Read(configuration, configuration.Main, "/www/.htaccess", text, overrides, _warnings.Add);
    }

    [Fact]
    public void Sets_what_it_says_for_its_directory()
    {
        var section = Read("<IfModule core.c>\nLimitRequestBody ${A}\n</IfModule>\n<Files x>\nLimitRequestBody 8\n</Files>");
        Assert.Equal("/www", section.Pattern);
        Assert.Equal(7, section.Settings.Get<BodyLimit>().Bytes);
        Assert.Equal(8, Assert.Single(section.Nested).Settings.Get<BodyLimit>().Bytes);
    }

    [Fact]
    public void Rules_of_an_absent_module_are_warned_of()
    {
        Read("<IfModule mod_nope.c>\nDeny from all\n</IfModule>");
        Assert.Equal(["<IfModule mod_nope.c> on line 1 of /www/.htaccess is skipped, there is no module mod_nope.c: no effect have Deny on line 2"], _warnings);
    }

    [Theory]
    [InlineData("Listen 80", "/www/.htaccess: Listen not allowed here (line 1)")]
    [InlineData("Include x", "/www/.htaccess: Include not allowed here (line 1)")]
    [InlineData("Define X", "/www/.htaccess: Define not allowed here (line 1)")]
    [InlineData("<Directory x>\n</Directory>", "/www/.htaccess: <Directory not allowed here (line 1)")]
    [InlineData("<Files x>", "/www/.htaccess: /www/.htaccess:1: <Files> was not closed. (line 1)")]
    [InlineData("\nLimitRequestBody x", "/www/.htaccess: LimitRequestBody \"x\" must be a non-negative integer (line 2)")]
    [InlineData("<IfModule core.c>\nNonsense\n</IfModule>", "/www/.htaccess: Invalid command 'Nonsense', perhaps misspelled; no module of this server or of httpd has it (line 2)")]
    public void Errors(string text, string expected) =>
        Assert.Equal(expected, Assert.Throws<ConfigurationException>(() => Read(text)).Message);

    [Theory]
    [InlineData("LimitRequestBody 1", "AllowOverride Limit", true)]
    [InlineData("LimitRequestBody 1", "AllowOverride None", false)]
    [InlineData("ErrorDocument 404 /x", "AllowOverride FileInfo", true)]
    [InlineData("ErrorDocument 404 /x", "AllowOverride Indexes AuthConfig Limit Options", false)]
    [InlineData("DirectoryIndex x", "AllowOverride Indexes", true)]
    [InlineData("DirectoryIndex x", "AllowOverride fileinfo", false)]
    [InlineData("DirectoryIndex x", "AllowOverride None\nAllowOverrideList Redirect directoryindex", true)]
    [InlineData("DirectorySlash On", "AllowOverride FileInfo\nAllowOverrideList DirectoryIndex", false)]
    [InlineData("Redirect /a /b", "AllowOverride FileInfo\nAllowOverrideList DirectoryIndex", true)]
    [InlineData("<IfModule x>\n</IfModule>", "AllowOverride Indexes", true)]
    [InlineData("Options Indexes", "AllowOverride Options", true)]
    [InlineData("Options Indexes", "AllowOverride Options=Indexes,MultiViews", true)]
    [InlineData("Options -FollowSymLinks", "AllowOverride Options=Indexes,MultiViews", false)]
    [InlineData("Options All", "AllowOverride Options=Indexes", false)]
    public void Groups(string text, string allow, bool passes)
    {
        if (passes) Read(text, allow);
        else Assert.Contains("not allowed here", Assert.Throws<ConfigurationException>(() => Read(text, allow)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("AllowOverride Limit Nonfatal=Override", "Nonsense", "Invalid command")]
    [InlineData("AllowOverride Limit Nonfatal=Unknown", "Options All", "not allowed here")]
    [InlineData("AllowOverride Limit Nonfatal=Override", "Options All", null)]
    [InlineData("AllowOverride Limit Nonfatal=Override", "Listen 80", null)]
    [InlineData("AllowOverride None Nonfatal=All", "<IfModule core.c>\nNonsense\n</IfModule>\n<Files x>\nOptions All\n</Files>", null)]
    [InlineData("AllowOverride Limit Nonfatal=Unknown", "Nonsense", null)]
    [InlineData("AllowOverride Limit Nonfatal=All", "<Nonsense x>\n</Nonsense>", null)]
    public void Forgiven_mistakes_are_skipped_with_a_warning(string allow, string text, string? error)
    {
        if (error is not null)
        {
            Assert.Contains(error, Assert.Throws<ConfigurationException>(() => Read(text, allow)).Message, StringComparison.Ordinal);
            return;
        }
        var section = Read(text + "\nLimitRequestBody 5", allow.Replace("None", "Limit", StringComparison.Ordinal));
        Assert.Equal(5, section.Settings.Get<BodyLimit>().Bytes);
        Assert.All(_warnings, warning => Assert.Matches("^AH0229[56]: .* on line [0-9] of /www/.htaccess is skipped", warning));
        Read(text, allow);
        Assert.NotEmpty(_warnings);
    }

    [Theory]
    [InlineData("AllowOverride Everything", "Illegal override option Everything")]
    [InlineData("AllowOverride Options=Nothing", "Illegal option Nothing")]
    [InlineData("AllowOverride Nonfatal=Perhaps", "Illegal override option Nonfatal=Perhaps")]
    [InlineData("AllowOverride Server", "Illegal override option Server")]
    public void Illegal_words(string line, string error) =>
        Assert.EndsWith(error, Reads.Error($"<Directory /x>\n{line}\n</Directory>"), StringComparison.Ordinal);

    [Theory]
    [InlineData("<Location /x>\nAllowOverride All\n</Location>", "AH00114")]
    [InlineData("<DirectoryMatch /x>\nAllowOverrideList Options\n</DirectoryMatch>", "AH00114")]
    [InlineData("<Directory /x>\nAllowOverrideList Nonsense\n</Directory>", "there is no directive Nonsense")]
    [InlineData("<Directory /x>\nAllowOverrideList Listen\n</Directory>", "Listen cannot stand in a per-directory file")]
    public void Useless_lines_are_warned_of(string text, string warning) =>
        Assert.Contains(Reads.Read(text).Warnings, one => one.Contains(warning, StringComparison.Ordinal));

    [Fact]
    public void Lines_are_shorter_here() =>
        Assert.Equal("/www/.htaccess: Line too long (line 1)", Assert.Throws<ConfigurationException>(() => Read(new string('x', 8193))).Message);
}
