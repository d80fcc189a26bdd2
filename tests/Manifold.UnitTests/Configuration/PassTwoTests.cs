using Manifold.Httpd.Language;
using Manifold.Httpd.Site;
using Xunit;

namespace Manifold.UnitTests.Configuration;

public class PassTwoTests
{
    [Theory]
    [InlineData("ServerRoot\nNope", "manifold: Syntax error on line 1 of /srv/conf/httpd.conf: ServerRoot takes one argument, directory at which relative paths begin")]
    [InlineData("\nKeepAlive maybe", "AH00526: Syntax error on line 2 of /srv/conf/httpd.conf:\nKeepAlive must be On or Off")]
    [InlineData("KeepAlive", "AH00526: Syntax error on line 1 of /srv/conf/httpd.conf:\nKeepAlive must be On or Off")]
    [InlineData("PidFile", "AH00526: Syntax error on line 1 of /srv/conf/httpd.conf:\nPidFile takes one argument, file for the process id of the master")]
    [InlineData("PidFile \"\"", "AH00526: Syntax error on line 1 of /srv/conf/httpd.conf:\nPidFile takes one argument, file for the process id of the master")]
    [InlineData("PidFile a # b", "AH00526: Syntax error on line 1 of /srv/conf/httpd.conf:\nPidFile takes one argument, file for the process id of the master; a comment needs a line of its own")]
    [InlineData("Listen", "AH00526: Syntax error on line 1 of /srv/conf/httpd.conf:\nListen takes 1-2 arguments, a port, or address:port, and a protocol")]
    [InlineData("LogLevel", "AH00526: Syntax error on line 1 of /srv/conf/httpd.conf:\nLogLevel requires at least one argument, how much the error log says")]
    [InlineData("AcceptFilter x", "AH00526: Syntax error on line 1 of /srv/conf/httpd.conf:\nAcceptFilter takes two arguments, accepted without effect: the MPM decides how the first bytes are waited for")]
    [InlineData("ServerAlias x", "AH00526: Syntax error on line 1 of /srv/conf/httpd.conf:\nServerAlias only used in <VirtualHost>")]
    [InlineData("<VirtualHost *:80>\nListen 80\n</VirtualHost>", "AH00526: Syntax error on line 2 of /srv/conf/httpd.conf:\nListen cannot occur within <VirtualHost> section")]
    [InlineData("<Directory />\nListen 80\n</Directory>", "AH00526: Syntax error on line 2 of /srv/conf/httpd.conf:\nListen not allowed in <Directory> context")]
    [InlineData("<Directory />\n<Directory /x>\n</Directory>\n</Directory>", "AH00526: Syntax error on line 2 of /srv/conf/httpd.conf:\n<Directory not allowed in <Directory> context")]
    [InlineData("<VirtualHost *>\n<VirtualHost *>\n</VirtualHost>\n</VirtualHost>", "AH00526: Syntax error on line 2 of /srv/conf/httpd.conf:\n<VirtualHost> cannot occur within <VirtualHost> section")]
    [InlineData("<Location />\n<Files x>\n</Files>\n</Location>", "AH00526: Syntax error on line 2 of /srv/conf/httpd.conf:\n<Files> cannot occur within <Location> section")]
    [InlineData("<Directory />\n<Location /x>\n</Location>\n</Directory>", "AH00526: Syntax error on line 2 of /srv/conf/httpd.conf:\n<Location not allowed in <Directory> context")]
    [InlineData("<Directory /\n</Directory>", "AH00526: Syntax error on line 1 of /srv/conf/httpd.conf:\n<Directory> directive missing closing '>'")]
    [InlineData("<Directory>\n</Directory>", "AH00526: Syntax error on line 1 of /srv/conf/httpd.conf:\n<Directory> directive requires additional arguments")]
    [InlineData("<Directory a b>\n</Directory>", "AH00526: Syntax error on line 1 of /srv/conf/httpd.conf:\nMultiple <Directory> arguments not supported")]
    [InlineData("<VirtualHost *:99999>\n</VirtualHost>", "AH00526: Syntax error on line 1 of /srv/conf/httpd.conf:\nInvalid port '99999', it must be 1 to 65535 in <VirtualHost *:99999>")]
    [InlineData("LogLevel loud", "AH00526: Syntax error on line 1 of /srv/conf/httpd.conf:\nLog level keyword must be one of emerg/alert/crit/error/warn/notice/info/debug/trace1/.../trace8")]
    [InlineData("LogLevel nope:warn", "AH00526: Syntax error on line 1 of /srv/conf/httpd.conf:\nCannot find module nope")]
    [InlineData("LogLevel 3", "AH00526: Syntax error on line 1 of /srv/conf/httpd.conf:\nLog level keyword must be one of emerg/alert/crit/error/warn/notice/info/debug/trace1/.../trace8")]
    [InlineData("KeepAliveTimeout 5x", "AH00526: Syntax error on line 1 of /srv/conf/httpd.conf:\nKeepAliveTimeout has wrong format")]
    [InlineData("Listen 80\nListen 80", "AH00526: Syntax error on line 2 of /srv/conf/httpd.conf:\nCannot define multiple Listeners on the same IP:port (80)")]
    [InlineData("Listen 0", "AH00526: Syntax error on line 1 of /srv/conf/httpd.conf:\nListen 0: Port must be specified")]
    [InlineData("Listen a.example:80", "AH00526: Syntax error on line 1 of /srv/conf/httpd.conf:\nListen a.example:80: Could not resolve host name a.example")]
    [InlineData("SendBufferSize 100", "AH00526: Syntax error on line 1 of /srv/conf/httpd.conf:\nSendBufferSize must be >= 512 bytes, or 0 for system default.")]
    [InlineData("LimitRequestLine -1", "AH00526: Syntax error on line 1 of /srv/conf/httpd.conf:\nLimitRequestLine \"-1\" must be a non-negative integer")]
    [InlineData("Mutex none mpm-accept", "AH00526: Syntax error on line 1 of /srv/conf/httpd.conf:\nMutex none cannot be used for mpm-accept")]
    [InlineData("Error \"no way\"", "AH00526: Syntax error on line 1 of /srv/conf/httpd.conf:\nno way")]
    [InlineData("MinSpareServers 3", "AH00526: Syntax error on line 1 of /srv/conf/httpd.conf:\nInvalid command 'MinSpareServers', it belongs to mpm_prefork_module, and the MPM of this configuration is event")]
    [InlineData("<Nope x>\n</Nope>", "AH00526: Syntax error on line 1 of /srv/conf/httpd.conf:\nInvalid command '<Nope', perhaps misspelled; no module of this server or of httpd has it")]
    [InlineData("RequestReadTimeout header=20", "AH00526: Syntax error on line 1 of /srv/conf/httpd.conf:\nInvalid command 'RequestReadTimeout', its module is not loaded: LoadModule reqtimeout_module modules/mod_reqtimeout.so")]
    public void Errors(string text, string expected) => Assert.Equal(expected, Reads.Error(text));

    [Fact]
    public void A_broken_pattern_is_found_when_reading() =>
        Assert.StartsWith("AH00526: Syntax error on line 1 of /srv/conf/httpd.conf:\nRegex could not be compiled: ",
            Reads.Error("<FilesMatch \"(\">\n</FilesMatch>"), StringComparison.Ordinal);

    [Fact]
    public void A_continued_directive_is_named_by_its_last_line() =>
        Assert.StartsWith("AH00526: Syntax error on line 3 of", Reads.Error("PidFile \\\na \\\nb"), StringComparison.Ordinal);

    [Fact]
    public void Warnings_travel_with_the_error() =>
        Assert.Equal(["AH00111: Config variable ${X} is not defined"],
            Assert.Throws<ConfigurationException>(() => Reads.Read("PidFile ${X}\nNope")).Warnings);

    [Fact]
    public void Directives_without_effect_say_so()
    {
        var configuration = Reads.Read("ServerName a.b\nMaxMemFree 10\nNameVirtualHost *:80\nScoreBoardFile x\nTimeout abc\nLoadFile x");
        Assert.Equal(5, configuration.Warnings.Count);
        Assert.Contains("Timeout on line 5 of /srv/conf/httpd.conf: 'abc' is not a number, taken as 0",
            configuration.Warnings, StringComparer.OrdinalIgnoreCase);
        Assert.Contains("MaxMemFree on line 2 of /srv/conf/httpd.conf has no effect: the .NET garbage collector decides what to give back",
            configuration.Warnings);
    }

    /// <summary>Modules that do nothing here load, with their directives, and say so.</summary>
    [Fact]
    public void Caches_of_sessions_load_and_have_no_effect()
    {
        var configuration = Reads.Read("ServerName a.b\nLoadModule socache_shmcb_module x\nLoadModule socache_redis_module x\nRedisTimeout 5\n<IfModule mod_socache_shmcb.c>\nDefine A\n</IfModule>");
        Assert.Equal("A", configuration.Defines());
        Assert.Equal(["LoadModule socache_shmcb_module on line 2 of /srv/conf/httpd.conf has no effect: each child remembers its own TLS sessions",
            "LoadModule socache_redis_module on line 3 of /srv/conf/httpd.conf has no effect: each child remembers its own TLS sessions",
            "RedisTimeout on line 4 of /srv/conf/httpd.conf has no effect: each child remembers its own TLS sessions"], configuration.Warnings);
    }

    [Theory]
    [InlineData("data", "has no effect: the MPM decides how the first bytes are waited for")]
    [InlineData("connect", "has no effect: the MPM decides how the first bytes are waited for")]
    [InlineData("none", "has no effect: the MPM decides how the first bytes are waited for")]
    [InlineData("nonsense", "'nonsense' is no accept filter; data, connect and none are")]
    public void Accept_filters_are_known_and_do_nothing(string filter, string said) =>
        Assert.Contains(said, Assert.Single(Reads.Read($"ServerName a.b\nAcceptFilter http {filter}").Warnings), StringComparison.Ordinal);

    [Fact]
    public void Sections_nest_and_belong_to_their_server()
    {
        var configuration = Reads.Read("""
            <Directory /srv/www/>
                <FilesMatch "^\.ht">
                </FilesMatch>
            </Directory>
            <Directory ~ "/x$">
            </Directory>
            <VirtualHost *:80>
                <Location "/a b">
                    LogLevel debug
                </Location>
            </VirtualHost>
            """);
        Assert.Equal(["/srv/www", "/x$"], configuration.Main.Sections.Select(section => section.Pattern));
        Assert.Equal(SectionKind.DirectoryMatch, configuration.Main.Sections[1].Kind);
        Assert.True(configuration.Main.Sections[0].Nested[0].Expression!.IsMatch(".htaccess"));
        Assert.Equal("/a b", Assert.Single(configuration.Servers[0].Sections).Pattern);
    }
}
