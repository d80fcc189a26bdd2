using Manifold.Httpd.Language;
using Manifold.Httpd.Language.Unknown;
using Xunit;

namespace Manifold.UnitTests.Configuration;

/// <summary>What is said about names that the server does not know, and about rules that are skipped.</summary>
public class UnknownNamesTests
{
    [Theory]
    [InlineData("DocumentRot /x", "perhaps misspelled; did you mean 'DocumentRoot'?")]
    [InlineData("Servername a\nLsiten 80", "perhaps misspelled; did you mean 'Listen'?")]
    [InlineData("RewritEngine on", "perhaps misspelled; did you mean 'RewriteEngine'")]
    [InlineData("Completely Other", "perhaps misspelled; no module of this server or of httpd has it")]
    [InlineData("RequestReadTimeout header=20", "its module is not loaded: LoadModule reqtimeout_module modules/mod_reqtimeout.so")]
    [InlineData("MinSpareServers 3", "it belongs to mpm_prefork_module, and the MPM of this configuration is event")]
    [InlineData("SecRuleEngine On", "it belongs to mod_security2, which is not part of this server")]
    [InlineData("<Listen 80>\n</Listen>", "it is not a section: write Listen without brackets")]
    [InlineData("Directory /x", "it is a section: write <Directory ...> and </Directory>")]
    [InlineData("<Directry /x>\n</Directry>", "perhaps misspelled; did you mean '<Directory'?")]
    public void Each_unknown_directive_is_told_what_it_is(string text, string expected) => Assert.Contains(expected, Reads.Error(text), StringComparison.Ordinal);

    /// <summary>Of httpd's modules that are not part of the server, one that will hardly ever be.</summary>
    [Fact]
    public void What_httpd_has_and_the_server_not_is_not_called_misspelled()
    {
        string error = Reads.Error("ServerName x\nMetaFiles on");
        Assert.Equal("AH00526: Syntax error on line 2 of /srv/conf/httpd.conf:\nInvalid command 'MetaFiles', it belongs to mod_cern_meta, which is not part of this " +
            "server: remove it, or put it into <IfModule mod_cern_meta.c>", error);
        Assert.Equal("manifold: Syntax error on line 1 of /srv/conf/httpd.conf: Cannot load cern_meta_module: mod_cern_meta is not part of this server: remove it, or " +
            "put it into <IfModule mod_cern_meta.c>", Reads.Error("LoadModule cern_meta_module x"));
    }

    [Theory]
    [InlineData("LoadModule alais_module x", "there is no such module; did you mean alias_module?")]
    [InlineData("LoadModule php7_module x", "this server has no module of that name, nor has httpd")]
    public void Modules_that_do_not_exist(string text, string expected) => Assert.Contains(expected, Reads.Error(text), StringComparison.Ordinal);

    [Fact]
    public void All_errors_are_told_at_once_in_their_order()
    {
        string error = Reads.Error("LoadModule cern_meta_module x\nInclude more\n<Directory /x>\nNonsens on\nMetaFiles on\n</Directory>\nKeepAlive maybe\n<VirtualHost *:80>\nBogus\n</VirtualHost>",
            ("/srv/more", "\nOther thing"));
        string[] places = [.. error.Split('\n').Where(line => line.Contains("Syntax error", StringComparison.Ordinal)).Select(line => line[line.IndexOf("on line", StringComparison.Ordinal)..].Split(": ")[0])];
        Assert.Equal(["on line 1 of /srv/conf/httpd.conf", "on line 2 of /srv/more:", "on line 4 of /srv/conf/httpd.conf:", "on line 5 of /srv/conf/httpd.conf:",
            "on line 7 of /srv/conf/httpd.conf:", "on line 9 of /srv/conf/httpd.conf:"], places);
    }

    [Fact]
    public void Errors_before_one_that_ends_the_reading_are_told_too() =>
        Assert.Equal(2, Reads.Error("LoadModule cern_meta_module x\n<Directory />").Split('\n').Length);

    /// <summary>Whoever tries the server without a file learns how to name one.</summary>
    [Fact]
    public void A_main_file_that_is_not_there_says_how_to_name_another() => Assert.Equal(
        "manifold: Could not open configuration file /srv/conf/other.conf: No such file or directory (-d names the directory that has conf/httpd.conf, -f another file)",
        Assert.Throws<ConfigurationException>(() => Reads.Read(Reads.With(""), Reads.Inputs with { File = "conf/other.conf" })).Message);

    [Fact]
    public void There_is_an_end_of_errors()
    {
        string error = Reads.Error(string.Concat(Enumerable.Repeat("Nonsense\n", 5000)));
        Assert.EndsWith("There are 200 errors; what follows is not read.", error, StringComparison.Ordinal);
        Assert.Equal(401, error.Split('\n').Length);
    }

    [Fact]
    public void Names_that_are_very_long_are_not_compared() =>
        Assert.Contains("perhaps misspelled", Reads.Error(new string('x', 1_000_000)), StringComparison.Ordinal);

    [Theory]
    [InlineData("listen", "Listen", 0)]
    [InlineData("lisen", "listen", 1)]
    [InlineData("lsiten", "listen", 1)]
    [InlineData("listenn", "listen", 1)]
    [InlineData("", "abc", 3)]
    public void Distances(string from, string to, int expected) => Assert.Equal(expected, Nearest.Distance(from.ToLowerInvariant(), to.ToLowerInvariant()));

    [Fact]
    public void Rules_of_an_absent_module_are_warned_of()
    {
        var configuration = Reads.Read("ServerName x\n<IfModule mod_cern_meta.c>\nOrder deny,allow\n<Limit GET>\nDeny from all\n</Limit>\nMetaFiles on\n</IfModule>");
        Assert.Equal(["<IfModule mod_cern_meta.c> on line 2 of /srv/conf/httpd.conf is skipped, mod_cern_meta.c is not part of this server: no effect have Order on line 3, Deny on line 5"],
            configuration.Warnings);
    }

    [Theory]
    [InlineData("<IfModule mod_rewrite_x.c>\nRewriteRule ^x - [L,F]\n</IfModule>", "there is no module mod_rewrite_x.c: no effect have RewriteRule on line 2")]
    [InlineData("<IfModule authz_core_module>\n\nRequire all denied\n</IfModule>", "authz_core_module is not loaded: no effect have Require on line 3")]
    [InlineData("<IfModule mod_nope.c>\nRedirectMatch 404 /\\.git\n</IfModule>", "no effect have RedirectMatch on line 2")]
    [InlineData("<IfModule mod_nope.c>\n<IfModule mod_other.c>\nAuthType Basic\n</IfModule>\n</IfModule>", "no effect have AuthType on line 3")]
    [InlineData("<IfModule security2_module>\nSecRule a b\nSecRuleEngine On\n</IfModule>", "no effect have SecRule on line 2, SecRuleEngine on line 3")]
    [InlineData("<IfDirective Nope>\nRequire all denied\n</IfDirective>", "this server does not know Nope: no effect have Require on line 2")]
    [InlineData("<IfModule x.c>\nDeny a\nDeny a\nDeny a\nDeny a\nDeny a\nDeny a\nDeny a\n</IfModule>", "Deny on line 6 and 2 more")]
    public void What_protects(string text, string expected) => Assert.Contains(expected, Assert.Single(Reads.Read(text + "\nServerName x").Warnings), StringComparison.Ordinal);

    [Theory]
    [InlineData("<IfModule !core.c>\nRequire all denied\n</IfModule>")]
    [InlineData("<IfVersion < 2.4>\nDeny from all\n</IfVersion>")]
    [InlineData("<IfModule mod_nope.c>\nRewriteRule ^a b [L]\nOptions None\nRedirect /a /b\n</IfModule>")]
    [InlineData("<IfModule core.c>\n<IfModule !core.c>\nDeny from all\n</IfModule>\n</IfModule>")]
    public void What_needs_no_word(string text)
    {
        var configuration = Reads.Read(text + "\nServerName x");
        Assert.Empty(configuration.Warnings);
        Assert.Empty(configuration.Remarks);
    }

    /// <summary>Who does not define a name means what is skipped then: only -t says so.</summary>
    [Theory]
    [InlineData("<IfDefine Strict>\nRequire all denied\n</IfDefine>", "<IfDefine Strict> on line 1 of /srv/conf/httpd.conf is skipped, Strict is not defined: no effect have Require on line 2")]
    [InlineData("<IfFile /nowhere>\nRequire all denied\n</IfFile>", "<IfFile /nowhere> on line 1 of /srv/conf/httpd.conf is skipped, /nowhere is not there: no effect have Require on line 2")]
    public void What_is_skipped_on_purpose(string text, string expected)
    {
        var configuration = Reads.Read(text + "\nServerName x");
        Assert.Empty(configuration.Warnings);
        Assert.Equal([expected], configuration.Remarks);
    }
}
