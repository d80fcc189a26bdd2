using System.Buffers;
using System.Net;
using Manifold.Connections;
using Manifold.Os;
using Xunit;

namespace Manifold.UnitTests.Connections;

public sealed class OutboxTests : IDisposable
{
    private readonly ListeningSocket _listener =
        ListeningSocket.Open(new IPEndPoint(IPAddress.Loopback, 0), "http", new ListeningSocket.Setup(16, 0, 0, false, 0));

    private readonly OutputAllowance _allowance = new(300_000);
    private readonly Connection _connection;
    private int _announced;

    public OutboxTests() => _connection = Rig.Unconnected(_listener);

    public void Dispose() => _listener.Dispose();

    [Fact]
    public void A_producer_leaves_above_the_bound()
    {
        var outbox = New();
        Add(outbox, Outbox.Bound);
        Assert.True(outbox.HasRoom);
        Add(outbox, 1);
        Assert.False(outbox.HasRoom);
        Assert.False(outbox.IsEmpty);
        outbox.Close();
        Assert.True(outbox.IsEmpty);
        Assert.True(outbox.HasRoom);
    }

    [Fact]
    public void The_child_has_a_bound_that_does_not_hold_a_connection_without_output()
    {
        var stuck = new[] { New(), New(), New() };
        foreach (var outbox in stuck) Add(outbox, 100_000);
        Assert.False(_allowance.HasRoom);
        Assert.False(stuck[0].HasRoom);
        var lively = New();
        Assert.True(lively.HasRoom);
        foreach (var outbox in stuck) outbox.Close();
        Assert.True(_allowance.HasRoom);
        Add(lively, 100_000);
        Assert.True(lively.HasRoom);
    }

    [Fact]
    public void The_sender_is_told_once_until_it_has_looked()
    {
        var outbox = New();
        Add(outbox, 10);
        Add(outbox, 10);
        Assert.Equal(1, _announced);
        outbox.Add(Output(10), sendAtOnce: false);
        Assert.Equal(1, _announced);
        outbox.Send(); // there is no socket: the output of a failed connection is dropped
        Assert.True(_connection.IsAborted);
        Assert.True(outbox.IsEmpty);
        Add(outbox, 10);
        Assert.Equal(2, _announced);
    }

    [Fact]
    public void Nothing_is_kept_after_the_end()
    {
        var outbox = New();
        outbox.Close();
        Add(outbox, 1000);
        Assert.True(outbox.IsEmpty);
        Assert.Equal(0, _announced);
    }

    private Outbox New() => new(_connection, _allowance, _ => _announced++);

    private static void Add(Outbox outbox, int bytes) => outbox.Add(Output(bytes), sendAtOnce: true);

    private static ArraySegment<byte> Output(int bytes) => new(ArrayPool<byte>.Shared.Rent(bytes), 0, bytes);
}
