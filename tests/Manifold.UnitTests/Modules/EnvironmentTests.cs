using Manifold.Httpd.Language;
using Manifold.UnitTests.Requests;
using Xunit;

namespace Manifold.UnitTests.Modules;

/// <summary>SetEnv, SetEnvIf and their kin. Every request is sent twice: the second time the file cache answers.</summary>
public sealed class EnvironmentTests : IDisposable
{
    private readonly TestSite _site = new() { Later = TimeSpan.FromSeconds(10) };

    public void Dispose() => _site.Dispose();

    private async Task<string[]> Log(string configuration, params (string, string)[] headers)
    {
        _site.Write("d/a.txt", "x");
        _site.Text = "LoadModule env_module x\nLoadModule setenvif_module x\nCustomLog seen \"%{V}e\"\n" +
            configuration.Replace("DOCS", _site.Docs, StringComparison.Ordinal);
        for (int i = 0; i < 2; i++) Assert.Equal(200, (await _site.Get("/d/a.txt", headers)).Status);
        Assert.Equal(1, _site.Site.Main.Cache.Count);
        return File.ReadAllLines(_site.Root + "/seen");
    }

    [Theory]
    [InlineData("SetEnv V one", "one")]
    [InlineData("SetEnv V one\n<Directory DOCS/d>\nSetEnv V two\n</Directory>", "two")]
    [InlineData("SetEnv V one\n<Directory DOCS/d>\nUnsetEnv V\n</Directory>", "-")]
    [InlineData("SetEnv V", "")]
    [InlineData("SetEnvIf Request_URI \"^/d/(.)\" V=$1", "a")]
    [InlineData("SetEnvIf Request_Method GET V", "1")]
    [InlineData("SetEnvIf Request_Method get V", "-")]
    [InlineData("SetEnvIfNoCase Request_Method get V=yes", "yes")]
    [InlineData("SetEnvIf Remote_Addr ^10\\. V=ten", "ten")]
    [InlineData("SetEnvIf Request_Protocol HTTP/1\\.1 V=p", "p")]
    [InlineData("SetEnvIf X-Absent ^$ V=absent", "absent")]
    [InlineData("SetEnvIf ^X-F.o$ bar V=any", "any")]
    [InlineData("SetEnvIf X-Foo bar W=1\nSetEnvIf W 1 V=chain", "chain")]
    [InlineData("SetEnvIf X-Foo bar V=1\nSetEnvIf X-Foo bar !V", "-")]
    [InlineData("SetEnvIf X-Foo bar V=1 W=2", "1")]
    [InlineData("BrowserMatch Probe V=browser", "browser")]
    [InlineData("BrowserMatchNoCase probe V=browser", "browser")]
    [InlineData("BrowserMatch ^None V=browser", "-")]
    [InlineData("SetEnvIfExpr \"%{QUERY_STRING} == '' && -n req('X-Foo')\" V=expr", "expr")]
    [InlineData("<Directory DOCS/d>\nSetEnvIf X-Foo bar V=dir\n</Directory>", "dir")]
    public async Task Variables(string configuration, string value) =>
        Assert.Equal([value, value], await Log(configuration, ("User-Agent", "Probe/1"), ("X-Foo", "bar")));

    [Fact]
    public async Task A_remembered_file_does_not_remember_the_client()
    {
        Assert.Equal(["a", "a"], await Log("SetEnvIf X-Foo (.+) V=$1", ("X-Foo", "a")));
        await _site.Get("/d/a.txt", ("X-Foo", "b"));
        await _site.Get("/d/a.txt");
        Assert.Equal(["a", "a", "b", "-"], File.ReadAllLines(_site.Root + "/seen"));
    }

    [Theory]
    [InlineData("SetEnvIf X-Key ^open$ friend", 200)]
    [InlineData("SetEnvIf X-Key ^shut$ friend", 403)]
    [InlineData("SetEnv friend 1", 403)] // too late for access, as in httpd
    public async Task Access_by_variable(string line, int status)
    {
        _site.Write("a.txt", "x");
        _site.Text = $"LoadModule env_module x\nLoadModule setenvif_module x\n{line}\n<Location />\nRequire env friend\n</Location>";
        Assert.Equal(status, (await _site.Get("/a.txt", ("X-Key", "open"))).Status);
        Assert.Equal(403, (await _site.Get("/a.txt")).Status);
    }

    [Fact]
    public async Task An_endless_match_fails_its_request_also_with_a_remembered_file()
    {
        await Log("SetEnvIf X-Foo ^(a+)+$ V");
        Assert.Equal(500, (await _site.Get("/d/a.txt", ("X-Foo", new string('a', 60) + "!"))).Status);
        Assert.Equal(200, (await _site.Get("/d/a.txt")).Status);
    }

    [Fact]
    public void Variables_of_the_process_are_taken_when_the_configuration_is_read()
    {
        _site.Text = "LoadModule env_module x\nPassEnv PATH NO_SUCH_VARIABLE";
        _site.Load();
        Assert.Contains("NO_SUCH_VARIABLE", Assert.Single(_site.Warnings, w => w.StartsWith("AH01506", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SetEnvIf X ( V", "could not be compiled")]
    [InlineData("SetEnvIf X y", "needs a regular expression and a variable")]
    [InlineData("SetEnvIfExpr \"x\" V", "Cannot parse condition clause")]
    public void Mistakes(string line, string complaint)
    {
        _site.Text = "LoadModule setenvif_module x\n" + line;
        Assert.Contains(complaint, Assert.Throws<ConfigurationException>(() => _site.Load()).Message, StringComparison.Ordinal);
    }
}
