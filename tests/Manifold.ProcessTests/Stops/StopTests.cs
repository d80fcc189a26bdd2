using System.Diagnostics;
using System.Net.Sockets;
using Manifold.ProcessTests.Harness;
using Xunit;

namespace Manifold.ProcessTests.Stops;

/// <summary>SIGTERM, SIGINT: at once. SIGWINCH: after the last answer.</summary>
public class StopTests
{
    // A hard stop takes a few hundredths of a second; its ladder would reach SIGKILL after nine. The margin is for busy machines.
    private static readonly TimeSpan s_quick = TimeSpan.FromSeconds(5);

    [Theory, MemberData(nameof(TestedMpms.All), MemberType = typeof(TestedMpms))]
    public Task A_hard_stop_ends_everything_at_once(string mpm) => TestServer.With(mpm, async server =>
    {
        Assert.Equal($"{server.Pid}\n", await File.ReadAllTextAsync(server.PidFile));
        using var download = await SlowDownload.Start(server.Port);
        using var resting = await WireClient.Connect(server.Port);
        await resting.Ask(WireClient.Request());
        server.Send(Signal.Term);
        Assert.Equal(0, await server.Exit(s_quick));
        Assert.False(File.Exists(server.PidFile), "the pid file is left");
        Assert.Empty(server.Processes);
        Assert.True(FreePorts.IsFree(server.Port));
        Assert.Contains("caught SIGTERM, shutting down", server.ErrorLog, StringComparison.Ordinal);
        Assert.DoesNotContain("still did not exit", server.ErrorLog, StringComparison.Ordinal);
    });

    [Fact]
    public Task Interrupt_is_a_hard_stop_too() => TestServer.With("event", async server =>
    {
        server.Send(Signal.Int);
        Assert.Equal(0, await server.Exit(s_quick));
        Assert.False(File.Exists(server.PidFile));
    });

    [Fact]
    public Task Signals_that_whoever_started_the_server_ignores_are_heard() =>
        TestServer.With(new ServerSpec { Mpm = "event", ShellPrefix = "trap '' HUP USR1 WINCH TERM" }, async server =>
        {
            await server.RestartGracefully();
            int before = server.Resumptions;
            server.Send(Signal.Hup);
            await WaitFor.Condition(() => server.Resumptions > before, "the server resumes after SIGHUP");
            server.Send(Signal.Term);
            Assert.Equal(0, await server.Exit(s_quick));
        });

    [Theory, MemberData(nameof(TestedMpms.All), MemberType = typeof(TestedMpms))]
    public Task A_graceful_stop_answers_whatever_was_sent(string mpm)
    {
        const int clients = 12;
        return TestServer.With(new ServerSpec { Mpm = mpm, Population = Population.For(mpm, clients), KeepAliveTimeout = 2 }, async server =>
        {
            await using var load = new LoadClient(server.Port, clients);
            await load.Answers(200);
            server.Send(Signal.Winch);
            await WaitFor.Condition(() => !File.Exists(server.PidFile), "the pid file goes at once");
            Assert.Equal(0, await server.Exit());
            int refusedBefore = load.Refused;
            await WaitFor.Condition(() => load.Refused > refusedBefore, "connections are refused when the server is down");
            await load.EndWithoutLoss();
            Assert.Empty(server.Processes);
            Assert.Contains("caught SIGWINCH, shutting down gracefully", server.ErrorLog, StringComparison.Ordinal);
        });
    }

    [Theory, MemberData(nameof(TestedMpms.All), MemberType = typeof(TestedMpms))]
    public Task A_graceful_stop_waits_for_a_request_in_progress(string mpm) => TestServer.With(mpm, async server =>
    {
        using var download = await SlowDownload.Start(server.Port);
        server.Send(Signal.Winch);
        await WaitFor.Condition(() => IsRefused(server.Port), "nobody is let in any more");
        await WaitFor.Condition(() => server.Children.Count == 1, "the idle children leave");
        await WaitFor.Stays(() => !server.HasExited, "the server waits for the client", TimeSpan.FromMilliseconds(500));
        Assert.True(await download.Finish(), "the file did not come whole");
        Assert.Equal(0, await server.Exit());
        Assert.Empty(server.Processes);
    });

    [Fact]
    public Task A_graceful_stop_becomes_hard_when_its_time_is_over() =>
        TestServer.With(new ServerSpec { Mpm = "event", Extra = ["GracefulShutdownTimeout 1"] }, async server =>
        {
            using var download = await SlowDownload.Start(server.Port);
            server.Send(Signal.Winch);
            Assert.Equal(0, await server.Exit());
            Assert.Empty(server.Processes);
        });

    [Fact]
    public Task Terminate_hastens_a_graceful_stop() => TestServer.With("worker", async server =>
    {
        using var download = await SlowDownload.Start(server.Port);
        server.Send(Signal.Winch);
        await server.Logs("caught SIGWINCH");
        server.Send(Signal.Term);
        Assert.Equal(0, await server.Exit(s_quick));
        Assert.Empty(server.Processes);
    });

    [Fact]
    public Task A_child_that_is_stopped_in_its_tracks_is_killed_in_the_end() => TestServer.With("event", async server =>
    {
        int stuck = server.Children[0].Pid;
        await Proc.Halt(stuck);
        server.Send(Signal.Term);
        var watch = Stopwatch.StartNew();
        Assert.Equal(0, await server.Exit());
        Assert.True(watch.Elapsed > TimeSpan.FromSeconds(8), "SIGKILL came before its time");
        Assert.Contains($"child process {stuck} still did not exit, sending a SIGKILL", server.ErrorLog, StringComparison.Ordinal);
        Assert.Empty(server.Processes);
    });

    private static bool IsRefused(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            var connecting = socket.ConnectAsync(System.Net.IPAddress.Loopback, port);
            return !connecting.Wait(200); // packets are dropped
        }
        catch (AggregateException)
        {
            return true;
        }
    }
}
