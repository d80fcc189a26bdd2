using System.Globalization;
using System.Text.RegularExpressions;
using Manifold.ProcessTests.Harness;
using Xunit;

namespace Manifold.ProcessTests.Children;

/// <summary>What is special to winnt: one child, a listener for each port, die packets, and what happens when all threads are busy.</summary>
public class WinntTests
{
    private const int Threads = 6;

    private static readonly Population s_small = new(Children: 1, Threads: Threads);

    [Fact]
    public Task One_child_has_a_listener_for_each_port_and_its_workers_are_on_the_status_page() => TestServer.With(
        new ServerSpec { Mpm = "winnt", Ports = 3, Population = s_small }, async server =>
        {
            int child = Assert.Single(server.Children).Pid;
            string[] expected = [.. server.Ports.Select(port => $"listener {port}").Order(StringComparer.Ordinal)];
            await WaitFor.Condition(() => Listeners(child).SequenceEqual(expected), () => $"{string.Join(", ", expected)}; there are {string.Join(", ", Listeners(child))}");
            await WaitFor.Condition(() => Workers(child) == Threads, () => $"{Threads} workers; there are {Workers(child)}");
            for (int i = 0; i < 10; i++) await server.ServesThePage();
            string page = (await server.Get("/server-status?auto")).Text;
            Assert.Contains("ServerMPM: winnt\n", page, StringComparison.Ordinal);
            Assert.Equal(Threads, Number(page, "BusyWorkers") + Number(page, "IdleWorkers"));
            Assert.InRange(Number(page, "BusyWorkers"), 1, Threads);
            Assert.InRange(Number(page, "Total Accesses"), 29, 30); // the last one is counted after its answer
        });

    /// <summary>The old child at a restart: idle workers and listeners are gone while the busy worker serves on.</summary>
    [Fact]
    public Task Idle_workers_leave_while_the_busy_one_finishes() => TestServer.With(
        new ServerSpec { Mpm = "winnt", Ports = 2, Population = s_small }, async server =>
        {
            using var download = await SlowDownload.Start(server.Port);
            int old = Assert.Single(server.Children).Pid;
            await server.RestartGracefully();
            await WaitFor.Condition(() => Workers(old) == 1 && Listeners(old).Length == 0,
                () => $"one worker and no listener; there are {string.Join(", ", Proc.ThreadNames(old))}");
            await WaitFor.Stays(() => Workers(old) == 1, "the busy worker stays", TimeSpan.FromMilliseconds(500));
            await server.ServesThePage();
            Assert.True(await download.Finish(), "the file did not come whole");
            await WaitFor.Condition(() => server.Children.All(child => child.Pid != old), "the old child leaves");
        });

    /// <summary>A connection more than there are workers is taken and waits for one; the next ones wait in the kernel. The log says it once.</summary>
    [Fact]
    public Task When_all_threads_are_busy_connections_wait_and_the_log_says_so_once() => TestServer.With(
        new ServerSpec { Mpm = "winnt", Population = new(Children: 1, Threads: 2) }, async server =>
        {
            var held = new List<WireClient>();
            for (int i = 0; i < 6; i++)
            {
                held.Add(await WireClient.Connect(server.Port));
                await held[i].Send("GET / HTTP/1.1\r\nHost: local");
            }
            await server.Logs("AH00326");
            foreach (var client in held) await client.Send("host\r\nConnection: close\r\n\r\n");
            foreach (var client in held) Assert.Equal(Content.Index, (await client.Receive()).Body);
            foreach (var client in held) client.Dispose();
            await server.ServesThePage();
            Assert.Equal(1, server.CountInErrorLog("AH00326"));
        });

    [Fact]
    public Task The_child_is_replaced_when_it_has_had_its_connections() => TestServer.With(
        new ServerSpec { Mpm = "winnt", Population = s_small, Extra = ["MaxConnectionsPerChild 5"] }, async server =>
        {
            int first = Assert.Single(server.Children).Pid;
            for (int i = 0; i < 20; i++) await server.ServesThePage(); // those after the fifth wait until there is another child
            Assert.DoesNotContain(server.Children, child => child.Pid == first);
            Assert.DoesNotContain("exit signal", server.ErrorLog, StringComparison.Ordinal);
        });

    private static string[] Listeners(int pid) =>
        [.. Proc.ThreadNames(pid).Where(name => name.StartsWith("listener", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    private static int Workers(int pid) => Proc.ThreadNames(pid).Count(TestedMpms.NamesWorker);

    private static int Number(string page, string key) => int.Parse(
        Regex.Match(page, $"^{Regex.Escape(key)}: (\\d+)$", RegexOptions.Multiline).Groups[1].Value, CultureInfo.InvariantCulture);
}
