using Manifold.ProcessTests.Harness;
using Xunit;

namespace Manifold.ProcessTests.EndToEnd;

/// <summary>
/// What the commands print, wherever it goes: into pipes that nobody reads, into nothing, onto a full disk or a terminal that has gone; for anybody, from
/// any directory. A command does its work and exits as if somebody had listened.
/// </summary>
public sealed class OutputTests : IDisposable
{
    private const int Aborted = 128 + 6;
    private readonly string _root = TestServer.Prepare(new ServerSpec { Mpm = "event" });

    public OutputTests()
    {
        var spec = new ServerSpec { Mpm = "event" };
        File.WriteAllText(_root + "/conf/httpd.conf", spec.ToConfiguration(_root, FreePorts.Take(1)));
        File.WriteAllText(_root + "/conf/broken.conf", "ServerName x\nNonsense\n");
    }

    /// <summary>The arguments of each command that prints, and its exit code.</summary>
    private static readonly (string Arguments, int ExitCode)[] s_commands =
    [
        ("-v", 0), ("--version", 0), ("--help", 0), ("-h", 1), ("-Z", 1), ("-l", 0), ("-V", 0), ("-L", 0), ("-t", 0), ("-S", 0), ("-M", 0), ("-t -D DUMP_INCLUDES", 0),
        ("-t -D DUMP_CONFIG", 0), ("-k stop", 0), ("-k graceful-stop", 0), ("-t -f conf/broken.conf", 1), ("-V -f conf/broken.conf", 1), ("-k start -f conf/broken.conf", 1),
    ];

    [Theory]
    [InlineData("true", "")]
    [InlineData("closed output", ">&-")]
    [InlineData("closed error", "2>&-")]
    [InlineData("closed both", ">&- 2>&-")]
    [InlineData("closed all", "<&- >&- 2>&-")]
    [InlineData("full error", "2>/dev/full")]
    [InlineData("no reader", "> >(true)")]
    [InlineData("no reader of errors", "2> >(true)")]
    [InlineData("read-only output", "1</dev/null 2</dev/null")]
    public async Task Commands_do_their_work_wherever_their_words_go(string name, string redirection)
    {
        foreach (var (arguments, expected) in s_commands)
        {
            var ran = await Shell($"\"$M\" -d \"$R\" -f conf/httpd.conf {arguments} {redirection}");
            Assert.True(ran.ExitCode == expected, $"{name}: manifold {arguments}: {ran}");
            Assert.DoesNotContain("Unhandled", ran.Error, StringComparison.Ordinal);
        }
    }

    /// <summary>A list that was cut off must not pass for a whole one.</summary>
    [Fact]
    public async Task A_full_disk_is_told_of()
    {
        foreach (string arguments in (string[])["-v", "-L", "-S"])
        {
            var ran = await Shell($"\"$M\" -d \"$R\" -f conf/httpd.conf {arguments} >/dev/full");
            Assert.True(ran.ExitCode == 1, $"manifold {arguments}: {ran}");
            Assert.Contains("standard output: No space left on device", ran.Error, StringComparison.Ordinal);
        }
        Assert.Equal(0, (await Shell("\"$M\" -d \"$R\" -f conf/httpd.conf -k stop >/dev/full")).ExitCode); // what it was asked for is done
    }

    /// <summary>Descriptors that were closed are not taken by something that texts would then be written into.</summary>
    [Fact]
    public async Task A_server_starts_and_stops_with_closed_streams()
    {
        Assert.Equal(0, (await Shell("\"$M\" -d \"$R\" -f conf/httpd.conf -k start <&- >&- 2>&-")).ExitCode);
        int pid = int.Parse(await File.ReadAllTextAsync(_root + "/logs/httpd.pid"));
        try
        {
            foreach (int fd in (int[])[0, 1, 2]) Assert.DoesNotContain("socket:", File.ResolveLinkTarget($"/proc/{pid}/fd/{fd}", false)?.Name ?? "", StringComparison.Ordinal);
            Assert.Equal(0, (await Shell("\"$M\" -d \"$R\" -f conf/httpd.conf -k graceful <&- >&- 2>&-")).ExitCode);
            Assert.Equal(0, (await Shell("\"$M\" -d \"$R\" -f conf/httpd.conf -k stop <&- >&- 2>&-")).ExitCode);
            Assert.False(Proc.IsAlive(pid));
        }
        finally
        {
            foreach (int left in Proc.WithEnvironment($"{TestServer.Mark}={_root}")) Posix.Send(left, Signal.Kill);
        }
        Assert.DoesNotContain("Manifold serves", Proc.ReadText(_root + "/logs/error.log") + Proc.ReadText(_root + "/logs/access.log"), StringComparison.Ordinal);
    }

    /// <summary>A terminal whose other end has gone: each write fails.</summary>
    [Fact]
    public async Task A_dead_terminal_is_no_reason_to_fail()
    {
        foreach (string arguments in (string[])["-v", "-S", "-t", "-k stop"])
        {
            File.Delete(_root + "/rc");
            // The shell inside ends, and with it the terminal; what it left behind waits for that.
            await Shell($"script -qc 'trap \"\" HUP; (while kill -0 '\\$\\$' 2>/dev/null; do sleep 0.02; done; sleep 0.1; \"$M\" -d \"$R\" -f conf/httpd.conf {arguments}; echo $? >\"$R/rc.new\"; mv \"$R/rc.new\" \"$R/rc\") & true' /dev/null");
            await WaitFor.Condition(() => File.Exists(_root + "/rc"), $"manifold {arguments} ends");
            Assert.Equal("0\n", await File.ReadAllTextAsync(_root + "/rc"));
        }
    }

    /// <summary>A terminal gets words, and nothing that changes it.</summary>
    [Fact]
    public async Task A_terminal_gets_no_escape_sequences()
    {
        var ran = await Shell("script -qc '\"$M\" -d \"$R\" -f conf/httpd.conf -S; \"$M\" -d \"$R\" -f conf/broken.conf -t' /dev/null");
        Assert.Contains("VirtualHost configuration:", ran.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\x1b', ran.Output);
    }

    /// <summary>Not root, in another directory, which it may not even read.</summary>
    [Fact]
    public async Task Anybody_may_ask_from_anywhere()
    {
        string who = Posix.IsRoot ? "setpriv --reuid 65534 --regid 65534 --clear-groups" : "";
        File.SetUnixFileMode(_root + "/logs", (UnixFileMode)0x1FF);
        foreach (var (arguments, expected) in s_commands)
        {
            var ran = await Shell($"cd /root 2>/dev/null || cd /; exec {who} \"$M\" -d \"$R\" -f conf/httpd.conf {arguments}");
            Assert.True(ran.ExitCode == expected, $"manifold {arguments}: {ran}");
        }
    }

    /// <summary>What a message quotes cannot speak to the terminal.</summary>
    [Fact]
    public async Task Control_characters_of_a_configuration_are_escaped()
    {
        await File.WriteAllTextAsync(_root + "/conf/broken.conf", "ServerName x\nNon\u001b]0;sense\u009b31m x\nBl\rah\u007f\n");
        var ran = await Shell("\"$M\" -d \"$R\" -f conf/broken.conf -t");
        Assert.Equal(1, ran.ExitCode);
        Assert.DoesNotContain(ran.Error, c => c < ' ' && c != '\n' || c is >= '\u007f' and < '\u00a0');
        Assert.Contains("Non\\x1b]0;sense", ran.Error, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private async Task<Ran> Shell(string script)
    {
        var ran = await Command.Run("bash", ["-c", script], new Dictionary<string, string> { ["M"] = ServerExecutable.Path, ["R"] = _root, [TestServer.Mark] = _root });
        Assert.NotEqual(Aborted, ran.ExitCode);
        return ran;
    }
}
