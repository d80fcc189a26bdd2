using Manifold.ProcessTests.Harness;
using Manifold.Tests;
using Xunit;

namespace Manifold.ProcessTests.Conformance;

/// <summary>TLS is the same for every MPM: none knows of it, but perchild, which refuses it.</summary>
public class TlsTests
{
    private const string OtherPage = TlsServer.Other + "\n";
    private const string AskForOther = $"GET / HTTP/1.1\r\nHost: {TlsServer.Other}\r\n\r\n";

    public static TheoryData<string> Mpms => [.. EncryptingMpms];

    private static IEnumerable<string> EncryptingMpms => TestedMpms.Names.Where(name => name != "perchild");

    [Theory, MemberData(nameof(Mpms))]
    public Task What_is_served_plain_is_served_encrypted(string mpm) => TlsServer.With(mpm, 4, async server =>
    {
        using var client = await WireClient.ConnectTls(server.TlsPort());
        Assert.Equal("CN=localhost", client.Certificate);
        for (int i = 0; i < 10; i++)
        {
            var response = await client.Ask(WireClient.Request());
            Assert.Equal((200, false), (response.Status, response.ClosesConnection));
            Assert.Equal(Content.Index, response.Body);
        }
        Assert.True((await client.Ask(WireClient.Request("/million.bin"))).Body.AsSpan().SequenceEqual(TlsServer.Million), "the file is not what it was");
        await client.Send(WireClient.Request("/digits.txt") + WireClient.Request("/folder/", headers: "Connection: close\r\n"));
        Assert.Equal("0123456789", (await client.Receive()).Text);
        Assert.Equal("folder\n", (await client.Receive()).Text);
        Assert.True(await client.IsClosedByServer());

        await HostsAreKeptApart(server);

        using var plain = await WireClient.Connect(server.TlsPort());
        var refused = await plain.Ask(WireClient.Request());
        Assert.Equal((400, true), (refused.Status, refused.ClosesConnection));
        Assert.Contains("plain HTTP", refused.Text, StringComparison.Ordinal);
        Assert.True(await plain.IsClosedByServer());

        Assert.Equal(Content.Index, (await server.Get()).Body); // the other port is plain
    });

    /// <summary>The handshake counts as part of the first head: whoever stops in it has no thread for long. Some servers at a time: most of it is waiting.</summary>
    [Fact]
    public Task Silence_in_the_handshake_ends_with_the_time_of_a_head() =>
        Parallel.ForEachAsync(EncryptingMpms, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (mpm, _) => await TlsServer.With(mpm, 2, async server =>
        {
            using var client = await WireClient.Connect(server.TlsPort());
            await client.Send(new byte[] { 22, 3, 1 });
            Assert.True(await client.IsClosedByServer(), "something was said in plain");
            await server.Logs("AH02008: SSL library error in handshake");
            Assert.Equal(200, (await server.Get()).Status);
        }, "RequestReadTimeout header=1"));

    [Theory]
    [InlineData("prefork", 4)] // each connection meets a process that has never encrypted, which costs the most of all
    [InlineData("worker", 8)]
    [InlineData("event", 8)]
    [InlineData("percore", 8)]
    public Task Ten_restarts_under_busy_encrypted_connections_lose_nothing(string mpm, int clients) => TlsServer.With(mpm, clients, async server =>
    {
        await using var load = new LoadClient(server.TlsPort(), clients, tls: true);
        await load.Answers(40);
        for (int restart = 1; restart <= 10; restart++)
        {
            await server.RestartGracefully();
            await load.Answers(40);
        }
        await load.EndWithoutLoss();
        Assert.Equal(11, server.Resumptions);
    });

    [Fact]
    public Task A_broken_certificate_is_refused_and_the_old_generation_goes_on() => TlsServer.With("event", 4, async server =>
    {
        using var client = await WireClient.ConnectTls(server.TlsPort());
        Assert.Equal(200, (await client.Ask(WireClient.Request())).Status);
        TlsServer.Write(server.Root, "localhost", TestCertificate.For("localhost") with { Certificate = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n" });
        var ran = await server.Control("-k", "graceful");
        Assert.NotEqual(0, ran.ExitCode);
        Assert.Contains($"AH02577: SSLCertificateFile '{server.Root}/tls/localhost.crt'", ran.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("SIGUSR1", server.ErrorLog, StringComparison.Ordinal);

        server.Send(Signal.Usr1); // nobody has asked before
        await server.Logs("AH02577");
        Assert.Equal(200, (await client.Ask(WireClient.Request())).Status);
        await server.ServesThePageEncrypted();
        Assert.Equal(1, server.Resumptions);

        // A child that is replaced has the certificate that its generation began with, whatever the file says.
        int[] old = [.. server.Children.Select(child => child.Pid)];
        foreach (int pid in old) Posix.Send(pid, Signal.Kill);
        await WaitFor.Condition(() => !server.Children.Any(child => old.Contains(child.Pid)), "the old children are gone");
        await server.ServesThePageEncrypted();

        var test = await server.Control("-t");
        Assert.NotEqual(0, test.ExitCode);
        Assert.Contains("AH02577", test.Error, StringComparison.Ordinal);
        Assert.Equal(0, (await server.Control("-k", "stop")).ExitCode); // that must go with any certificate
        Assert.Equal(0, await server.Exit());
    });

    [Fact]
    public Task Another_certificate_is_shown_after_a_graceful_restart() => TlsServer.With("event", 4, async server =>
    {
        TlsServer.Write(server.Root, "localhost", TestCertificate.For("new.example"));
        await server.RestartGracefully();
        await WaitFor.Condition(() => server.Children.All(child => child.Generation == 1), "the children with the old one have gone");
        using var client = await WireClient.ConnectTls(server.TlsPort());
        Assert.Equal("CN=new.example", client.Certificate);
    });

    [Fact]
    public async Task Perchild_refuses_to_encrypt()
    {
        await using var server = await TlsServer.Start("perchild", 4);
        Assert.NotEqual(0, await server.Exit());
        Assert.Contains("SSLEngine: perchild reads a request's Host before it knows whose process may read the request", server.StandardError, StringComparison.Ordinal);
    }

    private static async Task HostsAreKeptApart(TestServer server)
    {
        using var client = await WireClient.ConnectTls(server.TlsPort(), TlsServer.Other);
        Assert.Equal("CN=" + TlsServer.Other, client.Certificate);
        Assert.Equal(OtherPage, (await client.Ask(AskForOther)).Text);
        for (int i = 0; i < 2; i++) Assert.Equal(421, (await client.Ask(WireClient.Request())).Status);
        Assert.Equal(OtherPage, (await client.Ask(AskForOther)).Text);
        using var unknown = await WireClient.ConnectTls(server.TlsPort(), "unknown.example");
        Assert.Equal("CN=localhost", unknown.Certificate); // the first
        Assert.Equal(421, (await unknown.Ask(AskForOther)).Status);
    }
}
