using Manifold.ProcessTests.Harness;
using Xunit;

namespace Manifold.ProcessTests.Restarts;

/// <summary>A configuration that is wrong costs nothing: the generation that serves goes on.</summary>
public class BrokenConfigurationTests
{
    [Theory]
    [InlineData("event", Signal.Usr1)]
    [InlineData("prefork", Signal.Usr1)]
    [InlineData("worker", Signal.Hup)]
    internal Task A_broken_file_is_refused_and_the_old_generation_goes_on(string mpm, Signal signal) => TestServer.With(mpm, async server =>
    {
        int[] children = [.. server.Children.Select(child => child.Pid)];
        await using var load = new LoadClient(server.Port, 2);
        int line = Break(server);
        server.Send(signal);
        await server.Logs($"Syntax error on line {line} of {server.ConfigurationFile}:");
        await server.Logs("Invalid command 'NoSuchDirective'");
        await load.Answers(50);
        await load.EndWithoutLoss();
        var now = server.Children; // under load there may be more of them
        Assert.Empty(children.Except(now.Select(child => child.Pid)));
        Assert.All(now, child => Assert.Equal(0, child.Generation));
        Assert.Equal(1, server.Resumptions);
        // Repaired, it is accepted.
        server.Rewrite(server.Spec);
        await server.RestartGracefully();
        await server.ServesThePage();
    });

    /// <summary>Children never read the file: one that is replaced has what its generation was made from, whatever the file says meanwhile.</summary>
    [Theory, MemberData(nameof(TestedMpms.All), MemberType = typeof(TestedMpms))]
    public Task A_child_that_is_replaced_has_the_configuration_of_its_generation(string mpm) => TestServer.With(mpm, async server =>
    {
        server.Rewrite(server.Spec with { Extra = [$"Alias /changed \"{server.Root}/htdocs/digits.txt\""] });
        int[] old = [.. server.Children.Select(child => child.Pid)];
        foreach (int pid in old) Posix.Send(pid, Signal.Kill);
        await WaitFor.Condition(() => !server.Children.Any(child => old.Contains(child.Pid)), "the old children are gone");
        Assert.Equal(404, (await server.Get("/changed")).Status);
        await server.RestartGracefully();
        await WaitFor.Condition(() => server.Children.All(child => child.Generation == 1), "the generation before leaves");
        Assert.Equal(200, (await server.Get("/changed")).Status);
    });

    [Fact]
    public Task More_threads_than_the_scoreboard_has_records_for_are_refused() => TestServer.With("event", async server =>
    {
        server.Rewrite(server.Spec with { Extra = ["ThreadLimit 128", "ThreadsPerChild 100", "MaxRequestWorkers 200"] });
        server.Send(Signal.Usr1);
        await server.Logs("exceeds the ThreadLimit 64 that the server was started with");
        await server.ServesThePage();
        Assert.Equal(1, server.Resumptions);
    });

    [Fact]
    public Task K_graceful_with_a_broken_file_exits_non_zero_and_sends_nothing() => TestServer.With("event", async server =>
    {
        int line = Break(server);
        var ran = await server.Control("-k", "graceful");
        Assert.NotEqual(0, ran.ExitCode);
        Assert.Contains($"AH00526: Syntax error on line {line} of {server.ConfigurationFile}:\nInvalid command 'NoSuchDirective'", ran.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("SIGUSR1", server.ErrorLog, StringComparison.Ordinal);
        await server.ServesThePage();
    });

    [Fact]
    public Task A_log_that_cannot_be_opened_is_refused_and_the_old_generation_goes_on() => TestServer.With("event", async server =>
    {
        server.Rewrite(server.Spec with { AccessLog = "/nowhere/at/all/access.log" });
        server.Send(Signal.Usr1);
        await server.Logs("/nowhere/at/all/access.log");
        await server.ServesThePage();
        Assert.Equal(1, server.Resumptions);
    });

    [Fact]
    public Task A_port_that_is_taken_is_refused_and_the_old_generation_goes_on() => TestServer.With("event", async server =>
    {
        using var taken = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        taken.Start();
        server.Rewrite(server.Spec with { Extra = [$"Listen 127.0.0.1:{((System.Net.IPEndPoint)taken.LocalEndpoint).Port}"] });
        server.Send(Signal.Usr1);
        await server.Logs("Address already in use");
        await server.ServesThePage();
        Assert.Equal(1, server.Resumptions);
    });

    /// <summary>A generation whose children cannot start - they may not read the server's files - never takes over.</summary>
    [RootFact]
    public async Task A_generation_that_does_not_come_up_is_given_up_and_the_old_one_goes_on()
    {
        using var hidden = await HiddenExecutable.For("www-data");
        await TestServer.With(new ServerSpec { Mpm = "event", Executable = hidden.Path }, async server =>
        {
            server.Rewrite(server.Spec with { UserAndGroup = ("nobody", "nogroup") });
            await using var load = new LoadClient(server.Port, 4);
            server.Send(Signal.Usr1);
            await server.Logs("the restart failed");
            await load.Answers(50);
            await load.EndWithoutLoss();
            await WaitFor.Condition(() => server.Children.All(child => child.Generation == 0), "children of the failed generation are gone");
            Assert.Equal(1, server.Resumptions);
            server.Rewrite(server.Spec with { UserAndGroup = ("www-data", "www-data") });
            await server.RestartGracefully();
            await server.ServesThePage();
        });
    }

    private static int Break(TestServer server)
    {
        string text = File.ReadAllText(server.ConfigurationFile);
        File.WriteAllText(server.ConfigurationFile, text + "NoSuchDirective on\n");
        return text.Count(c => c == '\n') + 1;
    }
}
