using Manifold.Httpd.Requests;
using Xunit;

namespace Manifold.UnitTests.Requests;

/// <summary>.htaccess files on the way to a resource: which are read, when, and what a wrong one does.</summary>
public sealed class PerDirectoryFilesTests : IDisposable
{
    private readonly TestSite _site = new() { Later = TimeSpan.FromSeconds(10) };

    public PerDirectoryFilesTests()
    {
        _site.Write("d/e/a.txt", "x");
        Allow("All");
    }

    public void Dispose() => _site.Dispose();

    private string Errors => File.ReadAllText(_site.Root + "/errors");

    private void Allow(string override_, string more = "") =>
        _site.Text = $"<Directory />\nAllowOverride None\n</Directory>\n<Directory {_site.Docs}>\nAllowOverride {override_}\n</Directory>\n{more}";

    private async Task<string> Charset(string target = "/d/e/a.txt")
    {
        var response = await _site.Get(target);
        Assert.Equal(200, response.Status);
        string? type = response["Content-Type"];
        int at = type?.IndexOf("charset=", StringComparison.Ordinal) ?? -1;
        return at < 0 ? "" : type![(at + 8)..];
    }

    [Fact]
    public async Task Deeper_files_win()
    {
        _site.Write(".htaccess", "AddDefaultCharset flat");
        Assert.Equal("flat", await Charset());
        _site.Write("d/e/.htaccess", "AddDefaultCharset deep");
        Assert.Equal("deep", await Charset());
    }

    [Theory]
    [InlineData("<Directory DOCS/d>\nAddDefaultCharset section\n</Directory>", "file")] // same depth: the file after the section
    [InlineData("<Directory DOCS/d/e>\nAddDefaultCharset section\n</Directory>", "section")]
    [InlineData("<DirectoryMatch e>\nAddDefaultCharset section\n</DirectoryMatch>", "section")]
    [InlineData("<Files a.txt>\nAddDefaultCharset section\n</Files>", "section")]
    [InlineData("<Location />\nAddDefaultCharset section\n</Location>", "section")]
    [InlineData("<Directory DOCS>\nAddDefaultCharset section\n</Directory>", "file")]
    public async Task Merge_order(string configuration, string charset)
    {
        Allow("All", configuration.Replace("DOCS", _site.Docs, StringComparison.Ordinal));
        _site.Write("d/.htaccess", "AddDefaultCharset file");
        Assert.Equal(charset, await Charset());
    }

    [Fact]
    public async Task Files_sections_inside_come_after_those_of_the_configuration()
    {
        Allow("All", "<Files a.txt>\nAddDefaultCharset configuration\n</Files>");
        _site.Write("d/.htaccess", "<Files *.txt>\nAddDefaultCharset nested\n</Files>\n<Files b.txt>\nAddDefaultCharset other\n</Files>");
        Assert.Equal("nested", await Charset());
    }

    [Fact]
    public async Task Changes_show_at_the_next_request_also_to_remembered_files()
    {
        Assert.Equal("", await Charset());
        Assert.Equal(1, _site.Site.Main.Cache.Count);
        string path = _site.Write("d/.htaccess", "AddDefaultCharset one");
        Assert.Equal("one", await Charset());
        Assert.Equal("one", await Charset());
        Assert.Equal((1, 1), (_site.Site.Main.Cache.Count, _site.Site.Main.PerDirectoryFiles.Count));
        File.WriteAllText(path, "AddDefaultCharset two");
        Assert.Equal("two", await Charset());
        _site.Write("d/e/.htaccess", "Require all denied");
        Assert.Equal(403, (await _site.Get("/d/e/a.txt")).Status);
        File.Delete(_site.Docs + "/d/e/.htaccess");
        Assert.Equal("two", await Charset());
        File.Delete(path);
        Assert.Equal("", await Charset());
    }

    [Fact]
    public async Task A_fresh_file_is_not_trusted_to_stay()
    {
        _site.Later = default;
        _site.Write("d/.htaccess", "AddDefaultCharset one", settled: false);
        Assert.Equal("one", await Charset());
        Assert.Equal((0, 0), (_site.Site.Main.Cache.Count, _site.Site.Main.PerDirectoryFiles.Count));
    }

    [Fact]
    public async Task An_index_follows_the_file_that_named_it()
    {
        _site.Write("d/start.txt", "start");
        string path = _site.Write("d/.htaccess", "DirectoryIndex none.txt start.txt");
        Assert.Equal("start", (await _site.Get("/d/")).Text);
        Assert.Equal("start", (await _site.Get("/d/")).Text);
        _site.Write("d/none.txt", "none");
        Assert.Equal("none", (await _site.Get("/d/")).Text);
        File.WriteAllText(path, "DirectoryIndex e/a.txt");
        Assert.Equal("x", (await _site.Get("/d/")).Text);
    }

    [Fact]
    public async Task Nothing_is_looked_for_where_nothing_is_allowed()
    {
        Allow("None");
        _site.Write("d/.htaccess", "Nonsense");
        Assert.Equal("", await Charset());
        Assert.Equal(0, _site.Site.Main.PerDirectoryFiles.Count);
        Assert.Null((await Resolve("/d/e/a.txt")).Absent);
    }

    [Fact]
    public async Task A_file_that_is_there_where_nothing_is_said_protects_by_failing()
    {
        _site.Text = "";
        Assert.Equal(200, (await _site.Get("/d/e/a.txt")).Status);
        _site.Write("d/.htaccess", "Require all denied");
        Assert.Equal(500, (await _site.Get("/d/e/a.txt")).Status);
    }

    private async Task<Manifold.Httpd.Requests.Resource> Resolve(string target)
    {
        await _site.Get(target);
        return _site.Site.Main.Cache.Find(target, long.MaxValue)!.Resource;
    }

    [Fact]
    public async Task Absent_files_are_watched()
    {
        await _site.Get("/d/e/a.txt");
        Assert.Equal([_site.Docs + "/.htaccess", _site.Docs + "/d/.htaccess", _site.Docs + "/d/e/.htaccess"],
            (await Resolve("/d/e/a.txt")).Absent);
    }

    [Fact]
    public async Task A_mistake_is_status_500_with_file_and_line_and_the_server_goes_on()
    {
        string path = _site.Write("d/.htaccess", "AddDefaultCharset x\nListen 80");
        Assert.Equal(500, (await _site.Get("/d/e/a.txt")).Status);
        Assert.Equal(500, (await _site.Get("/d/e/a.txt")).Status);
        Assert.Equal(2, Errors.Split($"[core:alert]").Length - 1);
        Assert.Contains($"{path}: Listen not allowed here (line 2)", Errors, StringComparison.Ordinal);
        File.WriteAllText(path, "AddDefaultCharset x");
        Assert.Equal("x", await Charset());
    }

    [Fact]
    public async Task A_group_that_is_not_allowed_is_named()
    {
        Allow("AuthConfig Limit");
        _site.Write("d/.htaccess", "AddDefaultCharset x");
        Assert.Equal(500, (await _site.Get("/d/e/a.txt")).Status);
        Assert.Contains("AddDefaultCharset not allowed here: AllowOverride lacks FileInfo (line 1)", Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Access_can_be_refused_and_granted()
    {
        Allow("AuthConfig", $"<Directory {_site.Docs}>\nRequire all denied\n</Directory>");
        Assert.Equal(403, (await _site.Get("/d/e/a.txt")).Status);
        _site.Write("d/.htaccess", "Require all granted");
        Assert.Equal(200, (await _site.Get("/d/e/a.txt")).Status);
    }

    [Fact]
    public async Task Other_names_in_their_order()
    {
        Allow("All", "AccessFileName .first .second");
        _site.Write("d/.htaccess", "Nonsense");
        _site.Write("d/.second", "AddDefaultCharset second");
        Assert.Equal("second", await Charset());
        _site.Write("d/.first", "AddDefaultCharset first");
        Assert.Equal("first", await Charset());
    }

    [Fact]
    public async Task A_directory_or_a_pipe_by_the_name_is_forbidden()
    {
        Directory.CreateDirectory(_site.Docs + "/d/.htaccess");
        Assert.Equal(403, (await _site.Get("/d/e/a.txt")).Status);
        Assert.Contains("[core:crit]", Errors, StringComparison.Ordinal);
        Assert.Contains($"AH00529: {_site.Docs}/d/.htaccess", Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_cannot_be_read_is_forbidden()
    {
        string path = _site.Write("d/.htaccess", "AddDefaultCharset x");
        if (Environment.IsPrivilegedProcess)
        {
            File.Delete(path);
            File.CreateSymbolicLink(path, path); // a circle: what root cannot read either
        }
        else File.SetUnixFileMode(path, UnixFileMode.None);
        Assert.Equal(403, (await _site.Get("/d/e/a.txt")).Status);
        Assert.Contains("AH00529", Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Links_are_followed_and_one_that_leads_nowhere_is_no_file()
    {
        File.CreateSymbolicLink(_site.Docs + "/d/.htaccess", _site.Docs + "/settings");
        Assert.Equal("", await Charset());
        _site.Write("settings", "AddDefaultCharset linked");
        Assert.Equal("linked", await Charset());
        _site.Write("settings", "AddDefaultCharset other!");
        Assert.Equal("other!", await Charset());
    }

    [Fact]
    public async Task A_link_that_is_not_followed_keeps_its_file_unread()
    {
        _site.Write("real/a.txt", "x");
        _site.Write("real/.htaccess", "Nonsense");
        Directory.CreateSymbolicLink(_site.Docs + "/d/link", _site.Docs + "/real");
        _site.Write("d/.htaccess", "Options -FollowSymLinks");
        Assert.Equal(403, (await _site.Get("/d/link/a.txt")).Status);
        Assert.DoesNotContain("Nonsense", Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_endless_file_is_refused()
    {
        _site.Write("d/.htaccess", new string('#', 2 << 20));
        Assert.Equal(500, (await _site.Get("/d/e/a.txt")).Status);
        Assert.Contains("longer than", Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_expression_that_takes_too_long_fails_its_request_only()
    {
        _site.Write(".htaccess", "<FilesMatch \"^(a+)+$\">\n</FilesMatch>");
        Assert.Equal(500, (await _site.Get($"/{new string('a', 60)}.txt")).Status);
        Assert.Contains("the regular expression ^(a+)+$ was given up", Errors, StringComparison.Ordinal);
        Assert.Equal("", await Charset());
    }

    [Fact]
    public async Task Conditions_work_in_files_too()
    {
        _site.Write("d/.htaccess", "<If \"%{QUERY_STRING} == 'a'\">\nAddDefaultCharset a\n</If>\n<Else>\nAddDefaultCharset b\n</Else>");
        Assert.Equal("a", await Charset("/d/e/a.txt?a"));
        Assert.Equal("b", await Charset("/d/e/a.txt"));
        Assert.Equal("a", await Charset("/d/e/a.txt?a"));
    }

    [Fact]
    public async Task Warnings_reach_the_error_log()
    {
        Allow("FileInfo Nonfatal=All");
        _site.Write("d/.htaccess", "Options None\nNonsense\nAddDefaultCharset x");
        Assert.Equal("x", await Charset());
        Assert.Contains("[core:warn]", Errors, StringComparison.Ordinal);
        Assert.Contains("AH02295: Options on line 1 of", Errors, StringComparison.Ordinal);
        Assert.Contains("AH02296: Nonsense on line 2 of", Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Settings_of_the_server_do_not_change()
    {
        _site.Write("d/.htaccess", "ErrorDocument 404 \"gone\nLimitRequestBody 7\nRedirect /d/old /new");
        Assert.Equal(302, (await _site.Get("/d/old")).Status);
        Assert.Equal(404, (await _site.Get("/x/old")).Status);
        Assert.Equal(0, _site.Site.Main.Scope.Defaults.Get<BodyLimit>().SetBytes ?? 0);
        Assert.Equal("gone", (await _site.Get("/d/none")).Text);
    }
}
