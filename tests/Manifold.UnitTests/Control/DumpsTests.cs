using Manifold.Httpd.Control;
using Manifold.Httpd.Language;
using Manifold.Httpd.Modules;
using Manifold.UnitTests.Configuration;
using Xunit;

namespace Manifold.UnitTests.Control;

public class DumpsTests
{
    private static (int? Status, string Out, string Error) Run(string line, string text, params (string, string)[] others)
    {
        var options = CommandLine.Parse(line.Split(' '));
        var inputs = Reads.Inputs with { Defines = options.Inputs.Defines };
        var configuration = Reads.Read(Reads.With(text, others), inputs);
        using var stdout = new StringWriter();
        using var stderr = new StringWriter();
        int? status = Dumps.Run(options, configuration, stdout, stderr);
        return (status, stdout.ToString(), stderr.ToString());
    }

    [Fact]
    public void Modules()
    {
        var (status, output, error) = Run("-MT", "LoadModule macro_module x\nLoadModule mpm_prefork_module x");
        Assert.Equal((0, ""), (status, error));
        Assert.StartsWith("Loaded Modules:\n core_module (static)\n so_module (static)\n http_module (static)\n", output, StringComparison.Ordinal);
        Assert.EndsWith("\n macro_module (shared)\n mpm_prefork_module (shared)\n", output, StringComparison.Ordinal);
        Assert.EndsWith(" mpm_event_module (static)\n", Run("-MT", "ServerName x").Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Virtual_hosts_and_settings()
    {
        var (status, output, error) = Run("-ST", """
            DefaultRuntimeDir /var/run/m
            Define NAME value
            User #33
            Group #34
            <VirtualHost *:9100>
            ServerName a.example
            ServerAlias b.example *.c.example
            </VirtualHost>
            <VirtualHost *:9100>
            ServerName b.example
            </VirtualHost>
            <VirtualHost 127.0.0.1:9100>
            ServerName ip.example
            </VirtualHost>
            <VirtualHost *>
            ServerName anyport.example
            </VirtualHost>
            """);
        Assert.Equal((0, ""), (status, error));
        string account = Environment.IsPrivilegedProcess ? "" : " not_used";
        Assert.Equal($$"""
            VirtualHost configuration:
            127.0.0.1:9100         ip.example (/srv/conf/httpd.conf:12)
            *:9100                 is a NameVirtualHost
                     default server a.example (/srv/conf/httpd.conf:5)
                     port 9100 namevhost a.example (/srv/conf/httpd.conf:5)
                             alias b.example
                             wild alias *.c.example
                     port 9100 namevhost b.example (/srv/conf/httpd.conf:9)
            *:*                    anyport.example (/srv/conf/httpd.conf:15)
            ServerRoot: "/srv"
            Main ErrorLog: "/srv/logs/error_log"
            Mutex default: dir="/var/run/m/" mechanism=default{{' '}}
            PidFile: "/var/run/m/httpd.pid"
            Define: DUMP_VHOSTS
            Define: DUMP_RUN_CFG
            Define: NAME=value
            User: name="#33" id=33{{account}}
            Group: name="#34" id=34{{account}}

            """, output);
    }

    [Fact]
    public void Includes() => Assert.Equal((0, """
        Included configuration files:
          (*) /srv/conf/httpd.conf
            (2) /srv/a
              (1) /srv/b
            (3) /srv/b

        """, ""), Run("-T -D DUMP_INCLUDES", "ServerName x\nInclude a\nInclude b", ("/srv/a", "Include b"), ("/srv/b", "Define X")));

    [Fact]
    public void Config() => Assert.Equal((0, """
        # In file: /srv/conf/httpd.conf
        #   2:
        <VirtualHost *:80>
        #   4:
          ServerName a.example
        # In file: /srv/a
        #   1:
          KeepAlive off
        </VirtualHost>

        """, "Syntax OK\n"), Run("-tT -D DUMP_CONFIG",
            "Define X a\n<VirtualHost *:80>\n<IfDefine X>\nServerName ${X}.example\n</IfDefine>\nInclude a\n</VirtualHost>", ("/srv/a", "KeepAlive off")));

    [Fact]
    public void Syntax_OK_goes_to_standard_error() => Assert.Equal((0, "", "Syntax OK\n"), Run("-t", "ServerName x\nErrorLog /dev/null"));

    [Fact]
    public void A_missing_log_directory_is_found()
    {
        var (status, _, error) = Run("-t", "ErrorLog /nowhere/at/all/log");
        Assert.Equal(1, status);
        Assert.StartsWith("AH02291: Cannot access directory '/nowhere/at/all/' for log file", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_asked_means_a_server() => Assert.Equal((null, "", ""), Run("-k start", "ServerName x"));

    [Theory]
    [InlineData("prefork", "no")]
    [InlineData("event", "yes (fixed thread count)")]
    public void Settings(string mpm, string threaded) =>
        Assert.Contains($"\nServer MPM:     {mpm}\n  threaded:     {threaded}\n    forked:     yes (variable process count)\nServer compiled with....\n",
            Run("-V", $"LoadModule mpm_{mpm}_module x").Out, StringComparison.Ordinal);

    [Fact]
    public void Directives_are_listed_with_their_module()
    {
        string output = Run("-L", "ServerName x").Out;
        Assert.Contains("Listen (core.c)\n\ta port, or address:port, and a protocol\n\tAllowed in *.conf only outside", output, StringComparison.Ordinal);
        Assert.Contains("only outside <Directory>, <Files>, <Location>, or <If>\nListen", output, StringComparison.Ordinal);
        Assert.Contains("\tAllowed in *.conf anywhere and in .htaccess\n\twhen AllowOverride includes FileInfo\n", output, StringComparison.Ordinal);
        Assert.Contains("\tAllowed in *.conf anywhere and in .htaccess\n\twhen AllowOverride isn't None\n", output, StringComparison.Ordinal);
        Assert.Contains("<VirtualHost (core.c)\n", output, StringComparison.Ordinal);
        Assert.Contains("ThreadsPerChild (event.c)\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Version_and_static_modules_need_no_configuration()
    {
        using var stdout = new StringWriter();
        Assert.Equal(0, Dumps.Run(CommandLine.Parse(["-v"]), BuiltInModules.Create(), stdout, stdout));
        Assert.Equal(0, Dumps.Run(CommandLine.Parse(["-l"]), BuiltInModules.Create(), stdout, stdout));
        Assert.StartsWith("Server version: Manifold/0.1.0 (Unix)\nServer built:   ", stdout.ToString(), StringComparison.Ordinal);
        Assert.Contains("Compiled in modules:\n  core.c\n  mod_so.c\n  http_core.c\n  mod_version.c\n  mod_unixd.c\n", stdout.ToString(), StringComparison.Ordinal);
        Assert.Null(Dumps.Run(CommandLine.Parse([]), BuiltInModules.Create(), stdout, stdout));
    }

    [Fact]
    public void The_reference_page_has_every_directive()
    {
        var registry = BuiltInModules.Create();
        string page = ReferencePage.Write(registry);
        Assert.Contains("| `<VirtualHost addr[:port] ...>` | S |  | directives for some addresses and names |\n", page, StringComparison.Ordinal);
        foreach (var directive in registry.Modules.SelectMany(module => module.Directives))
        {
            Assert.Contains($"{directive.Name} ", page, StringComparison.Ordinal);
            Assert.False(directive.Help.Length == 0, directive.Name);
            Assert.True(directive.Syntax.Length > 0 || directive.Arguments == Arguments.None, directive.Name);
        }
    }
}
