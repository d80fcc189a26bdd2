using Manifold.WineTests.Harness;
using Xunit;

namespace Manifold.WineTests;

/// <summary>A child that dies is replaced at once; only what it was serving is lost.</summary>
[Collection(nameof(Wine))]
public class CrashTests(Wine wine)
{
    private const int Clients = 6;

    [WineFact]
    public Task A_child_that_is_terminated_under_load_is_replaced() => WineServer.With(wine, ports: 1, async server =>
    {
        string supervisor = server.Pid, victim = await server.Child();
        await using (var load = new LoadClient(server.Port, Clients))
        {
            await load.Answers(100);
            await server.End(victim);
            await server.Logs($"child pid {victim} ");
            await server.Logs("exited with code 0xFFFFFFFF"); // what the probe's TerminateProcess says
            // Each client had at most one request at the child; connections that wait for the next child are answered by it.
            await load.End();
            Assert.InRange(load.Failures.Count, 0, Clients);
        }
        string next = await server.Child();
        Assert.NotEqual(victim, next);
        Assert.Equal(supervisor, server.Pid);
        await using var after = new LoadClient(server.Port, Clients);
        await after.Answers(100);
        await after.EndWithoutLoss();
        Assert.Equal(0, (await server.Control("-k", "stop")).ExitCode);
        Assert.Equal(0, await server.IsGone());
    });
}
