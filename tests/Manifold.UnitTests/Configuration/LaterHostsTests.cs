using System.Net;
using Manifold.Httpd.Modules;
using Manifold.Httpd.Language;
using Manifold.Httpd.Modules.LogConfig;
using Manifold.Httpd.Site;
using Xunit;

namespace Manifold.UnitTests.Configuration;

/// <summary>Virtual hosts as a child reads them: from a snapshot, each when somebody asks.</summary>
public class LaterHostsTests
{
    private static readonly IPEndPoint s_local = new(IPAddress.Loopback, 80);

    [Fact]
    public void Lines_of_a_host_are_carried_out_once_and_not_before_somebody_asks()
    {
        var child = Child("Note main\n<VirtualHost *>\nServerName a\nNote a\n</VirtualHost>\n<VirtualHost *>\nServerName b\nNote b\n</VirtualHost>", out var notes);
        Assert.Equal(["main"], notes.Taken);
        var host = child.VirtualHosts.Select(s_local, "b");
        Assert.Equal("b", host.Name);
        Assert.Equal(["main"], notes.Taken);
        using var together = new Barrier(4);
        var found = new SettingsBag[4];
        var threads = Enumerable.Range(0, 4).Select(i => new Thread(() =>
        {
            together.SignalAndWait();
            found[i] = host.Settings;
        })).ToArray();
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) thread.Join();
        Assert.All(found, settings => Assert.Same(found[0], settings));
        Assert.Equal(["main", "b"], notes.Taken);
    }

    [Fact]
    public void A_child_sees_of_a_host_what_its_master_saw()
    {
        var files = Reads.With("""
            LoadModule macro_module x
            ServerName main.example
            KeepAliveTimeout 9
            LogFormat "%h" short
            <Macro Host $name $port>
            <VirtualHost 192.0.2.1:$port known.example>
            ServerName https://$name.example:$port
            ServerAlias www.$name.example *.$name.example
            Include hosts/$name.conf
            </VirtualHost>
            </Macro>
            Use Host one 81
            <VirtualHost *>
            Include hosts/two.conf
            </VirtualHost>
            <IfDefine Nobody>
            <VirtualHost *>
            </VirtualHost>
            </IfDefine>
            Use Host three 83
            """, ("/srv/hosts/one.conf", "ServerPath /one\nCustomLog logs/one short\n<Directory /srv/one>\n<Files ~ \"[ab]\">\nForceType text/x\n</Files>\n</Directory>"),
            ("/srv/hosts/two.conf", "KeepAliveTimeout 2\nErrorDocument 404 /gone"), ("/srv/hosts/three.conf", ""));
        var master = Reads.Read(files);
        var child = Again(master);
        Assert.Equal(3, child.Servers.Count);
        for (int i = 0; i < 3; i++)
        {
            var (one, other) = (master.Servers[i], child.Servers[i]);
            Assert.Equal(one.Addresses, other.Addresses);
            Assert.Equal((one.Name, one.Port, one.Scheme, one.Path, one.File, one.Line), (other.Name, other.Port, other.Scheme, other.Path, other.File, other.Line));
            Assert.Equal(one.Aliases, other.Aliases);
            Assert.Equal(one.AddressNames, other.AddressNames);
            Assert.Equal(one.Settings.Get<ConnectionSettings>().KeepAliveTimeout, other.Settings.Get<ConnectionSettings>().KeepAliveTimeout);
            Assert.Equal(one.Settings.Get<LogSettings>().Logs, other.Settings.Get<LogSettings>().Logs);
            Assert.Equal(one.Sections.Select(section => (section.Kind, section.Pattern, section.Nested.Count)), other.Sections.Select(section => (section.Kind, section.Pattern, section.Nested.Count)));
        }
        Assert.Equal(master.VirtualHosts.Groups.Select(group => (group.Address, group.Hosts.Count)), child.VirtualHosts.Groups.Select(group => (group.Address, group.Hosts.Count)));
        foreach (string name in (string[])["one.example", "x.three.example", "known.example", "nobody"])
            Assert.Equal(master.VirtualHosts.Select(new(IPAddress.Parse("192.0.2.7"), 83), name).Line, child.VirtualHosts.Select(new(IPAddress.Parse("192.0.2.7"), 83), name).Line);
    }

    [Fact]
    public void Modules_and_their_order_are_the_masters()
    {
        var master = Reads.Read("LoadModule dir_module x\nLoadModule mpm_worker_module x\nLoadModule alias_module x\nThreadsPerChild 7\nMaxRequestWorkers 14");
        var child = Again(master);
        Assert.Equal(master.Modules.Loaded.Select(module => module.Identifier), child.Modules.Loaded.Select(module => module.Identifier));
        Assert.Equal(("worker", 7), (child.Mpm, child.Sizing.ThreadsPerChild));
        Assert.Equal(Reads.Read("").Modules.Loaded.Select(module => module.Identifier), Again(Reads.Read("")).Modules.Loaded.Select(module => module.Identifier));
    }

    [Theory]
    [InlineData("RegexDefaultOptions ICASE", "RegexDefaultOptions -ICASE")]
    [InlineData("<AuthzProviderAlias env a one>\n</AuthzProviderAlias>", "<AuthzProviderAlias env a two>\n</AuthzProviderAlias>")]
    public void Where_a_line_changes_what_hosts_mean_all_lines_are_carried_out_in_their_order(string before, string after)
    {
        string host = "<VirtualHost *>\nServerName a\nNote a\n</VirtualHost>\n";
        string modules = "LoadModule authz_core_module x\nLoadModule authz_host_module x\n";
        _ = Child($"{modules}{before}\n{host}{after}\n{host}Note main", out var notes);
        Assert.Equal(["a", "a", "main"], notes.Taken);
        _ = Child($"{modules}{before}\n{host}{host}Note main", out notes);
        Assert.Equal(["main"], notes.Taken);
    }

    [Fact]
    public void A_host_knows_its_account()
    {
        var child = Again(Reads.Read("LoadModule mpm_perchild_module x\nUser nobody\nNumServers 3\nChildPerUserID one g 1\nChildPerUserID two g 1\n" +
            "<VirtualHost *>\nAssignUserID two g\n</VirtualHost>\n<VirtualHost *>\nServerName b\n</VirtualHost>"));
        Assert.Equal([2, 0], child.Servers.Select(host => host.Settings.Get<UserSettings>().Number));
    }

    private static ServerConfiguration Again(ServerConfiguration master) =>
        ConfigurationReader.Read(ConfigurationSnapshot.FromBytes(master.Snapshot.ToBytes()), BuiltInModules.Create());

    private static ServerConfiguration Child(string text, out Notes notes)
    {
        ModuleRegistry With(Notes module) => new([.. BuiltInModules.Create().Modules, module]);
        var master = ConfigurationReader.Read(Reads.Inputs, With(new Notes()), new RecordedSurroundings(Reads.With("LoadModule notes_module x\n" + text)));
        return ConfigurationReader.Read(ConfigurationSnapshot.FromBytes(master.Snapshot.ToBytes()), With(notes = new Notes()));
    }

    /// <summary>A module that writes down which of its lines were carried out.</summary>
    private sealed class Notes : Module
    {
        public List<string> Taken { get; } = [];

        public override string Identifier => "notes_module";

        public override string Source => "mod_notes.c";

        protected override IReadOnlyList<Directive> Table() => [new("Note", Arguments.One, Contexts.SV, "word", "", call => Taken.Add(call.Args[0]))];
    }
}
