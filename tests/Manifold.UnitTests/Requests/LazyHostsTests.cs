using Manifold.Httpd.Modules.LogConfig;
using Manifold.Httpd.Requests;
using Xunit;

namespace Manifold.UnitTests.Requests;

public class LazyHostsTests
{
    private const string Hosts = """
        LoadModule headers_module x
        <VirtualHost *>
        ServerName first.example
        </VirtualHost>
        <VirtualHost *>
        ServerName second.example
        Header set X-Host second
        KeepAliveTimeout 7
        </VirtualHost>
        <VirtualHost *>
        ServerName third.example
        </VirtualHost>
        """;

    [Fact]
    public async Task A_virtual_host_is_made_ready_when_it_is_first_asked_for()
    {
        using var site = new TestSite(Hosts);
        site.Write("a.txt", "content");
        site.Load();
        Assert.Equal(2, site.Site.Ready); // the main server, and the first host: its rules for heads are compared
        var answer = await site.Connect().Send("GET", "/a.txt", ("Host", "second.example"));
        Assert.Equal("second", answer.Headers["X-Host"]);
        Assert.Equal("content", answer.Text);
        Assert.Equal(3, site.Site.Ready);
        await site.Connect().Send("GET", "/a.txt", ("Host", "SECOND.example:80"));
        Assert.Equal(3, site.Site.Ready);
    }

    [Fact]
    public void Threads_that_ask_at_once_get_one_server()
    {
        using var site = new TestSite(Hosts);
        site.Load();
        var scope = site.Site.Options.Configuration.Servers[2];
        using var together = new Barrier(4);
        var found = new Server[4];
        var threads = Enumerable.Range(0, 4).Select(i => new Thread(() =>
        {
            together.SignalAndWait();
            found[i] = site.Site[scope];
        })).ToArray();
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) thread.Join();
        Assert.All(found, server => Assert.Same(found[0], server));
        Assert.Equal(3, site.Site.Ready);
    }

    [Fact]
    public void Hosts_with_equal_settings_share_what_is_made_of_them()
    {
        using var site = new TestSite(Hosts);
        site.Load();
        var servers = site.Site.Options.Configuration.Servers.Select(scope => site.Site[scope]).ToArray();
        Assert.Same(site.Site.Main.KeepAlive(3).ToString(), servers[0].KeepAlive(3).ToString());
        Assert.Equal("timeout=5, max=3", servers[0].KeepAlive(3));
        Assert.Equal("timeout=7, max=3", servers[1].KeepAlive(3));
        Assert.Same(LogConfigModule.LogsOf(site.Site.Main), LogConfigModule.LogsOf(servers[2]));
    }
}
