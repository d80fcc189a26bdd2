using Manifold.Connections;
using Microsoft.AspNetCore.Http.Features;
using Xunit;

namespace Manifold.UnitTests.Connections;

/// <summary>What an application sees of its exchange, over real sockets.</summary>
public class ExchangeTests
{
    private const string Get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private static readonly ExchangeSlot<string> s_slot = new();
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task What_a_request_keeps_is_gone_for_the_next_one_that_uses_the_same_object()
    {
        var seen = new List<(IMpmExchangeFeature Exchange, int Number, string? Found, long Sent)>();
        using var rig = new Rig(f =>
        {
            var exchange = f.Get<IMpmExchangeFeature>()!;
            seen.Add((exchange, exchange.Number, exchange.State.Get(s_slot), exchange.BytesSent));
            exchange.State.Set(s_slot, "of " + exchange.Number);
            return Rig.Hello(f);
        });
        var (client, driving, connection) = rig.Connect();
        for (int i = 0; i < 3; i++)
        {
            Rig.Send(client, Get);
            Rig.Receive(client, "hello");
        }
        client.Dispose();
        await driving.WaitAsync(s_patience);
        Assert.Equal([0, 1, 2], seen.Select(s => s.Number));
        Assert.All(seen, s => Assert.Null(s.Found));
        Assert.All(seen, s => Assert.Equal(0, s.Sent));
        Assert.All(seen, s => Assert.Same(connection, s.Exchange.Connection));
        Assert.Single(seen.Select(s => s.Exchange).Distinct());
        Assert.Null(connection.Exchange.State.Get(s_slot));
        Assert.Equal(3, connection.RequestCount);
    }

    [Fact]
    public async Task It_is_gone_after_a_request_that_failed()
    {
        using var rig = new Rig(f =>
        {
            f.Get<IMpmExchangeFeature>()!.State.Set(s_slot, "a");
            throw new InvalidOperationException("the application fails");
        });
        var (client, driving, connection) = rig.Connect();
        Rig.Send(client, Get);
        Assert.StartsWith("HTTP/1.1 500", Rig.Receive(client, "\r\n\r\n"), StringComparison.Ordinal);
        client.Dispose();
        await driving.WaitAsync(s_patience);
        Assert.Null(connection.Exchange.State.Get(s_slot));
    }

    [Fact]
    public async Task It_is_there_while_the_application_waits_on_another_thread()
    {
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var rig = new Rig(async f =>
        {
            var state = f.Get<IMpmExchangeFeature>()!.State;
            state.Set(s_slot, "kept");
            await go.Task;
            f.Get<IHttpResponseFeature>()!.Headers["X-Found"] = state.Get(s_slot);
            await Rig.Hello(f);
        });
        var (client, driving, _) = rig.Connect();
        Rig.Send(client, Get);
        go.SetResult();
        Assert.Contains("X-Found: kept", Rig.Receive(client, "hello"), StringComparison.Ordinal);
        client.Dispose();
        await driving.WaitAsync(s_patience);
    }

    [Fact]
    public async Task Two_connections_have_two()
    {
        var seen = new List<IMpmExchangeFeature>();
        using var rig = new Rig(f =>
        {
            seen.Add(f.Get<IMpmExchangeFeature>()!);
            return Rig.Hello(f);
        });
        for (int i = 0; i < 2; i++)
        {
            var (client, driving, _) = rig.Connect();
            Rig.Send(client, Get);
            Rig.Receive(client, "hello");
            client.Dispose();
            await driving.WaitAsync(s_patience);
        }
        Assert.NotSame(seen[0], seen[1]);
    }
}
