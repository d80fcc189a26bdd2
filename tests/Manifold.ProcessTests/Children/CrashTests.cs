using Manifold.Master;
using Manifold.ProcessTests.Harness;
using Xunit;

namespace Manifold.ProcessTests.Children;

/// <summary>A child that dies is replaced, the log says what it was doing, and the others have not noticed.</summary>
public class CrashTests
{
    // One turn of the master's loop and the start of a process: a tenth of a second. The margin is for busy machines.
    private static readonly TimeSpan s_atOnce = TimeSpan.FromSeconds(5);

    public static TheoryData<string, string> MpmsAndSignals
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (string mpm in TestedMpms.Names.Where(TestedMpms.IsPooled))
                foreach (var signal in (Signal[])[Signal.Kill, Signal.Segv]) data.Add(mpm, signal.ToString());
            return data;
        }
    }

    [Theory, MemberData(nameof(MpmsAndSignals))]
    public Task A_killed_child_is_replaced_at_once_and_explained(string mpm, string signalName) => TestServer.With(mpm, async server =>
    {
        var signal = Enum.Parse<Signal>(signalName);
        using var download = await SlowDownload.Start(server.Port, "?crash=1");
        int victim = await Serving(server, download);
        int[] others = [.. server.Children.Select(child => child.Pid).Where(pid => pid != victim)];
        await Crash(victim, signal);
        await WaitFor.Condition(() => server.Children.Count > others.Length && !server.Children.Any(c => c.Pid == victim), "a new child takes the place", s_atOnce);
        await server.ServesThePage();
        Assert.All(others, pid => Assert.True(Proc.IsAlive(pid), $"another child, {pid}, died too"));
        string line = server.ErrorLog.Split('\n').First(l => l.Contains($"child pid {victim} ", StringComparison.Ordinal));
        Assert.Contains(signal == Signal.Kill ? "exit signal Killed (9)" : "exit signal Segmentation fault (11)", line, StringComparison.Ordinal);
        Assert.Matches(@" \d+\.\d s old\)", line);
    });

    /// <summary>Of a thread, or of a connection that is parked because the client is slow to take its response.</summary>
    [Theory, MemberData(nameof(TestedMpms.All), MemberType = typeof(TestedMpms))]
    public Task The_log_names_the_request_that_was_being_served(string mpm) => TestServer.With(mpm, async server =>
    {
        using var download = await SlowDownload.Start(server.Port, "?crash=2");
        int victim = await Serving(server, download);
        if (TestedMpms.IsAsync(mpm)) await Parked(server);
        await Crash(victim, Signal.Segv);
        await server.Logs($"child pid {victim} ");
        await server.Logs("was serving 127.0.0.1 \"GET /big.bin?crash=2 HTTP/1.1\"");
        if (TestedMpms.IsAsync(mpm)) await server.Logs($"child pid {victim} held parked connections: 1 being sent a response");
    });

    /// <summary>Waits until the scoreboard shows the parked connection.</summary>
    private static async Task Parked(TestServer server)
    {
        var patience = System.Diagnostics.Stopwatch.StartNew();
        while (!(await server.Get("/server-status?auto")).Text.Contains("ConnsAsyncWriting: 1\n", StringComparison.Ordinal))
        {
            Assert.True(patience.Elapsed < TimeSpan.FromSeconds(20), "no connection is parked while it is written to");
            await Task.Delay(20);
        }
    }

    [Fact]
    public Task A_child_makes_no_files_for_debuggers() => TestServer.With("prefork", async server =>
    {
        Assert.All(server.Children, child => Assert.Equal(3, ChildDiagnostics.FilesOf(child.Pid).Count(file => !File.Exists(file))));
        await server.ServesThePage();
    });

    [Fact]
    public Task Files_for_debuggers_that_were_asked_for_are_removed_when_their_child_is_killed() => TestServer.With(
        new ServerSpec { Mpm = "prefork", Executable = ServerExecutable.Jit, ShellPrefix = "export DOTNET_EnableDiagnostics=1" }, async server =>
        {
            int victim = server.Children[0].Pid;
            string[] files = ChildDiagnostics.FilesOf(victim);
            Assert.Equal(3, files.Count(File.Exists));
            await Crash(victim, Signal.Kill);
            await WaitFor.Condition(() => !files.Any(File.Exists), "the files of the dead child are removed");
        });

    [Fact]
    public Task A_crash_of_a_prefork_child_costs_one_request_at_most()
    {
        const int clients = 8;
        return TestServer.With(new ServerSpec { Mpm = "prefork", Population = Population.For("prefork", clients) }, async server =>
        {
            await using var load = new LoadClient(server.Port, clients);
            await load.Answers(100);
            for (int crash = 1; crash <= 5; crash++)
            {
                Posix.Send(server.Children[0].Pid, Signal.Kill);
                int before = load.Failures.Count;
                await WaitFor.Condition(() => server.CountInErrorLog("exit signal Killed") == crash, "the crash is noticed");
                await Task.Delay(100); // what the crash cost has been counted
                Assert.InRange(load.Failures.Count - before, 0, 1);
            }
            await load.End();
            Assert.InRange(load.Failures.Count, 0, 5);
        });
    }

    [Theory, MemberData(nameof(TestedMpms.Pooled), MemberType = typeof(TestedMpms))]
    public Task When_all_children_die_at_once_service_comes_back(string mpm) => TestServer.With(mpm, async server =>
    {
        int[] old = [.. server.Children.Select(child => child.Pid)];
        foreach (int pid in old) Posix.Send(pid, Signal.Kill);
        await WaitFor.Condition(() => server.Children.Count > 0 && !server.Children.Any(c => old.Contains(c.Pid)), "new children");
        await server.ServesThePage();
        Assert.False(server.HasExited);
    });

    /// <summary>Nobody else serves: the next one starts at once.</summary>
    [Fact]
    public Task A_child_that_is_killed_while_it_starts_is_started_again() => TestServer.With(new ServerSpec { Mpm = "event", Population = new(Children: 1, MostChildren: 1) }, async server =>
    {
        int first = server.Children[0].Pid, second = 0;
        Posix.Send(first, Signal.Kill);
        var patience = System.Diagnostics.Stopwatch.StartNew();
        while ((second = Proc.ChildrenOf(server.Pid).FirstOrDefault(pid => pid != first)) == 0) Assert.True(patience.Elapsed < s_atOnce);
        Posix.Send(second, Signal.Kill);
        await server.Logs("a child was ended by signal 9 (Killed) before it was ready");
        await WaitFor.Condition(() => server.Children.Count == 1 && server.Children[0].Pid != second, "a third child", s_atOnce);
        await server.ServesThePage();
    });

    /// <summary>Nothing is wrong with the new configuration: the restart goes on.</summary>
    [Fact]
    public Task Children_of_the_next_generation_that_are_killed_while_they_start_are_started_again() => TestServer.With(new ServerSpec { Mpm = "event", Population = new(Children: 2, MostChildren: 2) }, async server =>
    {
        int[] present = [.. server.Children.Select(child => child.Pid)], next;
        server.Send(Signal.Usr1);
        var patience = System.Diagnostics.Stopwatch.StartNew();
        while ((next = [.. Proc.ChildrenOf(server.Pid).Except(present)]).Length == 0) Assert.True(patience.Elapsed < s_atOnce);
        foreach (int pid in next) Posix.Send(pid, Signal.Kill);
        await server.Logs("a child was ended by signal 9 (Killed) before it was ready");
        await WaitFor.Condition(() => server.Resumptions == 2, "the restart", s_atOnce);
        Assert.Equal(0, server.CountInErrorLog("the restart failed"));
        await server.ServesThePage();
    });

    /// <summary>A child that hangs holds up its own connections only.</summary>
    [Theory, MemberData(nameof(TestedMpms.WithSeveralProcesses), MemberType = typeof(TestedMpms))]
    public Task A_child_that_hangs_keeps_nobody_from_being_served_by_the_others(string mpm) => TestServer.With(mpm, async server =>
    {
        using var download = await SlowDownload.Start(server.Port);
        int hung = await Serving(server, download);
        await Proc.Halt(hung);
        // Each accept is offered to all; a stopped process takes none. 50 in a row would not get by one that does.
        for (int i = 0; i < 50; i++) await server.ServesThePage();
        Posix.Send(hung, Signal.Cont);
        Assert.True(await download.Finish());
    });

    /// <summary>
    /// Sends until the process is gone: at a SIGSEGV that no access to memory has caused, the runtime restores the default action and expects
    /// the fault to happen again.
    /// </summary>
    private static Task Crash(int pid, Signal signal) =>
        WaitFor.Condition(() => !Posix.Send(pid, signal) || !Proc.IsAlive(pid), $"{signal} ends child {pid}");

    /// <summary>The child that has the connection open: the only one with an established TCP socket.</summary>
    private static async Task<int> Serving(TestServer server, SlowDownload download)
    {
        int found = 0;
        await WaitFor.Condition(() => (found = server.Children.Select(child => child.Pid).FirstOrDefault(pid => Proc.HoldsConnection(pid, server.Port, download.LocalPort))) > 0,
            "a child has the connection");
        return found;
    }
}
