using Manifold.ProcessTests.Harness;
using Xunit;

namespace Manifold.ProcessTests.Children;

/// <summary>
/// The laboratory of the operating systems course: start with few threads, count them as ps does, hold a hundred connections, see the
/// population grow, let them go, see it shrink.
/// </summary>
public class PopulationTests
{
    private const int ThreadsPerChild = 5, Connections = 100, MinSpare = 5, MaxSpare = 80;

    [Theory, MemberData(nameof(TestedMpms.Threaded), MemberType = typeof(TestedMpms))]
    public Task Each_child_has_as_many_workers_as_configured(string mpm)
    {
        var population = new Population(Children: 2, Threads: ThreadsPerChild);
        return TestServer.With(new ServerSpec { Mpm = mpm, Population = population }, async server =>
        {
            Assert.Equal(population.ChildrenOf(mpm), server.Children.Count);
            int expected = population.ThreadsOf(mpm);
            await WaitFor.Condition(() => server.Children.All(child => Workers(child) == expected), // a thread names itself when it first runs
                () => $"{expected} workers in each; there are {string.Join(", ", server.Children.Select(Workers))}");
            await WaitFor.Stays(() => server.Children.All(child => Workers(child) == expected), "as many stay", TimeSpan.FromMilliseconds(300));
        });
    }

    [Theory, MemberData(nameof(TestedMpms.ThreadedThatGrow), MemberType = typeof(TestedMpms))]
    public Task A_hundred_connections_make_the_threads_grow_and_shrink_again(string mpm) => TestServer.With(
        new ServerSpec { Mpm = mpm, Population = new Population(2, ThreadsPerChild, MostChildren: 40, MaxSpare, MostThreads: 300) }, async server =>
        {
            int before = server.Children.Sum(Workers);
            var held = await Hold(server, Connections);
            await WaitFor.Condition(() => server.Children.Sum(Workers) >= Connections + MinSpare, () => $"{Connections} busy threads and {MinSpare} spare; there are {server.Children.Sum(Workers)}");
            Assert.True(before < Connections);
            await server.ServesThePage();
            await FinishAll(held);
            // One child leaves each second.
            await WaitFor.Condition(() => server.Children.Sum(Workers) <= MaxSpare, () => $"at most {MaxSpare} threads; there are {server.Children.Sum(Workers)}", TimeSpan.FromSeconds(40));
            await WaitFor.Stays(() => server.Children.Sum(Workers) >= MinSpare, "enough threads stay", TimeSpan.FromSeconds(2));
            await server.ServesThePage();
        });

    [Fact]
    public Task The_same_with_processes() => TestServer.With(
        new ServerSpec { Mpm = "prefork", Population = new Population(Children: 3, MostChildren: 60, MaxSpare: 22) }, async server =>
        {
            const int connections = 25;
            var held = await Hold(server, connections);
            await WaitFor.Condition(() => server.Children.Count >= connections + 2, () => $"{connections} busy children and two spare; there are {server.Children.Count}");
            await server.ServesThePage();
            await FinishAll(held);
            await WaitFor.Condition(() => server.Children.Count <= 22, () => $"at most 22 children; there are {server.Children.Count}", TimeSpan.FromSeconds(40));
            await server.ServesThePage();
        });

    [Fact]
    public Task Where_connections_park_a_hundred_that_wait_need_no_further_thread() => TestServer.With(
        new ServerSpec { Mpm = "event", Population = new Population(2, ThreadsPerChild, MostChildren: 40, MaxSpare, MostThreads: 300) }, async server =>
        {
            int before = server.Children.Sum(Workers);
            var held = await Hold(server, Connections);
            await WaitFor.Stays(() => server.Children.Sum(Workers) == before, $"{before} threads are enough", TimeSpan.FromSeconds(3)); // the master looks once a second
            await server.ServesThePage();
            await FinishAll(held);
        });

    [Fact]
    public Task The_population_ends_at_its_limit_and_the_log_says_so() => TestServer.With(
        new ServerSpec { Mpm = "worker", Population = new Population(Children: 1, Threads: 2, MostChildren: 3) }, async server =>
        {
            var held = await Hold(server, 6);
            await server.Logs("server reached MaxRequestWorkers setting");
            Assert.Equal(3, server.Children.Count);
            using var waiting = await WireClient.Connect(server.Port); // in the kernel's queue
            await waiting.Send(WireClient.Request());
            await FinishAll(held);
            Assert.Equal(Content.Index, (await waiting.Receive()).Body);
        });

    /// <summary>Connections that each keep a thread busy: half of a request's head.</summary>
    private static async Task<List<WireClient>> Hold(TestServer server, int count)
    {
        var held = new List<WireClient>();
        for (int i = 0; i < count; i++)
        {
            held.Add(await WireClient.Connect(server.Port));
            await held[i].Send("GET / HTTP/1.1\r\nHost: local");
        }
        return held;
    }

    /// <summary>They were only slow: every one of them is answered in the end.</summary>
    private static async Task FinishAll(List<WireClient> held)
    {
        foreach (var client in held) await client.Send("host\r\nConnection: close\r\n\r\n");
        foreach (var client in held)
        {
            Assert.Equal(Content.Index, (await client.Receive()).Body);
            client.Dispose();
        }
    }

    private static int Workers(ServerChild child) => Proc.ThreadNames(child.Pid).Count(TestedMpms.NamesWorker);
}
