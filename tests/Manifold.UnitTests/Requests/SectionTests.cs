using Xunit;

namespace Manifold.UnitTests.Requests;

public sealed class SectionTests : IDisposable
{
    private readonly TestSite _site = new();

    public void Dispose() => _site.Dispose();

    private async Task<string> Charset(string configuration, string target = "/d/e/a.txt")
    {
        _site.Write("d/e/a.txt", "x");
        _site.Text = configuration.Replace("DOCS", _site.Docs, StringComparison.Ordinal);
        string? type = (await _site.Get(target))["Content-Type"];
        int at = type?.IndexOf("charset=", StringComparison.Ordinal) ?? -1;
        return at < 0 ? "" : type![(at + 8)..];
    }

    [Theory]
    [InlineData("AddDefaultCharset server", "server")]
    [InlineData("AddDefaultCharset server\n<Directory DOCS>\nAddDefaultCharset dir\n</Directory>", "dir")]
    [InlineData("<Directory DOCS/d/e>\nAddDefaultCharset deep\n</Directory>\n<Directory DOCS>\nAddDefaultCharset flat\n</Directory>", "deep")]
    [InlineData("<Directory DOCS/*/e>\nAddDefaultCharset wild\n</Directory>", "wild")]
    [InlineData("<Directory DOCS/*>\nAddDefaultCharset one\n</Directory>", "one")]
    [InlineData("<Directory DOCS/d*e>\nAddDefaultCharset no\n</Directory>", "")]
    [InlineData("<Directory DOCS/d/e/a.txt>\nAddDefaultCharset file\n</Directory>", "file")]
    [InlineData("<Directory DOCS/d/e/*.txt>\nAddDefaultCharset wild\n</Directory>", "wild")]
    [InlineData("<Directory DOCS/d/e/*>\nAddDefaultCharset all\n</Directory>", "all")]
    [InlineData("<DirectoryMatch \"/e/a\">\nAddDefaultCharset m\n</DirectoryMatch>\n<Directory DOCS/d/e>\nAddDefaultCharset d\n</Directory>", "m")]
    [InlineData("<DirectoryMatch \"/d/e/\">\nAddDefaultCharset two\n</DirectoryMatch>\n<DirectoryMatch \"e/a\">\nAddDefaultCharset one\n</DirectoryMatch>",
        "two")]
    [InlineData("<Files a.txt>\nAddDefaultCharset files\n</Files>\n<DirectoryMatch txt>\nAddDefaultCharset m\n</DirectoryMatch>", "files")]
    [InlineData("<Files *.txt>\nAddDefaultCharset wild\n</Files>", "wild")]
    [InlineData("<FilesMatch \"^a\\.\">\nAddDefaultCharset regex\n</FilesMatch>", "regex")]
    [InlineData("<Directory DOCS>\n<Files a.txt>\nAddDefaultCharset nested\n</Files>\n</Directory>\n<Files a.txt>\nAddDefaultCharset top\n</Files>",
        "nested")]
    [InlineData("<Location /d>\nAddDefaultCharset loc\n</Location>\n<Files a.txt>\nAddDefaultCharset files\n</Files>", "loc")]
    [InlineData("<Location /d/e>\nAddDefaultCharset first\n</Location>\n<Location /d>\nAddDefaultCharset second\n</Location>", "second")]
    [InlineData("<Location /d/>\nAddDefaultCharset slash\n</Location>", "slash")]
    [InlineData("<Location /d/e/a>\nAddDefaultCharset no\n</Location>", "")]
    [InlineData("<Location /d/*>\nAddDefaultCharset no\n</Location>", "")]
    [InlineData("<Location /*/*/a.txt>\nAddDefaultCharset wild\n</Location>", "wild")]
    [InlineData("<LocationMatch \"E/A|e/a\">\nAddDefaultCharset regex\n</LocationMatch>", "regex")]
    [InlineData("<If true>\nAddDefaultCharset if\n</If>\n<Location />\nAddDefaultCharset loc\n</Location>", "if")]
    [InlineData("<If true>\nAddDefaultCharset a\n</If>\n<Directory DOCS>\n<If true>\nAddDefaultCharset b\n</If>\n</Directory>", "b")]
    [InlineData("<Location />\n<If true>\nAddDefaultCharset l\n</If>\n</Location>\n<Directory DOCS>\n<If true>\nAddDefaultCharset d\n</If>\n</Directory>", "l")]
    [InlineData("<Files a.txt>\n<If true>\nAddDefaultCharset f\n</If>\n</Files>", "f")]
    [InlineData("<If true>\n<If \"false\">\nAddDefaultCharset a\n</If>\n<Else>\nAddDefaultCharset b\n</Else>\n</If>", "b")]
    [InlineData("<If \"%{REQUEST_URI} == '/d/e/a.txt'\">\nAddDefaultCharset a\n</If>\n<Else>\nAddDefaultCharset b\n</Else>", "a")]
    [InlineData("<If false>\nAddDefaultCharset a\n</If>\n<ElseIf true>\nAddDefaultCharset b\n</ElseIf>\n<ElseIf true>\nAddDefaultCharset c\n</ElseIf>\n<Else>\nAddDefaultCharset d\n</Else>", "b")]
    [InlineData("<If true>\nAddDefaultCharset a\n</If>\n<If false>\nAddDefaultCharset b\n</If>\n<Else>\nAddDefaultCharset c\n</Else>", "c")]
    [InlineData("<If \"'x' == 'x' && 2 > 1\">\nAddDefaultCharset quoted\n</If>", "quoted")]
    [InlineData("<If 'x' == \"x\">\nAddDefaultCharset plain\n</If>", "plain")]
    public async Task Merge_order(string configuration, string charset) => Assert.Equal(charset, await Charset(configuration));

    [Fact]
    public async Task Sections_see_the_normalised_path() =>
        Assert.Equal("loc", await Charset("<Location /d/e>\nAddDefaultCharset loc\n</Location>", "/x/..//d/./%65/a.txt"));

    [Fact]
    public async Task Virtual_host_sections_follow_those_of_the_main_server()
    {
        const string configuration = """
            <VirtualHost *>
            <Location /d>
            AddDefaultCharset host
            </Location>
            <Directory DOCS>
            AddDefaultCharset dir
            </Directory>
            </VirtualHost>
            <Location /d>
            AddDefaultCharset main
            </Location>
            """;
        Assert.Equal("host", await Charset(configuration));
    }

    [Fact]
    public async Task Named_groups_become_variables()
    {
        _site.Text = "<LocationMatch \"^/(?<Area>[a-z]+)/\">\nAddDefaultCharset Off\n</LocationMatch>\nCustomLog access %{MATCH_AREA}e";
        await _site.Get("/shop/x");
        Assert.Contains("\nshop\n", "\n" + _site.AccessLog, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Options FollowSymLinks", 200)]
    [InlineData("Options None", 403)]
    [InlineData("Options SymLinksIfOwnerMatch", 200)]
    [InlineData("Options -FollowSymLinks", 403)]
    [InlineData("Options Indexes FollowSymLinks", 200)]
    public async Task Symbolic_links(string options, int status)
    {
        _site.Write("real/a.txt", "x");
        Directory.CreateSymbolicLink(_site.Docs + "/link", _site.Docs + "/real");
        File.CreateSymbolicLink(_site.Docs + "/file.txt", _site.Docs + "/real/a.txt");
        _site.Text = $"<Directory {_site.Docs}>\n{options}\n</Directory>";
        Assert.Equal(status, (await _site.Get("/link/a.txt")).Status);
        Assert.Equal(status, (await _site.Get("/file.txt")).Status);
        Assert.Equal(200, (await _site.Get("/real/a.txt")).Status);
    }

    [Fact]
    public async Task Links_are_checked_by_the_settings_of_their_own_directory()
    {
        _site.Write("real/a.txt", "x");
        Directory.CreateDirectory(_site.Docs + "/free");
        Directory.CreateSymbolicLink(_site.Docs + "/free/link", _site.Docs + "/real");
        _site.Text = $"<Directory {_site.Docs}>\nOptions None\n</Directory>\n<Directory {_site.Docs}/free>\nOptions FollowSymLinks\n</Directory>";
        Assert.Equal(200, (await _site.Get("/free/link/a.txt")).Status);
    }

    [Fact]
    public async Task Link_to_another_owner_is_refused()
    {
        if (!Environment.IsPrivilegedProcess) return;
        string path = _site.Write("a.txt", "x");
        File.CreateSymbolicLink(_site.Docs + "/link.txt", path);
        _site.Text = $"<Directory {_site.Docs}>\nOptions SymLinksIfOwnerMatch\n</Directory>";
        Assert.Equal(200, (await _site.Get("/link.txt")).Status);
        Assert.Equal(0, ChangeOwner(System.Text.Encoding.UTF8.GetBytes(path + "\0"), 12345, 12345));
        Assert.Equal(403, (await _site.Get("/link.txt")).Status);
        Assert.Equal(200, (await _site.Get("/a.txt")).Status);
    }

    [System.Runtime.InteropServices.DllImport("libc", EntryPoint = "chown")]
    private static extern int ChangeOwner(byte[] path, uint user, uint group);
}
