using Manifold.ProcessTests.Harness;
using Xunit;

namespace Manifold.ProcessTests.Restarts;

/// <summary>The executable is replaced while it serves, as by the upgrade of a package: nothing changes until a restart, and that takes the new one over without losing a request.</summary>
public sealed class ReplacedProgramTests
{
    [NativeTheory, MemberData(nameof(TestedMpms.All), MemberType = typeof(TestedMpms))]
    public Task A_restart_takes_the_new_program_and_loses_nothing(string mpm) => With(new ServerSpec { Mpm = mpm, Population = Population.For(mpm, 16) }, async (server, executable) =>
    {
        await using var load = new LoadClient(server.Port, 8);
        await load.Answers(50);
        for (int round = 0; round < 3; round++)
        {
            Replace(executable);
            Assert.True(RunsOld(server.Pid));
            server.Send(Signal.Usr1);
            await IsNew(server);
            await load.Answers(50);
        }
        await load.EndWithoutLoss();
        Assert.Equal(0, load.Refused);
        Assert.Equal($"{server.Pid}\n", await File.ReadAllTextAsync(server.PidFile));
        server.Send(Signal.Term);
        Assert.Equal(0, await server.Exit());
    });

    /// <summary>What a master starts is the program that it is itself, or both would not understand each other.</summary>
    [NativeFact]
    public Task Before_the_restart_dead_children_are_replaced_by_the_old_program() => With(new ServerSpec { Mpm = "worker" }, async (server, executable) =>
    {
        Replace(executable);
        int dead = server.Children[0].Pid;
        Posix.Send(dead, Signal.Kill);
        await WaitFor.Condition(() => server.Children.Count >= 2 && server.Children.All(child => child.Pid != dead && RunsOld(child.Pid)), () => string.Join(", ", server.Children));
        await server.ServesThePage();
    });

    [NativeFact]
    public Task A_download_goes_on_in_an_old_child_and_a_stop_ends_it() => With(new ServerSpec { Mpm = "event" }, async (server, executable) =>
    {
        using var finished = await SlowDownload.Start(server.Port);
        Replace(executable);
        server.Send(Signal.Usr1);
        await IsNew(server, butOne: true);
        Assert.True(await finished.Finish(), "the file did not come whole");
        await WaitFor.Condition(() => server.Children.All(child => !RunsOld(child.Pid)), "the old child leaves");
        Replace(executable);
        using var cut = await SlowDownload.Start(server.Port);
        server.Send(Signal.Usr1);
        await IsNew(server, butOne: true);
        server.Send(Signal.Term);
        Assert.Equal(0, await server.Exit());
        await WaitFor.Condition(() => server.Processes.Count == 0, "the old child ends, too");
    });

    /// <summary>A configuration that cannot be used changes nothing; nor does a program that is gone.</summary>
    [NativeFact]
    public Task Without_a_restart_that_succeeds_the_old_program_goes_on() => With(new ServerSpec { Mpm = "event" }, async (server, executable) =>
    {
        string good = await File.ReadAllTextAsync(server.ConfigurationFile);
        Replace(executable);
        await File.AppendAllTextAsync(server.ConfigurationFile, "Nonsense\n");
        server.Send(Signal.Usr1);
        await server.Logs("the restart was refused");
        Assert.True(RunsOld(server.Pid));
        await File.WriteAllTextAsync(server.ConfigurationFile, good);
        File.Delete(executable);
        await server.RestartGracefully();
        await server.ServesThePage();
        Assert.True(RunsOld(server.Pid));
    });

    /// <summary>What a master leaves to itself is nobody else's, and nonsense is refused by a sentence.</summary>
    [Theory]
    [InlineData("garbage", true)]
    [InlineData("1 0=99=127.0.0.1:80 child=1", true)]
    [InlineData("$$ garbage", false)]
    public async Task What_is_left_to_another_process_is_not_taken(string left, bool serves)
    {
        await using var server = await TestServer.Start(new ServerSpec { Mpm = "event", ShellPrefix = $"export MANIFOLD_TAKEOVER=\"{left}\"" });
        await server.Explain(async () =>
        {
            if (serves)
            {
                await server.Serves();
                await server.ServesThePage();
                return;
            }
            Assert.Equal(1, await server.Exit());
            Assert.Contains("MANIFOLD_TAKEOVER in the environment is not what a master leaves: unset it", server.StandardError, StringComparison.Ordinal);
        });
    }

    private static async Task With(ServerSpec spec, Func<TestServer, string, Task> test)
    {
        var directory = Directory.CreateTempSubdirectory("manifold-replaced-");
        directory.UnixFileMode = (UnixFileMode)0x1ED; // 0755
        string executable = directory.FullName + "/manifold";
        try
        {
            File.Copy(ServerExecutable.Path, executable);
            await TestServer.With(spec with { Executable = executable }, server => test(server, executable));
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static void Replace(string executable)
    {
        File.Copy(ServerExecutable.Path, executable + ".new");
        File.Move(executable + ".new", executable, overwrite: true);
    }

    private static Task IsNew(TestServer server, bool butOne = false) => WaitFor.Condition(
        () => !RunsOld(server.Pid) && server.Children is var all && all.Count(child => RunsOld(child.Pid)) == (butOne ? 1 : 0) && (all.Any(child => !RunsOld(child.Pid)) || !TestedMpms.IsPooled(server.Spec.Mpm)),
        () => $"master old: {RunsOld(server.Pid)}; old children: {string.Join(", ", server.Children.Where(child => RunsOld(child.Pid)))}", TimeSpan.FromSeconds(60));

    private static bool RunsOld(int pid) => Proc.IsAlive(pid) && new FileInfo($"/proc/{pid}/exe").LinkTarget?.EndsWith("(deleted)", StringComparison.Ordinal) == true;
}
