using System.Globalization;
using System.Text.RegularExpressions;
using Manifold.ProcessTests.Harness;
using Xunit;

namespace Manifold.ProcessTests.Children;

/// <summary>The stack of followers: who became idle last is the next to work, so that most threads of a lightly loaded child never run.</summary>
public partial class LeaderTests
{
    private const int Threads = 16, Requests = 400;

    /// <summary>One connection after the other. If threads took turns, the busiest four of sixteen would do a quarter of the work.</summary>
    [Theory]
    [InlineData("leader")]
    [InlineData("threadpool")]
    [InlineData("netware")]
    [InlineData("winnt")]
    public Task Under_light_load_the_top_threads_do_nearly_all_the_work(string mpm) => TestServer.With(
        new ServerSpec { Mpm = mpm, Population = new Population(Children: 1, Threads: Threads, MostChildren: 1) }, async server =>
        {
            for (int i = 0; i < Requests; i++) await server.ServesThePage();
            string page = (await server.Get("/server-status")).Text;
            long[] served = [.. Counts().Matches(page).Select(m => long.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture)).OrderDescending()];
            Assert.InRange(served.Sum(), Requests - 1, Requests + 1);
            long top = served.Take(4).Sum();
            Assert.True(top >= Requests * 9 / 10, $"the busiest four of {Threads} threads served {top} of {Requests} requests: {string.Join(", ", served)}");
        });

    /// <summary>The column Acc: on this connection / by this process / in this slot.</summary>
    [GeneratedRegex(@">\d+/\d+/(\d+)<")]
    private static partial Regex Counts();
}
