using Manifold.ProcessTests.Harness;
using Xunit;

namespace Manifold.ProcessTests.Conformance;

/// <summary>Responses that do not fit into the socket's buffer, and clients that take their time with them.</summary>
[Collection(ConformanceSuite.Name)]
public class BodyTests(SharedServers servers)
{
    [Theory, MemberData(nameof(TestedMpms.All), MemberType = typeof(TestedMpms))]
    public Task A_large_file_arrives_intact_and_the_connection_goes_on(string mpm) => servers.With(mpm, async server =>
    {
        using var client = await WireClient.Connect(server.Port);
        for (int i = 0; i < 2; i++)
        {
            var response = await client.Ask(WireClient.Request("/big.bin"));
            Assert.Equal(200, response.Status);
            Assert.True(response.Body.AsSpan().SequenceEqual(Content.Big));
        }
        Assert.Equal(Content.Index, (await client.Ask(WireClient.Request())).Body);
    });

    [Theory, MemberData(nameof(TestedMpms.All), MemberType = typeof(TestedMpms))]
    public Task A_range_of_a_large_file_arrives_intact(string mpm) => servers.With(mpm, async server =>
    {
        using var client = await WireClient.Connect(server.Port);
        var response = await client.Ask(WireClient.Request("/big.bin", headers: "Range: bytes=1234567-7654321\r\n"));
        Assert.Equal(206, response.Status);
        Assert.Equal($"bytes 1234567-7654321/{Content.BigSize}", response.Header("Content-Range"));
        Assert.True(response.Body.AsSpan().SequenceEqual(Content.Big.AsSpan(1234567, 7654321 - 1234567 + 1)));
    });

    [Theory, MemberData(nameof(TestedMpms.All), MemberType = typeof(TestedMpms))]
    public Task A_slow_reader_gets_everything(string mpm) => servers.With(mpm, async server =>
    {
        using var client = await WireClient.Connect(server.Port, receiveBuffer: 8 * 1024);
        await client.Send(WireClient.Request("/big.bin", headers: "Connection: close\r\n"));
        var all = new MemoryStream();
        byte[] some = new byte[256 * 1024];
        for (int n = await client.ReceiveSome(some); n > 0; n = await client.ReceiveSome(some))
        {
            all.Write(some, 0, n);
            if (all.Length < 64 * 1024) await Task.Delay(20); // while the server's buffers fill up
        }
        byte[] got = all.ToArray();
        Assert.True(got.Length > Content.BigSize, $"{got.Length} bytes came");
        Assert.True(got.AsSpan(got.Length - Content.BigSize).SequenceEqual(Content.Big));
    });

    [Theory, MemberData(nameof(TestedMpms.All), MemberType = typeof(TestedMpms))]
    public Task Clients_that_leave_in_the_middle_of_a_response_hurt_nobody(string mpm) => servers.With(mpm, async server =>
    {
        using var other = await WireClient.Connect(server.Port);
        Assert.Equal(200, (await other.Ask(WireClient.Request())).Status);
        for (int i = 0; i < 20; i++)
        {
            using var client = await WireClient.Connect(server.Port, receiveBuffer: 8 * 1024);
            await client.Send(WireClient.Request("/big.bin"));
            await client.ReceiveSome(new byte[1000]);
            client.Vanish();
            Assert.Equal(Content.Index, (await other.Ask(WireClient.Request())).Body);
        }
    });

    [Theory, MemberData(nameof(TestedMpms.All), MemberType = typeof(TestedMpms))]
    public Task A_client_that_ends_its_half_still_gets_its_response(string mpm) => servers.With(mpm, async server =>
    {
        using var client = await WireClient.Connect(server.Port);
        await client.Send(WireClient.Request("/big.bin"));
        client.EndSending();
        var response = await client.Receive();
        Assert.True(response.Body.AsSpan().SequenceEqual(Content.Big));
        Assert.True(await client.IsClosedByServer());
    });

    [Theory, MemberData(nameof(TestedMpms.All), MemberType = typeof(TestedMpms))]
    public Task Several_downloads_at_a_time_do_not_mix(string mpm) => servers.With(mpm, async server =>
    {
        var downloads = Enumerable.Range(0, 6).Select(async i =>
        {
            using var client = await WireClient.Connect(server.Port);
            int from = i * 1_000_000;
            var response = await client.Ask(WireClient.Request("/big.bin", headers: $"Range: bytes={from}-{from + 2_999_999}\r\n"));
            Assert.True(response.Body.AsSpan().SequenceEqual(Content.Big.AsSpan(from, Math.Min(3_000_000, Content.BigSize - from))));
        });
        await Task.WhenAll(downloads);
    });
}
