using System.Diagnostics;
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

    /// <summary>New connections are another matter: one that comes between the last accept and the close is reset (docs/mpm/winnt.md).</summary>
    [WineFact]
    public Task The_named_event_stops_the_server_and_what_it_has_accepted_is_served() => WineServer.With(wine, ports: 1, async server =>
    {
        using var download = await SlowDownload.Start(server.Port);
        using var resting = await WireClient.Connect(server.Port);
        Assert.False((await resting.Ask(WireClient.Request())).ClosesConnection);
        await server.Set("shutdown");
        await server.Logs("Received shutdown signal"); // by the supervisor: its child hears of it a moment later
        WireResponse last;
        var patience = Stopwatch.StartNew();
        do
        {
            last = await resting.Ask(WireClient.Request());
            Assert.Equal(Content.Index, last.Body);
            Assert.True(patience.Elapsed < WineServer.Long, "a retiring child must say that it closes");
        }
        while (!last.ClosesConnection);
        Assert.True(await download.Finish(), "the file did not come whole");
        Assert.Equal(0, await server.IsGone());
    });
}
