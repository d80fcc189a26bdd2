using Manifold.ProcessTests.Harness;
using Xunit;

namespace Manifold.ProcessTests.Children;

/// <summary>Children without a master do not stay behind, and children of a master that hangs go on.</summary>
public class MasterDeathTests
{
    // Children see the end of the pipe at once; the promise is a second. The margin is for busy machines.
    private static readonly TimeSpan s_soon = TimeSpan.FromSeconds(5);

    [Theory, MemberData(nameof(TestedMpms.All), MemberType = typeof(TestedMpms))]
    public Task Children_of_a_killed_master_finish_their_requests_and_end(string mpm) => TestServer.With(new ServerSpec { Mpm = mpm, KeepAliveTimeout = 60 }, async server =>
    {
        using var download = await SlowDownload.Start(server.Port);
        using var resting = await WireClient.Connect(server.Port);
        await resting.Ask(WireClient.Request());
        using var silent = await WireClient.Connect(server.Port);
        server.Send(Signal.Kill);
        await WaitFor.Condition(() => server.Processes.Count == 1, () => $"all children but the busy one end; there are {server.Processes.Count}", s_soon);
        Assert.True(await download.Finish(), "the request in progress was not finished");
        await WaitFor.Condition(() => server.Processes.Count == 0, "the last child ends after its request", s_soon);
        await WaitFor.Condition(() => FreePorts.IsFree(server.Port), "the port is free"); // a process that ends closes its files last
    });

    [Theory, MemberData(nameof(TestedMpms.Pooled), MemberType = typeof(TestedMpms))]
    public Task Children_serve_on_while_their_master_hangs(string mpm) => TestServer.With(new ServerSpec { Mpm = mpm, Population = Population.For(mpm, 4) }, async server =>
    {
        await Proc.Halt(server.Pid);
        await using var load = new LoadClient(server.Port, 4);
        await load.Answers(500);
        await load.EndWithoutLoss();
        server.Send(Signal.Cont);
        await server.RestartGracefully();
        await server.ServesThePage();
    });

    [Fact]
    public Task A_killed_master_leaves_a_pid_file_that_does_not_keep_the_next_from_starting() => TestServer.With("event", async server =>
    {
        server.Send(Signal.Kill);
        await WaitFor.Condition(() => server.Processes.Count == 0, "all processes end");
        Assert.True(File.Exists(server.PidFile));
        string root = TestServer.Prepare(server.Spec);
        await File.WriteAllTextAsync(root + "/logs/httpd.pid", await File.ReadAllTextAsync(server.PidFile));
        await using var second = await TestServer.Start(root, server.Spec, server.Ports);
        await second.Serves();
        await second.ServesThePage();
        Assert.Equal($"{second.Pid}\n", await File.ReadAllTextAsync(second.PidFile));
    });
}
