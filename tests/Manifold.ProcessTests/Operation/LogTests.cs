using Manifold.ProcessTests.Harness;
using Xunit;

namespace Manifold.ProcessTests.Operation;

/// <summary>Logs go to files and to programs; both can be changed under a running server.</summary>
public class LogTests
{
    [Theory, MemberData(nameof(TestedMpms.All), MemberType = typeof(TestedMpms))]
    public Task A_renamed_log_is_opened_anew_at_a_graceful_restart(string mpm) => TestServer.With(mpm, async server =>
    {
        await server.Get("/?before");
        await WaitFor.Condition(() => server.AccessLog.Count == 1, "the first line");
        File.Move(server.Root + "/logs/access.log", server.Root + "/logs/access.log.1");
        await server.Get("/?between");
        await server.RestartGracefully();
        // A child that has just been told to leave may still take a connection, and writes to the file that it inherited.
        for (int i = 0; i < 100 && server.AccessLog.Count == 0; i++) await server.Get("/?after");
        await WaitFor.Condition(() => server.AccessLog.Count > 0, "a line in the new file");
        Assert.All(server.AccessLog, line => Assert.Contains("/?after ", line, StringComparison.Ordinal));
        string[] old = await File.ReadAllLinesAsync(server.Root + "/logs/access.log.1");
        Assert.Equal(["/?before", "/?between"], old.Select(line => line.Split(' ')[2]).Where(url => url != "/?after").Order());
    });

    /// <summary>A line is written when the last byte has been sent, or when it is known that it never will: so its count is what was sent.</summary>
    [Theory, MemberData(nameof(TestedMpms.All), MemberType = typeof(TestedMpms))]
    public Task A_line_comes_after_the_last_byte_and_counts_what_was_sent(string mpm) => TestServer.With(
        new ServerSpec { Mpm = mpm, Extra = ["CustomLog logs/sent.log \"%q %O\""] }, async server =>
        {
            string[] Lines() => (Proc.ReadText(server.Root + "/logs/sent.log") ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries);
            long Sent(string query) => Lines().Where(line => line.StartsWith(query + " ", StringComparison.Ordinal)).Select(line => long.Parse(line[query.Length..])).Single();

            using var whole = await SlowDownload.Start(server.Port, "?whole");
            using (await SlowDownload.Start(server.Port, "?left"))
            {
                await server.Get("/?page");
                await WaitFor.Condition(() => Lines().Length == 1, "the line of the page");
                Assert.StartsWith("?page ", Lines()[0], StringComparison.Ordinal); // nothing yet of what is being sent
            }
            await WaitFor.Condition(() => Lines().Length == 2, "the line of the client that left");
            Assert.InRange(Sent("?left"), 1, Content.BigSize - 1);
            Assert.True(await whole.Finish());
            await WaitFor.Condition(() => Lines().Length == 3, "the line of the whole file");
            Assert.InRange(Sent("?whole"), Content.BigSize + 1, Content.BigSize + 1000);
        });

    [Theory, MemberData(nameof(TestedMpms.All), MemberType = typeof(TestedMpms))]
    public Task A_log_program_is_started_again_and_no_line_is_lost(string mpm) => WithProgram(mpm, async server =>
    {
        for (int i = 0; i < 10; i++) await server.Get($"/?{i}");
        await WaitFor.Condition(() => Piped(server).Length == 10, "ten lines");
        int program = Program(server);
        Posix.Send(program, Signal.Kill);
        for (int i = 10; i < 20; i++) await server.Get($"/?{i}");
        await server.Logs("AH00106: piped log program");
        await WaitFor.Condition(() => Piped(server).Length == 20, () => $"twenty lines; there are {Piped(server).Length}");
        Assert.NotEqual(program, Program(server));
        // Children write when a response is out: neighbours may change places.
        Assert.Equal(Enumerable.Range(0, 20).Select(i => $"/?{i}").Order(), Piped(server).Select(line => line.Split(' ')[2]).Order());
    });

    /// <summary>httpd loses the lines of requests that outlive a restart; here the old pipe stays open until its generation has gone.</summary>
    [Fact]
    public Task Lines_of_requests_that_outlive_a_restart_reach_the_program() => WithProgram("event", async server =>
    {
        using var download = await SlowDownload.Start(server.Port, "?long");
        await server.RestartGracefully();
        await server.Get("/?new");
        await WaitFor.Condition(() => Piped(server).Any(line => line.Contains("/?new", StringComparison.Ordinal)), "the line of the new generation");
        Assert.True(await download.Finish());
        await WaitFor.Condition(() => Piped(server).Any(line => line.Contains("?long ", StringComparison.Ordinal)), "the line of the old generation");
    });

    [Fact]
    public Task Log_programs_end_with_the_server() => WithProgram("worker", async server =>
    {
        Assert.True(Program(server) > 0);
        server.Send(Signal.Term);
        Assert.Equal(0, await server.Exit());
        await WaitFor.Condition(() => server.Processes.Count == 0, "no process is left");
    });

    [Theory, MemberData(nameof(TestedMpms.All), MemberType = typeof(TestedMpms))]
    public Task A_full_disk_does_not_keep_the_server_from_serving(string mpm) => TestServer.With(
        new ServerSpec { Mpm = mpm, AccessLog = "/dev/full" }, async server =>
        {
            await using var load = new LoadClient(server.Port, 2);
            await load.Answers(100);
            await server.RestartGracefully();
            await load.Answers(100);
            await load.EndWithoutLoss();
        });

    private static async Task WithProgram(string mpm, Func<TestServer, Task> test)
    {
        // A line at a time, by a program that can be killed without losing what it has read.
        var script = Directory.CreateTempSubdirectory("manifold-log-program-");
        try
        {
            string program = script.FullName + "/append";
            await File.WriteAllTextAsync(program, "#!/bin/bash\nwhile IFS= read -r line; do printf '%s\\n' \"$line\" >> \"$1\"; done\n");
            File.SetUnixFileMode(program, (UnixFileMode)0x1ED); // 0755
            string target = script.FullName + "/lines";
            await TestServer.With(new ServerSpec { Mpm = mpm, AccessLog = $"|{program} {target}" }, async server =>
            {
                File.WriteAllText(server.Root + "/logs/piped", target);
                await test(server);
            });
        }
        finally
        {
            script.Delete(recursive: true);
        }
    }

    private static string[] Piped(TestServer server) =>
        (Proc.ReadText(File.ReadAllText(server.Root + "/logs/piped")) ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static int Program(TestServer server) => Proc.ChildrenOf(server.Pid).Except(server.Children.Select(child => child.Pid)).FirstOrDefault();
}
