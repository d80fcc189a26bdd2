using Manifold.WineTests.Harness;
using Xunit;

namespace Manifold.WineTests;

/// <summary>A restart replaces the child and loses nothing; a configuration that cannot be used changes nothing.</summary>
[Collection(nameof(Wine))]
public class RestartTests(Wine wine)
{
    private const int Clients = 6, Restarts = 3;

    [WineFact]
    public Task Restarts_under_load_lose_no_request() => WineServer.With(wine, ports: 2, async server =>
    {
        string child = await server.Child();
        await using var kept = new LoadClient(server.Ports[0], Clients);
        await using var closing = new LoadClient(server.Ports[1], Clients, closing: true);
        for (int restart = 1; restart <= Restarts; restart++)
        {
            await kept.Answers(100);
            await closing.Answers(100);
            var ran = await server.Control("-k", "restart");
            Assert.True(ran.ExitCode == 0, ran.ToString());
            await server.Resumes(1 + restart);
        }
        await kept.Answers(100);
        await closing.Answers(100);
        await kept.EndWithoutLoss();
        await closing.EndWithoutLoss();
        Assert.Equal(0, kept.Refused + closing.Refused);
        Assert.NotEqual(child, await server.Child()); // once the old ones have ended there is one again
    });

    [WineFact]
    public Task A_configuration_that_cannot_be_used_is_refused_and_the_old_one_goes_on() => WineServer.With(wine, ports: 1, async server =>
    {
        string child = await server.Child();
        server.Rewrite(extra: "Nonsense on");
        string where = $"Syntax error on line {server.LineOf("Nonsense")} of {Wine.ToWindows(server.Root)}/conf/httpd.conf";
        var ran = await server.Control("-k", "restart");
        Assert.Equal(1, ran.ExitCode);
        Assert.Contains(where, ran.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(where, server.ErrorLog, StringComparison.Ordinal); // the server was not even asked

        await server.Set("restart"); // this asks without looking at the file
        await server.Logs(where);
        await server.ServesThePage();
        Assert.Equal(child, await server.Child());

        server.Rewrite(extra: "LoadModule alias_module modules/mod_alias.so\nAlias /again \"" + Wine.ToWindows(server.Root) + "/htdocs/digits.txt\"");
        await server.Set("restart");
        await server.Resumes(2);
        Assert.Equal("0123456789", (await WireClient.Get(server.Port, "/again")).Text);
    });
}
