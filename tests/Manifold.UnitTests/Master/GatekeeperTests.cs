using System.Net;
using System.Net.Sockets;
using Manifold.Master;
using Manifold.Os;
using Xunit;

namespace Manifold.UnitTests.Master;

/// <summary>The gate on a real listening socket, with children that are only counted.</summary>
public sealed class GatekeeperTests : IDisposable
{
    private readonly Inbox _inbox = new();
    private readonly ListeningSocket _listener = ListeningSocket.Open(
        new IPEndPoint(IPAddress.Loopback, 0), "http", new ListeningSocket.Setup(16, 0, 0, ReusePort: false, DeferAcceptSeconds: 0));
    private readonly List<int> _started = [];
    private readonly List<string> _log = [];
    private readonly Gatekeeper _gate;
    private bool _hasRoom = true;
    private string? _problem;

    public GatekeeperTests() => _gate = new Gatekeeper(_inbox, [_listener], () => _hasRoom, connection =>
    {
        _started.Add(connection.Number);
        return _problem;
    }, (_, message) => _log.Add(message));

    public void Dispose()
    {
        _gate.Dispose();
        _listener.Dispose();
        _inbox.Dispose();
    }

    [Fact]
    public void One_connection_a_turn_and_the_masters_copy_is_closed()
    {
        using var first = Connect();
        using var second = Connect();
        _gate.Look();
        _inbox.Wait(5000);
        Assert.Single(_started);
        _inbox.Wait(5000);
        Assert.Equal(2, _started.Count);
        Assert.Equal(0, first.Receive(new byte[1])); // no child has it, so it is closed
    }

    [Fact]
    public void Without_room_connections_stay_in_the_queue()
    {
        using var client = Connect();
        _hasRoom = false;
        _gate.Look();
        _inbox.Wait(0);
        Assert.Empty(_started);
        Assert.Equal(1, _listener.Waiting());
        _hasRoom = true;
        _gate.Look();
        _inbox.Wait(5000);
        Assert.Single(_started);
        Assert.Empty(_log);
    }

    [Fact]
    public void A_connection_whose_child_is_refused_is_kept_and_the_next_waits()
    {
        using var first = Connect();
        using var second = Connect();
        _problem = "no process";
        _gate.Look();
        _inbox.Wait(5000);
        _inbox.Wait(0);
        Assert.Single(_started);
        Assert.Equal(1, _listener.Waiting());
        _gate.Look();
        Assert.Equal([_started[0], _started[0]], _started); // the same one, tried again
        _problem = null;
        _gate.Look();
        _inbox.Wait(5000);
        Assert.Equal(4, _started.Count);
        Assert.Equal("no process; connections wait until this is over", Assert.Single(_log));
    }

    [Fact]
    public void A_connection_in_hand_has_a_last_chance_when_the_gate_closes()
    {
        using var client = Connect();
        _problem = "no process";
        _gate.Look();
        _inbox.Wait(5000);
        _gate.Dispose();
        Assert.Equal(2, _started.Count);
        Assert.Equal(0, client.Receive(new byte[1]));
        Assert.Equal("a connection was closed because no child could be started for it", _log[^1]);
        _problem = null;
        _gate.Look();
        using var late = Connect();
        _inbox.Wait(0);
        Assert.Equal(2, _started.Count);
    }

    private Socket Connect()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = 5000 };
        socket.Connect(ConnectionSocket.LocalAddress(_listener.Number));
        return socket;
    }
}
