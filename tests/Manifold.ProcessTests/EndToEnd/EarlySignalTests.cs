using System.Diagnostics;
using Manifold.ProcessTests.Harness;
using Xunit;

namespace Manifold.ProcessTests.EndToEnd;

/// <summary>
/// Signals that come before the server is up: never lost, and those that ask for a restart never deadly. What the foreground does is compared with httpd
/// (EarlySignalTests of the differential suite).
/// </summary>
public class EarlySignalTests
{
    /// <summary>They are blocked from its birth on: there is no moment in which one could be deadly.</summary>
    [Theory]
    [InlineData(nameof(Signal.Hup))]
    [InlineData(nameof(Signal.Usr1))]
    public Task A_daemon_that_has_just_been_born_restarts_when_it_serves(string name) => WithRoot(async (root, port) =>
    {
        var signal = Enum.Parse<Signal>(name);
        var command = Run(root, "-k", "start");
        int master = Newborn(root);
        Assert.True(Proc.HasSignal(master, "SigBlk", signal) || Proc.HasSignal(master, "SigCgt", signal), "neither blocked nor caught");
        Assert.True(Posix.Send(master, signal));
        var ran = await command;
        Assert.True(ran.ExitCode == 0, ran.ToString());
        await WaitFor.Condition(() => Log(root).Contains($"SIG{name.ToUpperInvariant()} received", StringComparison.Ordinal), "the restart is not lost");
        await WaitFor.Condition(() => Log(root).Split("resuming normal operations").Length == 3, "it serves again");
        Assert.Equal(200, (await WireClient.Get(port)).Status);
        Assert.Equal(0, (await Run(root, "-k", "stop")).ExitCode);
    });

    [Fact]
    public Task A_daemon_that_is_stopped_at_once_has_not_started_or_has_served() => WithRoot(async (root, port) =>
    {
        var command = Run(root, "-k", "start");
        int master = Newborn(root);
        Assert.True(Posix.Send(master, Signal.Term));
        int code = (await command).ExitCode;
        await WaitFor.Condition(() => !Proc.IsAlive(master), "it ends");
        Assert.True(code != 0 || Log(root).Contains("resuming normal operations", StringComparison.Ordinal), "the command says that a server was started, and none ever served");
        Assert.Empty(Proc.WithEnvironment($"{TestServer.Mark}={root}"));
        Assert.True(FreePorts.IsFree(port));
    });

    /// <summary>In a container: the kernel throws away what the first process does not catch.</summary>
    [NamespaceTheory]
    [InlineData(nameof(Signal.Term))]
    [InlineData(nameof(Signal.Hup))]
    [InlineData(nameof(Signal.Usr1))]
    public Task The_first_process_obeys_from_its_first_line_on(string name) => WithRoot(async (root, port) =>
    {
        var signal = Enum.Parse<Signal>(name);
        var start = new ProcessStartInfo("unshare", ["--pid", "--fork", "--mount-proc", "--kill-child", "bash", "-c", "exec \"$@\" >logs/stdout 2>&1 </dev/null", "bash",
            ServerExecutable.Path, "-d", root, "-f", "conf/httpd.conf", "-DFOREGROUND"]) { WorkingDirectory = root };
        start.Environment[TestServer.Mark] = root;
        using var container = Process.Start(start)!;
        int first = 0;
        WaitFor.Instant(() => Proc.ChildrenOf(container.Id) is [var only] && (first = only) > 0 && Proc.Runs(first, ServerExecutable.Path) && Proc.HasSignal(first, "SigCgt", Signal.Usr1),
            "it catches what the runtime would not"); // the last one of all
        Assert.True(Posix.Send(first, signal));
        if (signal == Signal.Term)
        {
            await WaitFor.Condition(() => container.HasExited, "it ends");
            Assert.Equal(0, container.ExitCode);
            return;
        }
        await WaitFor.Condition(() => Log(root).Split("resuming normal operations").Length == 3, "it serves, and serves again");
        Assert.Equal(200, (await WireClient.Get(port)).Status);
        Assert.True(Posix.Send(first, Signal.Term));
        await WaitFor.Condition(() => container.HasExited, "it ends");
    });

    /// <summary>The master that a command starts, in its first moment.</summary>
    private static int Newborn(string root)
    {
        int master = 0;
        WaitFor.Instant(() => (master = Proc.WithEnvironment($"{TestServer.Mark}={root}").FirstOrDefault(IsMaster)) > 0, "there is a master");
        return master;
    }

    private static bool IsMaster(int pid) => Proc.ReadText($"/proc/{pid}/cmdline")?.Split('\0')[0] == "manifold: master";

    private static string Log(string root) => Proc.ReadText(root + "/logs/error.log") ?? "";

    private static Task<Ran> Run(string root, params IReadOnlyList<string> arguments) => ServerRoot.Run(root, arguments);

    private static Task WithRoot(Func<string, int, Task> test) => ServerRoot.With(new ServerSpec { Mpm = "event" }, test);
}
