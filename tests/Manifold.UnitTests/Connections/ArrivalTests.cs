using System.Diagnostics;
using Manifold.Connections;
using Xunit;

namespace Manifold.UnitTests.Connections;

/// <summary>When a request was there: not later than the poller knew it, and never before it was sent.</summary>
public class ArrivalTests
{
    private const string Get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

    [Fact]
    public async Task TheFirstRequestOfAnEventCameBeforeTheEventAndThoseBehindItLater()
    {
        var started = new List<long>();
        using var rig = new Rig(f =>
        {
            started.Add(f.Get<IMpmConnectionFeature>()!.RequestStarted);
            return Rig.Hello(f);
        }, WaitTable.ParkBetweenRequests);
        var (client, connection) = await rig.ParkedAfterARequest();

        long sent = Stopwatch.GetTimestamp();
        Rig.Send(client, Get + Get);
        Assert.Equal(1, rig.Parking.Wait(long.MaxValue));
        long known = Stopwatch.GetTimestamp();
        Assert.Same(connection, rig.Parking.TakeOut(rig.Poller.Fd(0)));
        Assert.Equal(DriveEnd.Parked, await rig.Resume(connection, rig.Poller.Found(0)));
        Assert.InRange(started[1], sent, known);
        Assert.True(started[2] > known);
        client.Dispose();
    }

    /// <summary>Old clients send an empty line behind a body. HTTP skips it; it is not the beginning of the next request.</summary>
    [Fact]
    public async Task AnEmptyLineIsNotTheBeginningOfARequest()
    {
        long started = 0;
        using var rig = new Rig(f =>
        {
            started = f.Get<IMpmConnectionFeature>()!.RequestStarted;
            return Rig.Hello(f);
        }, WaitTable.ParkBetweenRequests);
        var (client, _) = await rig.ParkedAfterARequest();
        var serving = rig.Serve();
        Rig.Send(client, Get + "\r\n");
        Assert.EndsWith("hello", Rig.Receive(client, "hello"));
        long sent = Stopwatch.GetTimestamp();
        Rig.Send(client, Get);
        Assert.EndsWith("hello", Rig.Receive(client, "hello"));
        Assert.Equal(DriveEnd.Parked, await serving);
        Assert.True(started >= sent);
        client.Dispose();
    }

    [Fact]
    public async Task WhatWasKnownOfOneRequestIsNotSaidOfTheNext()
    {
        long started = 0;
        using var rig = new Rig(f =>
        {
            started = f.Get<IMpmConnectionFeature>()!.RequestStarted;
            return Rig.Hello(f);
        }, WaitTable.ParkBetweenRequests);
        var (client, _) = await rig.ParkedAfterARequest();
        for (int i = 0; i < 3; i++)
        {
            long sent = Stopwatch.GetTimestamp();
            var serving = rig.Serve();
            Rig.Send(client, Get);
            Assert.EndsWith("hello", Rig.Receive(client, "hello"));
            Assert.Equal(DriveEnd.Parked, await serving);
            Assert.True(started >= sent);
        }
        client.Dispose();
    }
}
