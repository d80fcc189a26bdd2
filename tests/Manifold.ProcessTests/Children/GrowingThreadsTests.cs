using Manifold.ProcessTests.Harness;
using Xunit;

namespace Manifold.ProcessTests.Children;

/// <summary>What is special to MPMs whose children start and end threads.</summary>
public class GrowingThreadsTests
{
    [Fact]
    public Task A_thread_of_beos_is_worn_out_after_MaxRequestsPerThread_connections() => TestServer.With(
        new ServerSpec { Mpm = "beos", Population = new Population(Children: 1, Threads: 3), Extra = ["MaxRequestsPerThread 2"] }, async server =>
        {
            int child = server.Children[0].Pid;
            await WaitFor.Condition(() => Workers(child).Count >= 3, "the first threads");
            var first = Workers(child);
            for (int i = 0; i < 40; i++) await server.ServesThePage();
            // The one that slept last gets the next connection: the others may never be woken.
            await WaitFor.Condition(() => Workers(child).Except(first).Any() && Workers(child).Count >= 3,
                () => $"other threads than {string.Join(' ', first)}; there are {string.Join(' ', Workers(child))}");
            Assert.Equal(child, Assert.Single(server.Children).Pid);
            await server.ServesThePage();
        });

    /// <summary>Connections beyond the most wait in the kernel's queue, and are served when others have left.</summary>
    [Theory, MemberData(nameof(TestedMpms.Growing), MemberType = typeof(TestedMpms))]
    public Task Threads_end_at_their_most_and_who_comes_later_waits(string mpm) => TestServer.With(
        new ServerSpec { Mpm = mpm, Population = new Population(Children: 1, Threads: 2, MostThreads: 4) }, async server =>
        {
            var held = new List<WireClient>();
            for (int i = 0; i < 6; i++)
            {
                held.Add(await WireClient.Connect(server.Port));
                await held[i].Send("GET / HTTP/1.1\r\nHost: local");
            }
            int child = server.Children[0].Pid;
            await WaitFor.Condition(() => Workers(child).Count == 4, () => $"4 threads; there are {Workers(child).Count}");
            await WaitFor.Stays(() => Workers(child).Count == 4, "no more than 4 threads", TimeSpan.FromSeconds(1));
            foreach (var client in held) await client.Send("host\r\nConnection: close\r\n\r\n");
            foreach (var client in held) Assert.Equal(Content.Index, (await client.Receive()).Body);
            foreach (var client in held) client.Dispose();
        });

    /// <summary>All that does not fit together is said at once, by -t and at the start, and the server does not start.</summary>
    [Fact]
    public async Task Numbers_that_make_no_sense_are_refused_with_all_conflicts_in_one_message()
    {
        var spec = new ServerSpec
        {
            Mpm = "netware", Population = new Population(Children: 1, Threads: 4),
            Extra = ["StartThreads 9", "MaxThreads 8", "MinSpareThreads 6", "MaxSpareThreads 4", "ListenCoresBucketsRatio 1"],
        };
        await using var server = await TestServer.Start(spec);
        Assert.Equal(1, await server.Exit());
        var tested = await server.Control("-t");
        Assert.NotEqual(0, tested.ExitCode);
        foreach (string said in (string[])[tested.Error, await File.ReadAllTextAsync(server.Root + "/logs/stderr")])
        {
            Assert.Contains("do not fit together for the MPM netware", said, StringComparison.Ordinal);
            Assert.Contains("StartThreads of 9 exceeds MaxThreads of 8", said, StringComparison.Ordinal);
            if (Environment.ProcessorCount > 1) Assert.Contains("ListenCoresBucketsRatio asks for", said, StringComparison.Ordinal);
            Assert.Contains("MaxSpareThreads of 4 is less than MinSpareThreads of 6", said, StringComparison.Ordinal);
        }
    }

    private static HashSet<int> Workers(int pid) => [.. Proc.Threads(pid).Where(thread => thread.Name.StartsWith("worker ", StringComparison.Ordinal)).Select(thread => thread.Id)];
}
