using Manifold.ProcessTests.Harness;
using Xunit;

namespace Manifold.ProcessTests.Conformance;

[CollectionDefinition(Name)]
public sealed class ConformanceSuite : ICollectionFixture<SharedServers>
{
    public const string Name = "conformance";
}

/// <summary>One server per MPM for all conformance tests. They leave it as they found it; one that dies is a failure and is replaced.</summary>
public sealed class SharedServers : IAsyncLifetime
{
    private readonly Dictionary<string, TestServer> _servers = [];

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (var server in _servers.Values) await server.DisposeAsync();
    }

    /// <summary>Runs a test, and checks afterwards that the server still serves with the children it had.</summary>
    internal async Task With(string mpm, Func<TestServer, Task> test)
    {
        if (_servers.TryGetValue(mpm, out var old) && old.HasExited)
        {
            _servers.Remove(mpm);
            await old.DisposeAsync();
        }
        if (!_servers.TryGetValue(mpm, out var server))
            _servers[mpm] = server = await TestServer.Start(new ServerSpec { Mpm = mpm, Population = Population.For(mpm, 12), VirtualHosts = ["a.example", "b.example"] });
        await server.Explain(async () =>
        {
            await server.Serves();
            int[] before = [.. server.Children.Select(child => child.Pid)];
            await test(server);
            await server.ServesThePage();
            if (TestedMpms.IsPooled(mpm) && before.Except(server.Children.Select(child => child.Pid)).Any()) throw new InvalidOperationException("a child of the server died");
        });
    }
}
