using System.Diagnostics;
using Manifold.ProcessTests.Harness;
using Xunit;
using Xunit.Abstractions;

namespace Manifold.ProcessTests.Conformance;

/// <summary>Clients that ask for a large answer and never read it, far more than there are threads.</summary>
public class StuckClientTests(ITestOutputHelper output)
{
    [Theory, InlineData("event"), InlineData("pipeline"), InlineData("percore")]
    public Task A_page_is_served_while_200_clients_do_not_read_20_MB(string mpm)
    {
        var spec = new ServerSpec { Mpm = mpm, Population = new Population(Children: 1, Threads: 8, MostChildren: 1) };
        return TestServer.With(spec, async server =>
        {
            await using (var file = File.Create(server.Root + "/htdocs/huge.bin")) file.SetLength(20_000_000);
            var stuck = new List<WireClient>();
            try
            {
                for (int i = 0; i < 200; i++)
                {
                    stuck.Add(await WireClient.Connect(server.Port, receiveBuffer: 8 * 1024));
                    await stuck[i].Send(WireClient.Request("/huge.bin"));
                }
                foreach (var client in stuck) await client.WaitForBytes(); // each of them is being served
                var watch = Stopwatch.StartNew();
                await server.ServesThePage();
                output.WriteLine($"{mpm}: a page took {watch.ElapsedMilliseconds} ms");
            }
            finally
            {
                foreach (var client in stuck) client.Dispose();
            }
        });
    }
}
