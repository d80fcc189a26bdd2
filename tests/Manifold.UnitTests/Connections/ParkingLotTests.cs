using System.Net.Sockets;
using Manifold.Connections;
using Manifold.Driving;
using Manifold.Os;
using Xunit;

namespace Manifold.UnitTests.Connections;

/// <summary>A lot that watches: epoll tells of changes only, so nothing that was told may be lost, whoever has the connection at that moment.</summary>
public class ParkingLotTests
{
    [Fact]
    public async Task What_is_told_while_somebody_has_the_connection_is_kept_until_it_parks()
    {
        using var rig = new Rig(Rig.Hello, WaitTable.ParkHere);
        using var poller = new Epoll(16);
        using var lot = new ParkingLot(poller, watches: true);
        var (client, connection) = await Connected(rig);
        Assert.True(lot.Park(connection, Wants.Read, Ready.In));
        Rig.Send(client, "x");
        Assert.Same(connection, Event(lot, poller));
        Assert.Equal(Ready.In, connection.Space.TakeTold() & Ready.In);

        Rig.Send(client, "y"); // it has an owner
        Assert.Null(Event(lot, poller));
        Assert.True(lot.Park(connection, Wants.Read, Ready.In));
        Assert.Same(connection, lot.TakeOutCalled()); // its turn comes without an event
        Assert.Equal(Ready.In, connection.Space.TakeTold() & Ready.In);

        Assert.True(lot.Park(connection, Wants.Read, Ready.None)); // it waits for its application
        Rig.Send(client, "z");
        Assert.Null(Event(lot, poller));
        Assert.Null(lot.TakeOutCalled());
        lot.Call(connection);
        Assert.Same(connection, lot.TakeOutCalled());
        Assert.Equal(Ready.In, connection.Space.TakeTold() & Ready.In);

        Assert.True(lot.Park(connection, Wants.Read, Ready.In, unused: Ready.In)); // it has not read all that there is
        Assert.Same(connection, lot.TakeOutCalled());
        Assert.True(lot.Park(connection, Wants.Read, Ready.In));
        Assert.Null(lot.TakeOutCalled());
        client.Dispose();
        Assert.Same(connection, Event(lot, poller));
        connection.Close();
        lot.Forget(connection);
    }

    [Fact]
    public async Task Room_to_send_is_told_when_it_is_first_waited_for()
    {
        using var rig = new Rig(Rig.Hello, WaitTable.ParkHere);
        using var poller = new Epoll(16);
        using var lot = new ParkingLot(poller, watches: true);
        var (client, connection) = await Connected(rig);
        Assert.True(lot.Park(connection, Wants.Read, Ready.In));
        lot.Call(connection);
        Assert.Same(connection, lot.TakeOutCalled());
        Assert.True(lot.Park(connection, Wants.Read, Ready.Out)); // there is room already: no change will come
        Assert.Same(connection, Event(lot, poller));
        client.Dispose();
        connection.Close();
        lot.Forget(connection);
    }

    /// <summary>A new connection that nobody has any more.</summary>
    private static async Task<(Socket Client, Connection Connection)> Connected(Rig rig)
    {
        var (client, driving, connection) = rig.Connect();
        Assert.Equal(DriveEnd.Parked, await driving.WaitAsync(TimeSpan.FromSeconds(20)));
        Assert.Same(connection, rig.Parking.TakeOutOldest(WaitKind.FirstByte));
        return (client, connection);
    }

    /// <summary>Waits for the next event of a connection; what it takes out.</summary>
    private static Connection? Event(ParkingLot lot, Epoll poller)
    {
        Assert.Equal(1, lot.Wait(Environment.TickCount64 + 20_000));
        return lot.TakeOut(poller.Fd(0), poller.Found(0));
    }
}
