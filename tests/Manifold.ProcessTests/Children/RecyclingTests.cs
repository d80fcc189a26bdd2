using Manifold.ProcessTests.Harness;
using Xunit;

namespace Manifold.ProcessTests.Children;

/// <summary>MaxConnectionsPerChild: children leave after so many connections, and nobody notices.</summary>
public class RecyclingTests
{
    [Theory, MemberData(nameof(TestedMpms.Pooled), MemberType = typeof(TestedMpms))]
    public Task Recycling_loses_nothing(string mpm)
    {
        const int clients = 4;
        // Clients change their connection every five requests, so that children use up their allowance.
        var spec = new ServerSpec { Mpm = mpm, Population = Population.For(mpm, clients), MaxKeepAliveRequests = 5, Extra = ["MaxConnectionsPerChild 20"] };
        return TestServer.With(spec, async server =>
        {
            var seen = new HashSet<int>(server.Children.Select(child => child.Pid));
            int first = seen.Count;
            await using var load = new LoadClient(server.Port, clients);
            await WaitFor.Condition(() =>
            {
                seen.UnionWith(server.Children.Select(child => child.Pid));
                return seen.Count >= first + 4 || load.Failures.Count > 0;
            }, () => $"four children are replaced; {load}");
            await load.EndWithoutLoss();
            await WaitFor.Condition(() => server.Children.Count >= 1, "children are there");
            Assert.DoesNotContain("exit signal", server.ErrorLog, StringComparison.Ordinal);
        });
    }
}
