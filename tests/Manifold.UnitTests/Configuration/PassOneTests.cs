using Manifold.Httpd.Language;
using Xunit;

namespace Manifold.UnitTests.Configuration;

public class PassOneTests
{
    [Theory]
    [InlineData("Define A 1\nDefine B ${A}2\nDefine C \"${B} ${B}\"", "A=1 B=12 C=12 12")]
    [InlineData("Define A \"x y\"\nDefine B ${A}", "A=x y", true)]
    [InlineData("Define A 1\nUnDefine A\nDefine B", "B")]
    [InlineData("Define A $B${}$", "A=$B${}$")]
    [InlineData("Define P ${path}", "P=/bin")]
    [InlineData("Define path mine\nDefine P ${path}", "path=mine P=mine")]
    [InlineData("Define A ${m:key}", "A=${m:key}")]
    [InlineData("Define D Define\n${D} X 1", "D=Define X=1")]
    [InlineData("Define A '${A'", "A=${A")]
    [InlineData("<IfDefine X>\nDefine A\n</IfDefine>\n<IfDefine !X>\nDefine B\n</IfDefine>", "B")]
    [InlineData("<IfModule core.c>\nDefine A\n</IfModule>\n<IfModule !core_module>\nDefine B\n</IfModule>", "A")]
    [InlineData("<IfModule CORE.C>\nDefine A\n</IfModule>", "")]
    [InlineData("<IfModule event.c>\nDefine A\n</IfModule>\n<IfModule prefork.c>\nDefine B\n</IfModule>", "A")]
    [InlineData("LoadModule mpm_prefork_module x.so\n<IfModule prefork.c>\nDefine B\n</IfModule>\n<ifmodule event.c>\nDefine C\n</IFMODULE>", "B")]
    [InlineData("<IfModule macro_module>\nDefine A\n</IfModule>\nLoadModule macro_module m\n<IfModule mod_macro.c>\nDefine B\n</IfModule>", "B")]
    [InlineData("<IfFile conf/httpd.conf>\nDefine A\n</IfFile>\n<IfFile \"!/nowhere\">\nDefine B\n</IfFile>", "A")]
    [InlineData("<IfDirective listen>\nDefine A\n</IfDirective>\n<IfDirective Nonesuch>\nDefine B\n</IfDirective>", "A")]
    [InlineData("<IfSection VirtualHost>\nDefine A\n</IfSection>\n<IfSection !Proxy>\nDefine B\n</IfSection>", "A B")]
    [InlineData("<IfVersion >= 2.4>\nDefine A\n</IfVersion>\n<IfVersion < 2.4.10>\nDefine B\n</IfVersion>", "A")]
    [InlineData("<IfVersion !> 2.5>\nDefine A\n</IfVersion>\n<IfVersion ~ ^2\\.4>\nDefine B\n</IfVersion>", "A B")]
    [InlineData("<IfVersion = /^2.2/>\nDefine A\n</IfVersion>\n<IfVersion 2.4.71>\nDefine B\n</IfVersion>", "B")]
    [InlineData("<IfDefine X>\n<IfDefine Y>\n<Nonsense ${no}>\n</Nonsense>\n</IfDefine>\nDefine A\n</IfDefine>\nDefine B", "B")]
    [InlineData("<IfDefine !X>\n<IfDefine !Y>\nDefine A\n</IfDefine>\nDefine B\n</IfDefine>", "A B")]
    public void Read_time_directives_act_in_text_order(string text, string expected, bool fails = false)
    {
        var files = Reads.With(text);
        files.Variables["path"] = "/bin";
        if (fails)
        {
            Assert.Throws<ConfigurationException>(() => Reads.Read(files).Defines());
            return;
        }
        Assert.Equal(expected, Reads.Read(files).Defines());
    }

    [Fact]
    public void Command_line_defines_come_first_and_can_be_removed()
    {
        var files = Reads.With("Define C 1\nUnDefine B");
        Assert.Equal("A C=1", Reads.Read(files, Reads.Inputs with { Defines = ["A", "B"] }).Defines());
    }

    [Fact]
    public void Command_line_directives_surround_the_files()
    {
        var files = Reads.With("Define F ${B}\n");
        var inputs = Reads.Inputs with { Before = ["Define B 1"], After = ["Define A ${F}", "Nonesuch"] };
        var error = Assert.Throws<ConfigurationException>(() => Reads.Read(files, inputs));
        Assert.StartsWith("AH00526: Syntax error on line 2 of -c/-C directives:\nInvalid command 'Nonesuch',", error.Message, StringComparison.Ordinal);
        Assert.Equal("B=1 F=1 A=1", Reads.Read(files, inputs with { After = ["Define A ${F}"] }).Defines());
        error = Assert.Throws<ConfigurationException>(() => Reads.Read(files, inputs with { After = ["Define"] }));
        Assert.StartsWith("AH00526: Syntax error on line 1 of -c/-C directives:\nDefine takes 1-2 arguments, ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Unknown_variables_stay_and_warn_unless_skipped()
    {
        var configuration = Reads.Read("Define A ${nope}\n<IfDefine X>\nDefine B ${skipped}\n</IfDefine>\nServerName a.example");
        Assert.Equal(["AH00111: Config variable ${nope} is not defined"], configuration.Warnings);
    }

    [Fact]
    public void Includes_take_names_in_byte_order()
    {
        var configuration = Reads.Read("Define L s\nInclude conf/*.inc\nIncludeOptional none/*.conf\nIncludeOptional missing.conf\nInclude d\nInclude s/*/x.conf",
            ("/srv/conf/b.inc", "Define L ${L}b"), ("/srv/conf/a.inc", "Define L ${L}a"), ("/srv/conf/.h.inc", "Define L ${L}h"),
            ("/srv/conf/B.inc", "Define L ${L}B"), ("/srv/d/2", "Define L ${L}2"), ("/srv/d/1/y", "Define L ${L}1"),
            ("/srv/s/p/x.conf", "Define L ${L}p"), ("/srv/s/q/x.conf", "Define L ${L}q"), ("/srv/s/file", "Nonsense"));
        Assert.Equal("L=sBab12pq", configuration.Defines());
        Assert.Equal(["/srv/conf/B.inc", "/srv/conf/a.inc", "/srv/conf/b.inc", "/srv/d/1/y", "/srv/d/2", "/srv/s/p/x.conf", "/srv/s/q/x.conf"],
            configuration.Includes.Included.Select(file => file.Path));
        Assert.Equal([2, 2, 2, 5, 5, 6, 6], configuration.Includes.Included.Select(file => file.Line));
    }

    [Fact]
    public void ServerRoot_holds_from_its_line_on()
    {
        var configuration = Reads.Read("Include a\nServerRoot /other\nInclude a\nPidFile run/pid\nErrorLog log", ("/srv/a", "Define A"), ("/other/a", "Define B"));
        Assert.Equal("A B", configuration.Defines());
        Assert.Equal("/other/log", configuration.ErrorLog.Target);
        Assert.Equal("/other/run/pid", configuration.ToOptions().PidFile);
    }

    [Theory]
    [InlineData("\nInclude nope", "manifold: Syntax error on line 2 of /srv/conf/httpd.conf: Could not open configuration file /srv/nope: No such file or directory")]
    [InlineData("Include conf/*.x", "manifold: Syntax error on line 1 of /srv/conf/httpd.conf: Include/IncludeOptional: No matches for the wildcard '*.x' in '/srv/conf', failing")]
    [InlineData("Include no/*.x", "manifold: Syntax error on line 1 of /srv/conf/httpd.conf: Include/IncludeOptional: Could not open directory /srv/no: No such file or directory")]
    [InlineData("Include bad", "manifold: Syntax error on line 1 of /srv/conf/httpd.conf: Syntax error on line 2 of /srv/bad: </Files> without matching <Files> section")]
    [InlineData("<Files x>\nInclude bad", "manifold: Syntax error on line 2 of /srv/conf/httpd.conf: Syntax error on line 2 of /srv/bad: </Files> without matching <Files> section")]
    [InlineData("Include open\n</Files>", "manifold: Syntax error on line 1 of /srv/conf/httpd.conf: Syntax error on line 1 of /srv/open: /srv/open:1: <Files> was not closed.")]
    [InlineData("<Directory />\n<Files x>\n", "manifold: Syntax error on line 2 of /srv/conf/httpd.conf: /srv/conf/httpd.conf:2: <Files> was not closed.\n/srv/conf/httpd.conf:1: <Directory> was not closed.")]
    [InlineData("<IfDefine X>\n", "manifold: Syntax error on line 1 of /srv/conf/httpd.conf: /srv/conf/httpd.conf:1: <IfDefine> was not closed.")]
    [InlineData("<Files x>\n</Directory>", "manifold: Syntax error on line 2 of /srv/conf/httpd.conf: Expected </Files> but saw </Directory>")]
    [InlineData("<Files x>\n</Files", "manifold: Syntax error on line 2 of /srv/conf/httpd.conf: </Files> directive missing closing '>'")]
    [InlineData("<IfModule x\n</IfModule>", "manifold: Syntax error on line 1 of /srv/conf/httpd.conf: <IfModule> directive missing closing '>'")]
    [InlineData("<IfModule>\n</IfModule>", "manifold: Syntax error on line 1 of /srv/conf/httpd.conf: <IfModule> directive requires additional arguments")]
    [InlineData("Define a:b", "manifold: Syntax error on line 1 of /srv/conf/httpd.conf: Define: a name must not contain ':'")]
    [InlineData("<IfVersion ? 2>\n</IfVersion>", "manifold: Syntax error on line 1 of /srv/conf/httpd.conf: <IfVersion>: unrecognized operator '?'")]
    [InlineData("ServerRoot /nope", "manifold: Syntax error on line 1 of /srv/conf/httpd.conf: ServerRoot must be a valid directory, /nope is not")]
    [InlineData("LoadModule mpm_event_module x\nLoadModule mpm_worker_module x", "AH00534: manifold: Configuration error: More than one MPM loaded: mpm_event_module, and mpm_worker_module on line 2 of /srv/conf/httpd.conf.")]
    [InlineData("Bogus\nInclude nope", "manifold: Syntax error on line 2 of /srv/conf/httpd.conf: Could not open configuration file /srv/nope: No such file or directory")]
    public void Errors_name_every_file_on_the_way(string text, string expected) =>
        Assert.Equal(expected, Reads.Error(text, ("/srv/bad", "\n</Files>"), ("/srv/open", "<Files x>")));

    [Fact]
    public void A_module_that_does_not_exist_is_named()
    {
        string error = Reads.Error("\nLoadModule php_module modules/x.so");
        Assert.StartsWith("manifold: Syntax error on line 2 of /srv/conf/httpd.conf: Cannot load php_module: ", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_module_loaded_twice_is_a_warning()
    {
        var configuration = Reads.Read("ServerName a.b\nLoadModule macro_module x\nLoadModule macro_module x");
        Assert.Equal(["AH01574: module macro_module is already loaded, skipping"], configuration.Warnings);
    }

    /// <summary>Red Hat's httpd has these in files, Debian's has not: configurations of both are taken.</summary>
    [Fact]
    public void What_is_built_in_may_be_named_once()
    {
        string all = string.Concat(((string[])["log_config", "logio", "unixd", "version"]).Select(name => $"LoadModule {name}_module x\n"));
        Assert.Empty(Reads.Read("ServerName a.b\n" + all).Warnings);
        Assert.Equal(["AH01574: module logio_module is already loaded, skipping"], Reads.Read($"ServerName a.b\n{all}LoadModule logio_module x").Warnings);
        Assert.Equal(["LoadModule watchdog_module on line 2 of /srv/conf/httpd.conf has no effect: no module here has it call something from time to time"], Reads.Read("ServerName a.b\nLoadModule watchdog_module x").Warnings);
    }

    [Theory]
    [InlineData("core")]
    [InlineData("http")]
    [InlineData("so")]
    public void What_every_httpd_has_built_in_cannot_be_loaded(string name) => Assert.Equal(
        $"manifold: Syntax error on line 1 of /srv/conf/httpd.conf: module {name}_module is built-in and can't be loaded", Reads.Error($"LoadModule {name}_module modules/mod_{name}.so"));

    [Fact]
    public void A_file_that_includes_itself_ends_at_the_limit()
    {
        string error = Reads.Error("Include conf/httpd.conf");
        Assert.Contains("128 levels deep", error, StringComparison.Ordinal);
        Assert.Equal(129, error.Split("Syntax error on line").Length);
    }

    [Theory]
    [InlineData("<Macro M $a $ab>\nDefine $a-$ab ${V}\n</Macro>\nDefine V 1\nUse M x y\nuse m p \"q r\"", null)]
    [InlineData("<Macro M $a $ab>\nDefine $a-$ab ${V}\n</Macro>\nDefine V 1\nUse M x y", "V=1 x-y=1")]
    [InlineData("<Macro In $x>\nDefine $x\n</Macro>\n<Macro Out $x>\nUse In $x1\nUse In $x2\n</Macro>\nUse Out v", "v1 v2")]
    [InlineData("<Macro A>\n<IfDefine !X>\nDefine Y\n</IfDefine>\n</Macro>\nUse A", "Y")]
    public void Macros_expand_in_place(string text, string? expected)
    {
        text = "LoadModule macro_module x\n" + text;
        if (expected is null) Assert.Contains("Define takes 1-2 arguments", Reads.Error(text), StringComparison.Ordinal);
        else Assert.Equal(expected, Reads.Read(text).Defines());
    }

    [Theory]
    [InlineData("Use M", "manifold: Syntax error on line 2 of /srv/conf/httpd.conf: macro 'M' is not defined")]
    [InlineData("<Macro M $a>\n</Macro>\nUse M", "manifold: Syntax error on line 4 of /srv/conf/httpd.conf: macro 'M' (defined on line 2 of \"/srv/conf/httpd.conf\") used with 0 arguments instead of 1")]
    [InlineData("<Macro M>\nUse M\n</Macro>\nUse M", "manifold: Syntax error on line 5 of /srv/conf/httpd.conf: Syntax error on line 1 of macro 'M' (defined on line 2 of \"/srv/conf/httpd.conf\") used on line 5 of \"/srv/conf/httpd.conf\": recursive use of macro 'M' is not possible")]
    [InlineData("<Macro M>\nServerName x y\n</Macro>\nUse M", "AH00526: Syntax error on line 1 of macro 'M' (defined on line 2 of \"/srv/conf/httpd.conf\") used on line 5 of \"/srv/conf/httpd.conf\":\nServerName takes one argument, name and port of the server")]
    public void Macro_mistakes(string text, string expected) => Assert.Equal(expected, Reads.Error("LoadModule macro_module x\n" + text));

    [Fact]
    public void Macros_that_multiply_are_stopped()
    {
        var text = new System.Text.StringBuilder("LoadModule macro_module x\n<Macro M0>\nDefine X\n</Macro>\n");
        for (int i = 1; i < 40; i++) text.Append($"<Macro M{i}>\nUse M{i - 1}\nUse M{i - 1}\n</Macro>\n");
        Assert.Contains("More than 1000000 lines", Reads.Error(text.Append("Use M39\n").ToString()), StringComparison.Ordinal);
    }
}
