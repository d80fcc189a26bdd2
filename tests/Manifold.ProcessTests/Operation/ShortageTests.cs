using Manifold.ProcessTests.Harness;
using Xunit;

namespace Manifold.ProcessTests.Operation;

/// <summary>What the system refuses: descriptors, directories, ports.</summary>
public class ShortageTests
{
    /// <summary>Beyond the limit connections wait; nothing spins, and afterwards all is as before.</summary>
    [Theory]
    [InlineData("event")]
    [InlineData("worker")]
    [InlineData("winnt")]
    [InlineData("percore")]
    public async Task Few_descriptors_hold_up_some_connections_but_not_the_server(string mpm)
    {
        var spec = new ServerSpec
        {
            Mpm = mpm, Population = new(Children: 1, Threads: 60, MostChildren: 1), KeepAliveTimeout = 60,
            Extra = mpm == "event" ? ["AsyncRequestWorkerFactor 20"] : [],
        };
        int needed = 0;
        await TestServer.With(spec, server =>
        {
            needed = Proc.Descriptors(server.Children[0].Pid).Count; // without any connection
            return Task.CompletedTask;
        });
        await TestServer.With(spec with { ShellPrefix = $"ulimit -n {needed + 30}" }, async server =>
        {
            var held = new List<WireClient>();
            for (int i = 0; i < 55; i++)
            {
                held.Add(await WireClient.Connect(server.Port));
                await held[i].Send(WireClient.Request());
            }
            await server.Logs("accept failed");
            long ticks = Proc.CpuTicks(server.Children[0].Pid);
            await Task.Delay(1000); // a second in which a server that spins would show: 100 ticks
            Assert.InRange(Proc.CpuTicks(server.Children[0].Pid) - ticks, 0, 60);
            Assert.InRange(server.CountInErrorLog("accept failed"), 1, 10);
            foreach (var client in held) client.Dispose();
            await WaitFor.Condition(() => Served(server), "pages are served again");
            Assert.Single(server.Children);
        });
    }

    /// <summary>
    /// Connections that have come leave too few descriptors for the files that they ask for: that is no fault of the files, and it passes. While files take
    /// them up, nobody is let in.
    /// </summary>
    [Theory, MemberData(nameof(TestedMpms.Threaded), MemberType = typeof(TestedMpms))]
    public async Task A_file_for_which_there_is_no_descriptor_is_503(string mpm)
    {
        const int Room = 60, Kept = 8, Asking = Room - 32;
        var spec = new ServerSpec
        {
            Mpm = mpm, Population = new(Children: 1, Threads: 60, MostChildren: 1), KeepAliveTimeout = 60,
            Extra = mpm == "event" ? ["AsyncRequestWorkerFactor 20"] : [],
        };
        int needed = 0;
        await TestServer.With(spec, async server =>
        {
            await server.ServesThePage();
            needed = Proc.Descriptors(server.Children[0].Pid).Count;
        });
        await TestServer.With(spec with { ShellPrefix = $"ulimit -n {needed + Room}" }, async server =>
        {
            int child = server.Children[0].Pid;
            var held = new List<WireClient>();
            for (int i = 0; i < Asking; i++)
            {
                held.Add(await WireClient.Connect(server.Port, receiveBuffer: 8 * 1024));
                Assert.Equal(200, (await held[i].Ask(WireClient.Request())).Status);
            }
            var statuses = new List<string>();
            byte[] beginning = new byte[12];
            foreach (var client in held)
            {
                await client.Send(WireClient.Request("/big.bin"));
                await client.ReceiveSome(beginning);
                statuses.Add(System.Text.Encoding.ASCII.GetString(beginning));
            }
            Assert.All(statuses, status => Assert.Contains(status, (string[])["HTTP/1.1 200", "HTTP/1.1 503"]));
            Assert.InRange(statuses.Count(status => status.EndsWith("200", StringComparison.Ordinal)), Kept, Asking);
            held.Add(await WireClient.Connect(server.Port));
            await held[^1].Send(WireClient.Request());
            await server.Logs("accept failed");
            foreach (var client in held) client.Dispose();
            await WaitFor.Condition(() => Served(server), "pages are served again");
            Assert.Equal(child, server.Children.Single().Pid);
        });
    }

    /// <summary>
    /// Children that may not read the server's own files cannot start. The master ends with the reason and does not go on for ever.
    /// </summary>
    [RootTheory, MemberData(nameof(TestedMpms.All), MemberType = typeof(TestedMpms))]
    public async Task A_server_whose_children_cannot_start_ends_and_says_why(string mpm)
    {
        using var hidden = await HiddenExecutable.For("www-data");
        var spec = new ServerSpec { Mpm = mpm, Executable = hidden.Path, UserAndGroup = ("nobody", "nogroup") };
        await using var server = await TestServer.Start(spec);
        await server.Explain(async () =>
        {
            Assert.NotEqual(0, await server.Exit());
            Assert.Contains("nobody", server.StandardError, StringComparison.Ordinal);
            Assert.InRange(server.CountInErrorLog("could not start"), 1, 20);
            Assert.Empty(server.Processes);
            Assert.False(File.Exists(server.PidFile), "the pid file is left");
        });
    }

    /// <summary>The system says that a file is missing, or memory; and of some more a child could start, and then answer nothing.</summary>
    /// <param name="jit">With the build that opens files as it runs, and so needs many more.</param>
    /// <param name="descriptors">The limit; of the native build beside what a child has open when it serves.</param>
    [Theory]
    [InlineData(true, 64)]
    [InlineData(true, 100)]
    [InlineData(false, 8)]
    public async Task Too_few_descriptors_for_a_child_end_the_start_by_their_name(bool jit, int descriptors)
    {
        if (!jit)
            await TestServer.With("event", server =>
            {
                descriptors += Proc.Descriptors(server.Children[0].Pid).Count;
                return Task.CompletedTask;
            });
        string executable = jit ? ServerExecutable.Jit : ServerExecutable.Path;
        await using var server = await TestServer.Start(new ServerSpec { Mpm = "event", Executable = executable, ShellPrefix = $"ulimit -n {descriptors}" });
        await server.Explain(async () =>
        {
            Assert.NotEqual(0, await server.Exit());
            Assert.Contains($"a child needs more than the {descriptors} descriptors that it may have open (ulimit -n)", server.StandardError, StringComparison.Ordinal);
            Assert.DoesNotContain("Exception", server.StandardError + server.ErrorLog, StringComparison.Ordinal);
            Assert.Empty(server.Processes);
        });
    }

    /// <summary>What fits one processor would be refused with two: a child goes by what its master has accepted.</summary>
    [Theory]
    [InlineData("event", "ListenCoresBucketsRatio 1\nServerLimit 1")]
    [InlineData("percore", "StartThreads 1\nMinSpareThreads 1\nMaxSpareThreads 1\nThreadsPerChild 1")]
    public Task A_server_that_gets_other_processors_replaces_its_children(string mpm, string directive) => TestServer.With(new ServerSpec
    {
        Mpm = mpm, Population = new(Children: 1, MostChildren: 1), Extra = [directive], ShellPrefix = "taskset -p 1 $$ >/dev/null",
    }, async server =>
    {
        int victim = server.Children[0].Pid;
        Assert.Equal(0, (await Command.Run("taskset", "-a", "-p", "ffff", $"{server.Pid}")).ExitCode);
        Posix.Send(victim, Signal.Kill);
        await WaitFor.Condition(() => server.Children.Any(child => child.Pid != victim), "another child");
        await server.ServesThePage();
        Assert.Equal(0, server.CountInErrorLog("could not start"));
    });

    [Fact]
    public async Task A_port_that_is_taken_ends_the_start_and_says_why()
    {
        using var taken = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        taken.Start();
        int port = ((System.Net.IPEndPoint)taken.LocalEndpoint).Port;
        var spec = new ServerSpec { Mpm = "event" };
        await using var server = await TestServer.Start(TestServer.Prepare(spec), spec, [port]);
        await server.Explain(async () =>
        {
            Assert.Equal(1, await server.Exit());
            Assert.Contains($"(98)Address already in use: AH00072: make_sock: could not bind to address 127.0.0.1:{port}", server.StandardError + server.ErrorLog, StringComparison.Ordinal);
        });
    }

    private static bool Served(TestServer server)
    {
        try
        {
            return server.Get().Wait(TimeSpan.FromSeconds(2));
        }
        catch (AggregateException)
        {
            return false;
        }
    }
}
