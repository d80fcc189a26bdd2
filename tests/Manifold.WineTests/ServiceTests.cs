using System.Net;
using System.Net.Sockets;
using Manifold.WineTests.Harness;
using Xunit;

namespace Manifold.WineTests;

/// <summary>The server as a service, with Wine's service control manager.</summary>
[Collection(nameof(Wine))]
public class ServiceTests(Wine wine)
{
    private const string Name = "Manifold Test";

    [WineFact]
    public Task A_service_is_installed_started_restarted_configured_stopped_and_removed() => WineServer.Without(wine, ports: 1, async server =>
    {
        async Task Does(string output, params IReadOnlyList<string> arguments)
        {
            var ran = await server.ControlAlone(["-n", Name, .. arguments]);
            Assert.True(ran.ExitCode == 0, ran.ToString());
            Assert.Contains(output, ran.Output, StringComparison.Ordinal);
        }

        await Does("is installed", ["-k", "install", .. server.Words]);
        try
        {
            var twice = await server.Control("-k", "install", "-n", Name);
            Assert.Equal(1, twice.ExitCode);
            Assert.Contains("already", twice.Error, StringComparison.Ordinal);

            var tested = await server.ControlAlone("-n", Name, "-t"); // with the options of the service
            Assert.Equal((0, "Syntax OK\n"), (tested.ExitCode, tested.Error));

            await Does("", "-k", "start");
            await server.ServesThePage(); // at once, without waiting
            await Does("already running", "-k", "start");

            await Does("", "-k", "restart");
            await server.Resumes(2);
            await server.ServesThePage();

            server.Rewrite(extra: "Nonsense on");
            var refused = await server.ControlAlone("-n", Name, "-k", "restart");
            Assert.Equal(1, refused.ExitCode);
            Assert.Contains($"Syntax error on line {server.LineOf("Nonsense")} of", refused.Error, StringComparison.Ordinal);
            await server.ServesThePage();
            server.Rewrite();

            await Does("", "-k", "stop");
            Assert.False(File.Exists(server.PidFile));
            await server.PortsAreFree();
            await Does("not running", "-k", "stop");

            using (var other = new TcpListener(IPAddress.Loopback, server.Port))
            {
                other.Start();
                var failed = await server.ControlAlone("-n", Name, "-k", "start");
                Assert.Equal(1, failed.ExitCode);
                Assert.Contains("ended with exit code 1 instead of serving", failed.Error, StringComparison.Ordinal);
                Assert.Contains($"127.0.0.1:{server.Port}", Proc.ReadText(server.Root + "/logs/error_log"), StringComparison.Ordinal);
            }

            await Does("new options", ["-k", "config", .. server.Words, "-c", "Alias /again \"" + Wine.ToWindows(server.Root) + "/htdocs/digits.txt\"",
                "-C", "LoadModule alias_module modules/mod_alias.so"]);
            await Does("", "-k", "start");
            Assert.Equal("0123456789", (await WireClient.Get(server.Port, "/again")).Text);
        }
        finally
        {
            await Does("is removed", "-k", "uninstall"); // stops it first
        }
        await server.PortsAreFree();
        var unknown = await server.ControlAlone("-n", Name, "-k", "start");
        Assert.Equal(1, unknown.ExitCode);
        Assert.Contains("There is no service", unknown.Error, StringComparison.Ordinal);
    });

    [WineFact]
    public async Task Nobody_but_the_service_control_manager_runs_a_service() => await WineServer.Without(wine, ports: 1, async server =>
    {
        var ran = await server.Control("-k", "runservice", "-n", Name, "-E", Wine.ToWindows(server.Root) + "/logs/start.log");
        Assert.Equal(1, ran.ExitCode);
        Assert.Contains("-k start -n", Proc.ReadText(server.Root + "/logs/start.log"), StringComparison.Ordinal);
    });
}
