using Manifold.WineTests.Harness;
using Xunit;

namespace Manifold.WineTests;

/// <summary>Every way to stop ends with exit code 0 and leaves nothing behind.</summary>
[Collection(nameof(Wine))]
public class StopTests(Wine wine)
{
    [WineFact]
    public Task Stop_returns_when_the_server_is_down() => WineServer.With(wine, ports: 1, async server =>
    {
        string pid = server.Pid;
        var second = await server.Control("-k", "start");
        Assert.Equal((0, $"httpd (pid {pid}) already running\n"), (second.ExitCode, second.Output));
        var stopped = await server.Control("-k", "stop");
        Assert.True(stopped.ExitCode == 0, stopped.ToString());
        Assert.False(File.Exists(server.PidFile));
        Assert.Equal(0, await server.IsGone());
        var again = await server.Control("-k", "shutdown");
        Assert.Equal((0, "httpd (no pid file) not running\n"), (again.ExitCode, again.Output));
    });

    [WineFact]
    public Task The_named_event_stops_the_server_and_requests_are_finished() => WineServer.With(wine, ports: 1, async server =>
    {
        await using var load = new LoadClient(server.Port, 4);
        await load.Answers(50);
        await server.Set("shutdown");
        Assert.Equal(0, await server.IsGone());
        await load.End();
        Assert.Empty(load.Failures);
    });
}
