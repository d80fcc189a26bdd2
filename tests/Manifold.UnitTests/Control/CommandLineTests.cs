using Manifold.Contracts;
using Manifold.Httpd.Control;
using Manifold.Httpd.Modules;
using Xunit;

namespace Manifold.UnitTests.Control;

public class CommandLineTests
{
    private static CommandLine Parse(string line) => CommandLine.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    [Fact]
    public void All_options()
    {
        var options = CommandLine.Parse(["-DFOREGROUND", "-D", "A", "-tT", "-d/srv/x/", "-f", "c.conf", "-C", "Listen 80", "-cListen 81", "-C", "X",
            "-e", "debug", "-E", "log", "-k", "graceful-stop"]);
        Assert.False(options.Usage);
        Assert.Equal(["FOREGROUND", "A"], options.Inputs.Defines);
        Assert.Equal(("/srv/x", "c.conf"), (options.Inputs.ServerRoot, options.Inputs.File));
        Assert.Equal(["Listen 80", "X"], options.Inputs.Before);
        Assert.Equal(["Listen 81"], options.Inputs.After);
        Assert.Equal((LogLevel.Debug, "log", ControlVerb.GracefulStop), (options.StartupLevel, options.StartupLog, options.Verb));
        Assert.True(options is { Test: true, SkipPathChecks: true, Foreground: true, OneProcess: false, PrintsOnly: true });
    }

    [Fact]
    public void Inetd()
    {
        Assert.True(Parse("-id /srv") is { Inetd: true, Usage: false, Foreground: false, Inputs.ServerRoot: "/srv" });
        Assert.False(Parse("-X").Inetd);
    }

    [Theory]
    [InlineData("-S", "DUMP_VHOSTS DUMP_RUN_CFG", true)]
    [InlineData("-M", "DUMP_MODULES", true)]
    [InlineData("-X", "DEBUG", false)]
    [InlineData("-tDx", "x", true)]
    [InlineData("-D DUMP_VHOSTS", "DUMP_VHOSTS", false)]
    public void Letters_that_stand_for_names(string line, string defines, bool test)
    {
        var options = Parse(line);
        Assert.Equal(defines, string.Join(' ', options.Inputs.Defines));
        Assert.Equal(test, options.Test);
    }

    [Theory]
    [InlineData("start", ControlVerb.Start)]
    [InlineData("stop", ControlVerb.Stop)]
    [InlineData("restart", ControlVerb.Restart)]
    [InlineData("graceful", ControlVerb.Graceful)]
    [InlineData("graceful-stop", ControlVerb.GracefulStop)]
    [InlineData("shutdown", ControlVerb.Shutdown)]
    [InlineData("install", ControlVerb.Install)]
    [InlineData("uninstall", ControlVerb.Uninstall)]
    [InlineData("config", ControlVerb.Config)]
    [InlineData("runservice", ControlVerb.RunService)]
    public void Verbs_and_the_name_of_a_service(string word, ControlVerb verb)
    {
        var options = Parse($"-k {word} -nWeb");
        Assert.Equal((verb, "Web", false), (options.Verb, options.Service, options.Usage));
        Assert.Null(Parse("-k " + word).Service);
    }

    [Theory]
    [InlineData("-q", "illegal option -- q")]
    [InlineData("-k nonsense", "illegal option -- k")]
    [InlineData("-k start -k stop", "illegal option -- k")]
    [InlineData("-D", "option requires an argument -- D")]
    [InlineData("-k", "option requires an argument -- k")]
    [InlineData("-n", "option requires an argument -- n")]
    [InlineData("-k Install", "illegal option -- k")]
    [InlineData("-tx", "illegal option -- x")]
    [InlineData("word", null)]
    [InlineData("-t -- word", null)]
    [InlineData("-e loud", null)]
    [InlineData("-h", null)]
    [InlineData("-?", null)]
    [InlineData("-", null)]
    public void Usage(string line, string? complaint)
    {
        var options = Parse(line);
        Assert.True(options.Usage);
        Assert.Equal(complaint, options.Complaint);
        using var stderr = new StringWriter();
        using var stdout = new StringWriter();
        Assert.Equal(1, Dumps.Run(options, BuiltInModules.Create(), stdout, stderr));
        Assert.Equal("", stdout.ToString());
        Assert.StartsWith((complaint is null ? "" : $"manifold: {complaint}\n") + "Usage: manifold [-D name]", stderr.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--help", "Usage: manifold [-D name]")]
    [InlineData("-t --help", "Usage: manifold [-D name]")]
    [InlineData("--version", "Server version: Manifold/")]
    public void Long_options_that_everybody_tries(string line, string expected)
    {
        using var stderr = new StringWriter();
        using var stdout = new StringWriter();
        Assert.Equal(0, Dumps.Run(Parse(line), BuiltInModules.Create(), stdout, stderr));
        Assert.StartsWith(expected, stdout.ToString(), StringComparison.Ordinal);
        Assert.Equal("", stderr.ToString());
    }

    [Fact]
    public void Help_says_what_is_there()
    {
        using var text = new StringWriter();
        UsageText.Write(Parse("-h"), text);
        foreach (char letter in CommandLine.WithArgument.Replace("n", "", StringComparison.Ordinal) + CommandLine.Alone)
            Assert.Contains($"-{letter}", text.ToString(), StringComparison.Ordinal);
        foreach (string word in (string[])["--help", "--version", "graceful-stop", "FOREGROUND", "DUMP_VHOSTS", "DUMP_RUN_CFG", "DUMP_MODULES", "DUMP_INCLUDES", "DUMP_CONFIG"])
            Assert.Contains(word, text.ToString(), StringComparison.Ordinal);
        Assert.Equal(OperatingSystem.IsWindows(), text.ToString().Contains("uninstall", StringComparison.Ordinal));
    }

    /// <summary>The expressions of tools that ask which httpd this is: certbot (exactly one), Facter of SIMP, cve-bin-tool, status exporters.</summary>
    [Theory]
    [InlineData("(?i)Apache/([0-9\\.]*)", "2.4.71")]
    [InlineData("Apache/([0-9]+\\.[0-9]+(\\.[0-9]+)?)", "2.4.71")]
    [InlineData("^Server version: [^/]+/(\\d+\\.\\d+\\.\\d+)", "0.1.0")]
    [InlineData("(?m)^Server built: +(.+)$", null)]
    public void Versions_can_be_parsed(string expression, string? expected)
    {
        using var stdout = new StringWriter();
        Dumps.Run(Parse("-v"), BuiltInModules.Create(), stdout, stdout);
        string found = Assert.Single(System.Text.RegularExpressions.Regex.Matches(stdout.ToString(), expression)).Groups[1].Value;
        if (expected is not null) Assert.Equal(expected, found);
    }
}
