using System.Security.Cryptography;
using Manifold.ProcessTests.Harness;
using Xunit;

namespace Manifold.ProcessTests.Children;

/// <summary>The stages of pipeline when there are several of a kind: every one takes its part, and nothing gets out of order between them.</summary>
public class PipelineTests
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
}
