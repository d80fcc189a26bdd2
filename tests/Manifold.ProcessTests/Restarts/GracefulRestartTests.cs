using System.Globalization;
using System.Text.RegularExpressions;
using Manifold.ProcessTests.Harness;
using Xunit;

namespace Manifold.ProcessTests.Restarts;

/// <summary>SIGUSR1: everything may change and no request is lost. The reference servers lose 13 to 160 requests in the same trial.</summary>
public partial class GracefulRestartTests
{
    private const int Clients = 16;

    [Theory, MemberData(nameof(TestedMpms.All), MemberType = typeof(TestedMpms))]
    public Task Ten_restarts_under_sixteen_busy_connections_lose_nothing(string mpm) => LoseNothing(mpm, restart => mpm);

    [Fact]
    public Task The_mpm_can_change_at_each_restart_and_nothing_is_lost() => LoseNothing("prefork", restart => TestedMpms.Names[restart % TestedMpms.Names.Count]);

    [Theory, MemberData(nameof(TestedMpms.Pooled), MemberType = typeof(TestedMpms))]
    public Task Old_children_leave_and_the_new_generation_has_as_many(string mpm) => TestServer.With(mpm, async server =>
    {
        int[] old = [.. server.Children.Select(child => child.Pid)];
        await server.RestartGracefully();
        await WaitFor.Condition(() => !server.Children.Any(child => old.Contains(child.Pid)), () => $"the old children leave; there are {string.Join(", ", server.Children)}");
        Assert.All(server.Children, child => Assert.Equal(1, child.Generation));
        Assert.True(server.Children.Count >= server.Spec.Population.ChildrenOf(mpm));
        await server.ServesThePage();
    });

    [Theory, MemberData(nameof(TestedMpms.All), MemberType = typeof(TestedMpms))]
    public Task A_request_in_progress_is_finished_by_the_child_that_began_it(string mpm) => TestServer.With(mpm, async server =>
    {
        using var download = await SlowDownload.Start(server.Port);
        int[] old = [.. server.Children.Select(child => child.Pid)];
        await server.RestartGracefully();
        await server.ServesThePage();
        await WaitFor.Condition(() => server.Children.Count(child => old.Contains(child.Pid)) == 1, "all old children but the busy one leave");
        Assert.True(await download.Finish(), "the file did not come whole");
        await WaitFor.Condition(() => !server.Children.Any(child => old.Contains(child.Pid)), "the last old child leaves");
    });

    [Theory, MemberData(nameof(TestedMpms.All), MemberType = typeof(TestedMpms))]
    public Task A_resting_connection_is_still_answered_and_then_closed(string mpm) => TestServer.With(new ServerSpec { Mpm = mpm, KeepAliveTimeout = 15 }, async server =>
    {
        using var client = await WireClient.Connect(server.Port);
        Assert.False((await client.Ask(WireClient.Request())).ClosesConnection);
        await server.RestartGracefully();
        var response = await client.AskUntilItCloses();
        Assert.True(response.ClosesConnection, "a retiring child must say that it closes");
    });

    [Fact]
    public Task A_new_port_opens_and_an_old_one_closes() => TestServer.With(new ServerSpec { Mpm = "event", Ports = 2 }, async server =>
    {
        int added = FreePorts.Take(1)[0];
        int removed = server.Ports[1];
        string changed = server.Spec.ToConfiguration(server.Root, [server.Port, added]);
        await File.WriteAllTextAsync(server.ConfigurationFile, changed);
        await server.RestartGracefully();
        Assert.Equal(200, (await WireClient.Get(added)).Status);
        Assert.Equal(200, (await WireClient.Get(server.Port)).Status);
        await WaitFor.Condition(() => FreePorts.IsFree(removed), "the port that is no longer named is given back");
    });

    /// <summary>One client downloads from the port itself, one from another port; every thread of the old children may have such a client.</summary>
    [Theory, MemberData(nameof(TestedMpms.All), MemberType = typeof(TestedMpms))]
    public Task A_port_that_is_given_up_is_free_while_old_downloads_go_on(string mpm) => TestServer.With(new ServerSpec { Mpm = mpm, Ports = 2 }, async server =>
    {
        int removed = server.Ports[1];
        var downloads = new List<SlowDownload>();
        try
        {
            for (int i = 0; i < 4; i++) downloads.Add(await SlowDownload.Start(server.Ports[i % 2]));
            int[] old = [.. server.Children.Select(child => child.Pid)];
            string both = await File.ReadAllTextAsync(server.ConfigurationFile);
            await File.WriteAllTextAsync(server.ConfigurationFile, server.Spec.ToConfiguration(server.Root, [server.Port]));
            await server.RestartGracefully();
            await WaitFor.Condition(() => FreePorts.IsFree(removed), () => $"the port is free; its socket has {string.Join(", ", server.Processes.Select(pid => $"{pid}: {Proc.Copies(pid, removed)}"))}");
            Assert.Contains(server.Children, child => old.Contains(child.Pid)); // at the downloads
            await File.WriteAllTextAsync(server.ConfigurationFile, both);
            await server.RestartGracefully(); // and it can be had again
            Assert.Equal(200, (await WireClient.Get(removed)).Status);
            foreach (var download in downloads) Assert.True(await download.Finish(), "a file did not come whole");
        }
        finally
        {
            foreach (var download in downloads) download.Dispose();
        }
    });

    /// <summary>Nobody has accepted them when the restart comes: the only child is busy.</summary>
    [Fact]
    public Task Connections_that_wait_on_a_port_that_is_given_up_are_served() => TestServer.With(
        new ServerSpec { Mpm = "prefork", Ports = 2, Population = new Population(Children: 1, MostChildren: 1) }, async server =>
        {
            using var download = await SlowDownload.Start(server.Port);
            using var first = await WireClient.Connect(server.Ports[1]);
            using var second = await WireClient.Connect(server.Ports[1]);
            await first.Send(WireClient.Request(headers: "Connection: close\r\n"));
            await second.Send(WireClient.Request(headers: "Connection: close\r\n"));
            await File.WriteAllTextAsync(server.ConfigurationFile, server.Spec.ToConfiguration(server.Root, [server.Port]));
            await server.RestartGracefully();
            Assert.True(await download.Finish());
            Assert.Equal(200, (await first.Receive()).Status);
            Assert.Equal(200, (await second.Receive()).Status);
            await WaitFor.Condition(() => FreePorts.IsFree(server.Ports[1]), "the port is given back");
        });

    [Fact]
    public Task A_port_that_was_given_up_can_be_taken_again() => TestServer.With(new ServerSpec { Mpm = "prefork", Ports = 2 }, async server =>
    {
        using var download = await SlowDownload.Start(server.Port); // holds the old generation, and with it the old socket
        string both = await File.ReadAllTextAsync(server.ConfigurationFile);
        await File.WriteAllTextAsync(server.ConfigurationFile, server.Spec.ToConfiguration(server.Root, [server.Port]));
        await server.RestartGracefully();
        await File.WriteAllTextAsync(server.ConfigurationFile, both);
        await server.RestartGracefully();
        Assert.Equal(200, (await WireClient.Get(server.Ports[1])).Status);
        Assert.True(await download.Finish());
    });

    [Fact]
    public Task The_number_of_buckets_can_change_and_nothing_is_lost()
    {
        var spec = new ServerSpec { Mpm = "event", Population = Population.For("event", Clients), ShellPrefix = "export DOTNET_PROCESSOR_COUNT=4" };
        return TestServer.With(spec, async server =>
        {
            await using var load = new LoadClient(server.Port, Clients);
            await load.Answers(100);
            foreach (string ratio in (string[])["1", "2", "0", "2"])
            {
                server.Rewrite(spec with { Extra = ["ListenCoresBucketsRatio " + ratio] });
                await server.RestartGracefully();
                await load.Answers(100);
            }
            await load.EndWithoutLoss();
        });
    }

    [Theory, MemberData(nameof(TestedMpms.All), MemberType = typeof(TestedMpms))]
    public Task Hangup_restarts_and_serves_again(string mpm) => TestServer.With(mpm, async server =>
    {
        int[] old = [.. server.Children.Select(child => child.Pid)];
        await File.WriteAllTextAsync(server.Root + "/htdocs/new.html", "new");
        server.Rewrite(server.Spec with { Extra = ["Alias /changed \"" + server.Root + "/htdocs/new.html\""] });
        int before = server.Resumptions;
        server.Send(Signal.Hup);
        await WaitFor.Condition(() => server.Resumptions > before, "the server resumes after SIGHUP");
        await WaitFor.Condition(() => !server.Children.Any(child => old.Contains(child.Pid)), "the old children are gone");
        Assert.Equal("new", (await server.Get("/changed")).Text);
        Assert.True(Proc.IsAlive(server.Pid));
    });

    /// <summary>SIGTERM is not enough for a process that is stopped: SIGKILL follows nine seconds later.</summary>
    [Fact]
    public Task A_child_that_hangs_at_a_hard_restart_is_killed_in_the_end() => TestServer.With("event", async server =>
    {
        int stuck = server.Children[0].Pid;
        await Proc.Halt(stuck);
        server.Send(Signal.Hup);
        await server.Logs($"child process {stuck} still did not exit, sending a SIGKILL");
        await WaitFor.Condition(() => !Proc.IsAlive(stuck), "the child is gone");
        Assert.All(server.Children, child => Assert.Equal(1, child.Generation));
        await server.ServesThePage();
    });

    [Fact]
    public Task Many_restarts_in_a_row_leave_no_descriptor_and_no_process_behind() => TestServer.With("event", async server =>
    {
        await server.RestartGracefully();
        await WaitFor.Condition(() => server.Children.Count == 2, "two children");
        int descriptors = Proc.Descriptors(server.Pid).Count;
        for (int i = 0; i < 5; i++) await server.RestartGracefully();
        await WaitFor.Condition(() => server.Children.Count == 2, "two children again");
        await WaitFor.Condition(() => Proc.Descriptors(server.Pid).Count <= descriptors,
            () => $"{descriptors} descriptors; there are {Proc.Descriptors(server.Pid).Count}: {string.Join(' ', Proc.Descriptors(server.Pid))}");
        Assert.Equal(3, server.Processes.Count);
    });

    private static Task LoseNothing(string firstMpm, Func<int, string> next)
    {
        var spec = new ServerSpec { Mpm = firstMpm, Population = Population.For(firstMpm, Clients) };
        return TestServer.With(spec, async server =>
        {
            await using var load = new LoadClient(server.Port, Clients);
            await load.Answers(100);
            for (int restart = 1; restart <= 10; restart++)
            {
                string mpm = next(restart);
                server.Rewrite(spec with { Mpm = mpm, Population = Population.For(mpm, Clients) });
                await server.RestartGracefully();
                await load.Answers(100);
                if (mpm != firstMpm) Assert.Contains(server.Children, child => child.Mpm == mpm);
            }
            await load.EndWithoutLoss();
            Assert.Equal(11, server.Resumptions);
            await EachIsLoggedOnce(server, load);
        });
    }

    /// <summary>The other side of the count: the log has each answered request exactly once.</summary>
    private static async Task EachIsLoggedOnce(TestServer server, LoadClient load)
    {
        int[] answered = [.. load.Answered.Order()];
        int[] logged = [];
        await WaitFor.Condition(() => (logged = Logged(server)).Length >= answered.Length, () => $"{answered.Length} log lines; there are {logged.Length}");
        Assert.Equal(answered, logged);
    }

    private static int[] Logged(TestServer server) =>
        [.. server.AccessLog.Select(line => Numbered().Match(line)).Where(m => m.Success).Select(m => int.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture)).Order()];

    [GeneratedRegex(@"\?n=(\d+) ")]
    private static partial Regex Numbered();
}
