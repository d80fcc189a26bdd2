using Manifold.WineTests.Harness;
using Xunit;

namespace Manifold.WineTests;

/// <summary>The winnt MPM on its own system: what it serves, and what it refuses to start with.</summary>
[Collection(nameof(Wine))]
public class ServingTests(Wine wine)
{
    private const int Requests = 200;

    [WineFact]
    public Task Two_hundred_requests_over_each_of_two_ports() => WineServer.With(wine, ports: 2, async server =>
    {
        await server.ServesThePage();
        foreach (int port in server.Ports)
        {
            using var kept = await WireClient.Connect(port);
            for (int i = 0; i < Requests; i++)
            {
                var response = i % 2 == 0 ? await kept.Ask(WireClient.Request()) : await WireClient.Get(port);
                Assert.Equal((200, i % 2 == 1), (response.Status, response.ClosesConnection));
                Assert.Equal(Content.Index, response.Body);
            }
        }
        Assert.Equal(Content.Big, (await WireClient.Get(server.Port, "/big.bin")).Body);
        Assert.Equal(404, (await WireClient.Get(server.Port, "/missing")).Status);
        string status = (await WireClient.Get(server.Port, "/server-status?auto")).Text;
        Assert.Contains("\nServerMPM: winnt\n", status, StringComparison.Ordinal);
        Assert.Equal(0, (await server.Control("-k", "stop")).ExitCode);
        Assert.Equal(0, await server.IsGone());
    });

    [WineFact]
    public Task A_wrong_line_is_refused_with_its_file_and_number() => WineServer.Without(wine, ports: 1, async server =>
    {
        server.Rewrite(extra: "Nonsense on");
        var ran = await server.Control();
        Assert.Equal(1, ran.ExitCode);
        Assert.Contains($"Syntax error on line {server.LineOf("Nonsense")} of {Wine.ToWindows(server.Root)}/conf/httpd.conf", ran.Error, StringComparison.Ordinal);
        Assert.Contains("Nonsense", ran.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(server.PidFile));
    });

    [WineFact]
    public Task Another_mpm_is_refused_with_the_name_of_the_right_one() => WineServer.Without(wine, ports: 1, async server =>
    {
        foreach (string mpm in (string[])["event", "prefork"])
        {
            server.Rewrite(mpm: mpm);
            var ran = await server.Control();
            Assert.Equal(1, ran.ExitCode);
            Assert.Contains(mpm, ran.Error, StringComparison.Ordinal);
            Assert.Contains("winnt", ran.Error, StringComparison.Ordinal);
        }
        server.Rewrite(mpm: "winnt");
        var right = await server.Control("-t");
        Assert.Equal((0, "Syntax OK\n"), (right.ExitCode, right.Error));
    });

    [WineFact]
    public Task An_expression_means_what_it_means_on_Linux_or_is_refused() => WineServer.Without(wine, ports: 1, async server =>
    {
        server.Rewrite(extra: "<LocationMatch \"^/sec[[:alpha:]]*+/(?P<n>\\h)\">\nRequire all denied\n</LocationMatch>");
        var taken = await server.Control("-t");
        Assert.Equal((0, "Syntax OK\n"), (taken.ExitCode, taken.Error));
        server.Rewrite(extra: "<FilesMatch \"a\\Kb\">\n</FilesMatch>");
        var refused = await server.Control("-t");
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains(@"\K is not available on Windows", refused.Error, StringComparison.Ordinal);
    });
}
