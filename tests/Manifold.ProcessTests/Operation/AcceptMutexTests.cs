using Manifold.ProcessTests.Harness;
using Xunit;

namespace Manifold.ProcessTests.Operation;

/// <summary>
/// The starvation example: three ports and ten processes. Without a rule for who waits on which socket, connections to two of the ports
/// would find nobody. Each mechanism of the accept mutex must serve all three, also after its holder was killed.
/// </summary>
public class AcceptMutexTests
{
    private static readonly Population s_ten = new(Children: 10, MostChildren: 20);

    [Theory]
    [InlineData("fcntl")]
    [InlineData("flock")]
    [InlineData("sysvsem")]
    [InlineData("posixsem")]
    [InlineData("pthread")]
    public Task Three_ports_and_ten_processes(string mechanism) => TestServer.With(Spec(mechanism), async server =>
    {
        for (int round = 0; round < 10; round++) await server.ServesThePage();
        await Task.WhenAll(Enumerable.Range(0, 30).Select(async i => Assert.Equal(200, (await WireClient.Get(server.Ports[i % 3])).Status)));
        await server.RestartGracefully();
        await server.ServesThePage();
    });

    /// <summary>posixsem is not here: the system does not give a semaphore back when its holder dies; the documentation says so.</summary>
    [Theory]
    [InlineData("fcntl")]
    [InlineData("flock")]
    [InlineData("sysvsem")]
    [InlineData("pthread")]
    public Task The_holder_of_the_mutex_can_be_killed(string mechanism) => TestServer.With(Spec(mechanism), async server =>
    {
        // Half of them; with a probability of one half the holder is among these.
        foreach (var child in server.Children.Take(5)) Posix.Send(child.Pid, Signal.Kill);
        for (int round = 0; round < 5; round++) await server.ServesThePage();
        // All of them: it is among these.
        int[] all = [.. server.Children.Select(child => child.Pid)];
        foreach (int pid in all) Posix.Send(pid, Signal.Kill);
        await WaitFor.Condition(() => server.Children.Count > 0 && !server.Children.Any(child => all.Contains(child.Pid)), "new children");
        for (int round = 0; round < 5; round++) await server.ServesThePage();
    });

    [Theory, MemberData(nameof(TestedMpms.All), MemberType = typeof(TestedMpms))]
    public Task Every_mpm_serves_three_ports(string mpm) => TestServer.With(new ServerSpec { Mpm = mpm, Ports = 3, Population = new(Children: 3) }, async server =>
    {
        for (int round = 0; round < 5; round++) await server.ServesThePage();
        await using var first = new LoadClient(server.Ports[0], 2);
        await using var third = new LoadClient(server.Ports[2], 1);
        await first.Answers(100);
        await third.Answers(100);
        await server.ServesThePage();
        await first.EndWithoutLoss();
        await third.EndWithoutLoss();
    });

    [Theory, MemberData(nameof(TestedMpms.WithSeveralProcesses), MemberType = typeof(TestedMpms))]
    public Task A_bucket_of_sockets_for_each_core(string mpm) => TestServer.With(
        new ServerSpec { Mpm = mpm, Population = new(Children: 4), Extra = ["ListenCoresBucketsRatio 1"] }, async server =>
        {
            const int clients = 8;
            await using var load = new LoadClient(server.Port, clients);
            await load.Answers(300);
            await server.RestartGracefully();
            await load.Answers(300);
            await load.EndWithoutLoss();
            server.Send(Signal.Term);
            Assert.Equal(0, await server.Exit());
        });

    private static ServerSpec Spec(string mechanism) => new() { Mpm = "prefork", Ports = 3, Population = s_ten, Extra = [$"Mutex {mechanism} mpm-accept"] };
}
