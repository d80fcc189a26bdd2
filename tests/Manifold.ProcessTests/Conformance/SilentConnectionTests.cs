using Manifold.ProcessTests.Harness;
using Xunit;

namespace Manifold.ProcessTests.Conformance;

/// <summary>Connections on which nothing, or nothing more, is sent.</summary>
public class SilentConnectionTests
{
    /// <summary>An async MPM keeps far more silent connections than it has threads; the others as many as they have threads to spare.</summary>
    [Theory, MemberData(nameof(TestedMpms.All), MemberType = typeof(TestedMpms))]
    public Task Connections_that_send_nothing_keep_nobody_from_being_served(string mpm) => Hold(mpm, firstRequest: false);

    [Theory, MemberData(nameof(TestedMpms.All), MemberType = typeof(TestedMpms))]
    public Task Connections_that_rest_between_requests_keep_nobody_from_being_served(string mpm) => Hold(mpm, firstRequest: true);

    [Theory, MemberData(nameof(TestedMpms.All), MemberType = typeof(TestedMpms))]
    public Task A_kept_connection_is_closed_after_the_keep_alive_time(string mpm) =>
        TestServer.With(new ServerSpec { Mpm = mpm, KeepAliveTimeout = 1 }, async server =>
        {
            using var client = await WireClient.Connect(server.Port);
            var start = DateTime.UtcNow; // before the server can have begun to count: this thread may be held up, too
            await client.Ask(WireClient.Request());
            Assert.True(await client.IsClosedByServer());
            Assert.InRange((DateTime.UtcNow - start).TotalSeconds, 0.8, 10); // one second; the margin is for busy machines
        });

    /// <summary>The head of a request may take no longer than RequestReadTimeout allows; then the thread is free for others.</summary>
    [Theory, MemberData(nameof(TestedMpms.All), MemberType = typeof(TestedMpms))]
    public Task Half_a_head_is_answered_with_408_in_the_end(string mpm) =>
        TestServer.With(new ServerSpec { Mpm = mpm, Extra = ["RequestReadTimeout header=1"] }, async server =>
        {
            using var client = await WireClient.Connect(server.Port);
            await client.Send("GET / HTTP/1.1\r\nHost: local");
            var response = await client.Receive();
            Assert.Equal(408, response.Status);
            Assert.True(response.ClosesConnection);
        });

    private static Task Hold(string mpm, bool firstRequest)
    {
        bool parks = TestedMpms.IsAsync(mpm);
        int silent = parks ? 300 : 24;
        var spec = new ServerSpec
        {
            Mpm = mpm, KeepAliveTimeout = 60,
            Population = parks ? new Population(Children: 2, Threads: 5) : Population.For(mpm, silent + 4),
            Extra = parks && !TestedMpms.IsFixed(mpm) ? ["AsyncRequestWorkerFactor 100"] : [],
        };
        return TestServer.With(spec, async server =>
        {
            var held = new List<WireClient>();
            try
            {
                for (int i = 0; i < silent; i++)
                {
                    held.Add(await WireClient.Connect(server.Port));
                    if (firstRequest) Assert.Equal(200, (await held[i].Ask(WireClient.Request())).Status);
                }
                for (int i = 0; i < 10; i++) await server.ServesThePage();
                // And whoever held on is served too.
                foreach (var client in held) Assert.Equal(Content.Index, (await client.Ask(WireClient.Request())).Body);
            }
            finally
            {
                foreach (var client in held) client.Dispose();
            }
        });
    }
}
