using Manifold.ProcessTests.Harness;
using Xunit;

namespace Manifold.ProcessTests.Conformance;

/// <summary>A thousand clients that have sent half of something, one child, four threads: where connections park, that closes the server for nobody.</summary>
public class HalfSentTests
{
    private const int Many = 1000;

    private static readonly Population s_few = new(Children: 1, Threads: 4, MostChildren: 1);

    [Theory, MemberData(nameof(TestedMpms.Async), MemberType = typeof(TestedMpms))]
    public Task Half_sent_heads_hold_no_thread(string mpm) => TestServer.With(new ServerSpec { Mpm = mpm, Population = s_few }, async server =>
    {
        var half = await Half(server.Port, "GET / HTTP/1.1\r\nHost: loc");
        await server.ServesThePage();
        foreach (var client in half) await client.Send("alhost\r\n\r\n");
        foreach (var client in half) Assert.Equal(Content.Index, (await client.Receive()).Body);
        End(half);
    });

    [Theory, MemberData(nameof(TestedMpms.Async), MemberType = typeof(TestedMpms))]
    public Task Half_sent_bodies_hold_no_thread(string mpm) => TestServer.With(new ServerSpec { Mpm = mpm, Population = s_few }, async server =>
    {
        var half = await Half(server.Port, WireClient.Request(headers: "Content-Length: 10\r\n") + "01234");
        await server.ServesThePage();
        foreach (var client in half) await client.Send("56789" + WireClient.Request());
        foreach (var client in half) Assert.Equal(Content.Index, (await client.Receive()).Body);
        foreach (var client in half) Assert.Equal(Content.Index, (await client.Receive()).Body);
        End(half);
    });

    [Theory, MemberData(nameof(TestedMpms.Async), MemberType = typeof(TestedMpms))]
    public Task Silent_handshakes_hold_no_thread(string mpm) => TlsServer.With(mpm, 4, async server =>
    {
        var half = await Half(server.TlsPort(), "\u0016\u0003\u0001");
        await server.ServesThePageEncrypted();
        Assert.Equal(Content.Index, (await server.Get()).Body); // the other port is plain
        End(half);
        await server.ServesThePageEncrypted();
    }, "RequestReadTimeout header=120 body=120");

    /// <summary>What is half sent when a restart comes is answered by the child that has it, and nobody is kept from the new one.</summary>
    [Theory, MemberData(nameof(TestedMpms.Async), MemberType = typeof(TestedMpms))]
    public Task A_restart_loses_nothing_that_is_half_sent(string mpm) => TestServer.With(new ServerSpec { Mpm = mpm, Population = s_few }, async server =>
    {
        var half = await Half(server.Port, "GET / HTTP/1.1\r\nHost: loc");
        await server.ServesThePage();
        int old = server.Children.Single().Pid;
        await server.RestartGracefully();
        await server.ServesThePage();
        foreach (var client in half) await client.Send("alhost\r\n\r\n");
        foreach (var client in half) Assert.Equal(Content.Index, (await client.Receive()).Body);
        End(half);
        await WaitFor.Condition(() => server.Children.All(child => child.Pid != old), "the old child leaves");
    });

    [Theory, MemberData(nameof(TestedMpms.Async), MemberType = typeof(TestedMpms))]
    public Task A_stop_does_not_wait_for_what_is_half_sent(string mpm) => TestServer.With(new ServerSpec { Mpm = mpm, Population = s_few }, async server =>
    {
        var half = await Half(server.Port, "GET / HTTP/1.1\r\nHost: loc");
        await server.ServesThePage();
        server.Send(Signal.Term);
        Assert.Equal(0, await server.Exit());
        Assert.DoesNotContain("still did not exit", server.ErrorLog, StringComparison.Ordinal);
        End(half);
    });

    /// <summary>More half-sent heads than descriptors: the oldest make room for those who have something to say.</summary>
    [Theory, MemberData(nameof(TestedMpms.Async), MemberType = typeof(TestedMpms))]
    public Task Half_sent_heads_make_room_when_descriptors_run_out(string mpm) =>
        TestServer.With(new ServerSpec { Mpm = mpm, Population = s_few, ShellPrefix = "ulimit -n 300" }, async server =>
        {
            var half = await Half(server.Port, "GET / HTTP/1.1\r\nHost: loc");
            await server.ServesThePage();
            Assert.Single(server.Children);
            End(half);
        });

    private static async Task<List<WireClient>> Half(int port, string text)
    {
        var clients = new List<WireClient>();
        for (int i = 0; i < Many; i++)
        {
            clients.Add(await WireClient.Connect(port));
            await clients[i].Send(text);
        }
        return clients;
    }

    private static void End(List<WireClient> clients)
    {
        foreach (var client in clients) client.Dispose();
    }
}
