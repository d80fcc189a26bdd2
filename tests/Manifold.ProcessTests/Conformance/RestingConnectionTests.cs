using Manifold.Driving;
using Manifold.ProcessTests.Harness;
using Xunit;

namespace Manifold.ProcessTests.Conformance;

/// <summary>Connections that idle longer than they keep what HTTP needs. The client must not notice; the delays are what is tested, not luck.</summary>
public class RestingConnectionTests
{
    private static readonly TimeSpan s_idle = TimeSpan.FromMilliseconds(ParkingLot.RestAfterMs + 500);

    [Theory, MemberData(nameof(TestedMpms.Async), MemberType = typeof(TestedMpms))]
    public Task A_client_that_pauses_sees_one_connection(string mpm)
    {
        var spec = new ServerSpec
        {
            Mpm = mpm, KeepAliveTimeout = 60, MaxKeepAliveRequests = 3, Extra = ["LogFormat \"%k %>s %X\" numbers", "CustomLog logs/numbers.log numbers"],
        };
        return TestServer.With(spec, async server =>
        {
            using var client = await WireClient.Connect(server.Port);
            await Task.Delay(s_idle); // before the first byte, too
            for (int left = 3; left > 0; left--)
            {
                var response = await client.Ask(WireClient.Request(headers: "Connection: keep-alive\r\n"));
                Assert.Equal(Content.Index, response.Body);
                Assert.Equal($"timeout=60, max={left}", response.Header("Keep-Alive"));
                await Task.Delay(s_idle);
            }
            Assert.True((await client.Ask(WireClient.Request())).ClosesConnection); // the count went on
            Assert.True(await client.IsClosedByServer());
            string[] expected = ["0 200 +", "1 200 +", "2 200 +", "3 200 -"];
            await WaitFor.Condition(() => Numbers(server).SequenceEqual(expected), () => string.Join(", ", Numbers(server)));
        });
    }

    [Theory, MemberData(nameof(TestedMpms.Async), MemberType = typeof(TestedMpms))]
    public Task A_resting_connection_is_served_by_a_child_that_retires(string mpm) =>
        TestServer.With(new ServerSpec { Mpm = mpm, KeepAliveTimeout = 60 }, async server =>
        {
            using var client = await WireClient.Connect(server.Port);
            Assert.Equal(Content.Index, (await client.Ask(WireClient.Request())).Body);
            await Task.Delay(s_idle);
            await server.RestartGracefully();
            Assert.True((await client.AskUntilItCloses()).ClosesConnection);
            Assert.True(await client.IsClosedByServer());
        });

    [Theory, MemberData(nameof(TestedMpms.Async), MemberType = typeof(TestedMpms))]
    public Task A_resting_connection_is_closed_after_the_keep_alive_time(string mpm) =>
        TestServer.With(new ServerSpec { Mpm = mpm, KeepAliveTimeout = 2 }, async server =>
        {
            using var client = await WireClient.Connect(server.Port);
            await client.Ask(WireClient.Request());
            var start = DateTime.UtcNow;
            Assert.True(await client.IsClosedByServer());
            Assert.InRange((DateTime.UtcNow - start).TotalSeconds, 1.8, 15); // two seconds; the margin is for busy machines
        });

    private static string[] Numbers(TestServer server) =>
        (Proc.ReadText(server.Root + "/logs/numbers.log") ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
