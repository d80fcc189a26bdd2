using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Manifold.ProcessTests.Harness;
using Xunit;

namespace Manifold.ProcessTests.Children;

/// <summary>The stages of pipeline when there are several of a kind: every one takes its part, and nothing gets out of order between them.</summary>
public partial class PipelineTests
{
    private const int Clients = 24, Rounds = 20;

    /// <summary>Answers larger than a socket takes at once, so that writers wait, requests are left and gone on with, and connections return to their readers.</summary>
    [Fact]
    public Task Three_readers_and_two_writers_serve_keep_alive_clients() => TestServer.With(
        new ServerSpec
        {
            Mpm = "pipeline", Population = new Population(Children: 1, Threads: 8, MostChildren: 1),
            Extra = ["ReadersPerChild 3", "WritersPerChild 2"],
        }, async server =>
        {
            byte[] file = RandomNumberGenerator.GetBytes(300_000);
            await File.WriteAllBytesAsync(server.Root + "/htdocs/file.bin", file);
            int child = Assert.Single(server.Children).Pid;
            var stages = Proc.Threads(child).Where(thread => thread.Name.StartsWith("reader ", StringComparison.Ordinal) || thread.Name.StartsWith("writer ", StringComparison.Ordinal)).ToList();
            Assert.Equal(["reader", "reader", "reader", "writer", "writer"], stages.Select(stage => stage.Name.Split(' ')[0]).Order(StringComparer.Ordinal));
            var before = stages.ConvertAll(stage => Proc.Sleeps(child, stage.Id));

            await Task.WhenAll(Enumerable.Range(0, Clients).Select(async _ =>
            {
                using var client = await WireClient.Connect(server.Port, receiveBuffer: 16 * 1024);
                for (int i = 0; i < Rounds; i++)
                {
                    var answer = await client.Ask(WireClient.Request("/file.bin"));
                    Assert.True(file.AsSpan().SequenceEqual(answer.Body), "the file came back as something else");
                }
            }));

            // A thread that got nothing to do has slept through: only being woken makes it sleep again.
            Assert.All(stages.Zip(before), pair => Assert.True(Proc.Sleeps(child, pair.First.Id) > pair.Second, pair.First.Name + " got nothing to do"));
        });

    /// <summary>Behind each response HTTP finds another request that TLS has decrypted already, on whatever thread completes the flush: not on the one that sends.</summary>
    [Fact]
    public Task Requests_that_tls_has_read_ahead_run_on_processors() => TlsServer.With("pipeline", 4, async server =>
    {
        const int requests = 20;
        using var client = await WireClient.ConnectTls(server.TlsPort());
        await client.Send(string.Concat(Enumerable.Repeat(WireClient.Request("/denied/"), requests)));
        for (int i = 0; i < requests; i++) Assert.Equal(403, (await client.Receive()).Status);

        var names = server.Children.SelectMany(child => Proc.Threads(child.Pid)).ToDictionary(thread => thread.Id, thread => thread.Name);
        var ranOn = Denials().Matches(server.ErrorLog).Select(match => names[int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)]).ToList();
        Assert.Equal(requests, ranOn.Count);
        Assert.All(ranOn, name => Assert.StartsWith("processor ", name, StringComparison.Ordinal));
    }, "<Location /denied>", "Require all denied", "</Location>");

    // "[...] [authz_core:error] [pid 1:tid 2] [client ...] AH01630: client denied by server configuration ..."
    [GeneratedRegex(@":tid (\d+)\].*AH01630")]
    private static partial Regex Denials();
}
