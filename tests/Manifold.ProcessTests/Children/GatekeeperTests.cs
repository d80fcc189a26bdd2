using Manifold.ProcessTests.Harness;
using Xunit;

namespace Manifold.ProcessTests.Children;

/// <summary>inetd's master: it accepts, and starts a child for each connection.</summary>
public class GatekeeperTests
{
    private static ServerSpec Spec(int most = 40) => new() { Mpm = "inetd", Ports = 2, KeepAliveTimeout = 60, Population = new(MostChildren: most) };

    [Fact]
    public Task Each_connection_has_a_process_that_comes_and_goes_with_it() => TestServer.With(Spec(), async server =>
    {
        await WaitFor.Condition(() => server.Children.Count == 0, "the rehearsal ends, and nobody waits idle");
        var held = new List<WireClient>();
        for (int i = 0; i < 4; i++)
        {
            held.Add(await WireClient.Connect(server.Ports[i % 2]));
            for (int request = 0; request < 3; request++) Assert.Equal(Content.Index, (await held[i].Ask(WireClient.Request())).Body);
        }
        var children = server.Children;
        Assert.Equal([0, 1, 2, 3], children.Select(child => child.Slot).Order());
        for (int i = 0; i < held.Count; i++)
        {
            // The connection is its child's alone, and its child has nothing else: no listening socket.
            var owner = Assert.Single(children, child => Proc.HoldsConnection(child.Pid, server.Ports[i % 2], held[i].LocalPort));
            Assert.Equal(1, Proc.Copies(owner.Pid, server.Ports[i % 2], held[i].LocalPort));
            Assert.All(server.Ports, port => Assert.Equal((0, 1), (Proc.Copies(owner.Pid, port), Proc.Copies(server.Pid, port))));
            Assert.False(Proc.HoldsConnection(server.Pid, server.Ports[i % 2], held[i].LocalPort), "the master has kept a copy");
        }
        string status = (await server.Get("/server-status?auto")).Text;
        Assert.Contains("Scoreboard: KKKKW", status, StringComparison.Ordinal);
        foreach (var client in held) client.Dispose();
        await WaitFor.Condition(() => server.Children.Count == 0, "the children end with their connections");
        Assert.DoesNotContain("exit signal", server.ErrorLog, StringComparison.Ordinal);
        Assert.Contains("127.0.0.1 \"GET / HTTP/1.1\" 200 45", server.AccessLog);
    });

    [Fact]
    public Task Beyond_MaxRequestWorkers_connections_wait_in_the_queue() => TestServer.With(Spec(most: 2), async server =>
    {
        var held = new List<WireClient>();
        for (int i = 0; i < 2; i++)
        {
            held.Add(await WireClient.Connect(server.Ports[i]));
            Assert.Equal(200, (await held[i].Ask(WireClient.Request())).Status);
        }
        using var waiting = await WireClient.Connect(server.Port);
        await waiting.Send(WireClient.Request());
        using var another = await WireClient.Connect(server.Ports[1]);
        await another.Send(WireClient.Request());
        await server.Logs("server reached MaxRequestWorkers setting");
        Assert.Equal(2, server.Children.Count);
        Assert.False(Proc.HoldsConnection(server.Pid, server.Port, waiting.LocalPort), "the master has accepted what it cannot serve");
        // A master that waits for room does not spin.
        long ticks = Proc.CpuTicks(server.Pid);
        await Task.Delay(1000);
        Assert.InRange(Proc.CpuTicks(server.Pid) - ticks, 0, 50);
        Assert.Equal(200, (await held[0].Ask(WireClient.Request())).Status);
        foreach (var client in held) client.Dispose();
        Assert.Equal(Content.Index, (await waiting.Receive()).Body);
        Assert.Equal(Content.Index, (await another.Receive()).Body);
        Assert.Equal(1, server.CountInErrorLog("server reached MaxRequestWorkers"));
    });

    [Fact]
    public Task A_crash_costs_one_connection_and_the_log_says_which() => TestServer.With(Spec(), async server =>
    {
        using var download = await SlowDownload.Start(server.Port, "?crash");
        using var other = await WireClient.Connect(server.Port);
        Assert.Equal(200, (await other.Ask(WireClient.Request())).Status);
        var victim = server.Children.Single(child => Proc.HoldsConnection(child.Pid, server.Port, download.LocalPort));
        Posix.Send(victim.Pid, Signal.Kill);
        await server.Logs($"child pid {victim.Pid} (slot {victim.Slot}, generation 0");
        await server.Logs("was serving 127.0.0.1 \"GET /big.bin?crash HTTP/1.1\"");
        Assert.False(await download.Finish());
        Assert.Equal(Content.Index, (await other.Ask(WireClient.Request())).Body);
        await server.ServesThePage();
        await WaitFor.Condition(() => server.Children.Count == 1, "nobody is started in the place of the dead");
    });

    /// <summary>A master that has as many children as it has descriptors for leaves connections in the queue.</summary>
    [Fact]
    public async Task Without_descriptors_for_another_child_connections_wait()
    {
        int needed = 0;
        await TestServer.With(Spec(), async server =>
        {
            using var client = await WireClient.Connect(server.Port);
            await client.Ask(WireClient.Request());
            int child = server.Children.Single(child => Proc.HoldsConnection(child.Pid, server.Port, client.LocalPort)).Pid;
            needed = Math.Max(Proc.Descriptors(child).Count, Proc.Descriptors(server.Pid).Count + 32);
        });
        // A child has the same limit; the master needs one for each child, and keeps some back.
        await TestServer.With(Spec() with { ShellPrefix = $"ulimit -n {needed + 8}" }, async server =>
        {
            var held = new List<WireClient>();
            for (int i = 0; i < 40; i++)
            {
                held.Add(await WireClient.Connect(server.Port));
                await held[i].Send(WireClient.Request(headers: "Connection: keep-alive\r\n"));
            }
            await server.Logs("connections wait until this is over");
            Assert.InRange(server.CountInErrorLog("connections wait until this is over"), 1, 6);
            // Each connection that is closed makes room for one that waits.
            foreach (var client in held)
            {
                Assert.Equal(Content.Index, (await client.Receive()).Body);
                client.Dispose();
            }
            await server.ServesThePage();
            Assert.DoesNotContain("no child could be started for it", server.ErrorLog, StringComparison.Ordinal);
        });
    }

    /// <summary>What makes every child fail at its start slows the gate down, and is over when it is repaired.</summary>
    [RootFact]
    public async Task While_children_cannot_start_the_gate_opens_rarely_and_then_all_is_well_again()
    {
        using var hidden = await HiddenExecutable.For("www-data");
        string directory = Path.GetDirectoryName(hidden.Path)!;
        await TestServer.With(Spec() with { Executable = hidden.Path }, async server =>
        {
            await server.ServesThePage();
            Assert.Equal(0, (await Command.Run("chgrp", "root", directory)).ExitCode);
            using (var lost = await WireClient.Connect(server.Port))
            {
                await lost.Send(WireClient.Request());
                Assert.Empty(await lost.ReceiveToEnd());
            }
            await server.Logs("a child could not start: User www-data cannot read");
            Assert.Equal(0, (await Command.Run("chgrp", "www-data", directory)).ExitCode);
            await server.ServesThePage(); // waits in the queue until the back-off is over
            Assert.Equal(1, server.CountInErrorLog("a child could not start"));
        });
    }
}
