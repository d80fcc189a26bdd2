using System.Diagnostics;
using Manifold.Connections;
using Manifold.Driving;
using Xunit;

namespace Manifold.UnitTests.Connections;

/// <summary>When a request was there: not later than the poller knew it, and never before it was sent.</summary>
public sealed class ArrivalTests : IDisposable
{
    private const string Get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private readonly List<long> _started = [];
    private readonly Rig _rig;

    public ArrivalTests() => _rig = new Rig(f =>
    {
        _started.Add(f.Get<IMpmExchangeFeature>()!.Started);
        return Rig.Hello(f);
    }, WaitTable.ParkHere);

    public void Dispose() => _rig.Dispose();

    [Fact]
    public async Task TheFirstRequestOfAnEventCameBeforeTheEventAndThoseBehindItLater()
    {
        var (client, connection) = await _rig.ParkedAfterARequest();

        long sent = Stopwatch.GetTimestamp();
        Rig.Send(client, Get + Get);
        Assert.Equal(1, _rig.Parking.Wait(long.MaxValue));
        long known = Stopwatch.GetTimestamp();
        Assert.Same(connection, _rig.Parking.TakeOut(_rig.Poller.Fd(0)));
        Assert.Equal(DriveEnd.Parked, await _rig.Resume(connection, _rig.Poller.Found(0)));
        Assert.InRange(_started[1], sent, known);
        Assert.True(_started[2] > known);
        client.Dispose();
    }

    /// <summary>Old clients send an empty line behind a body. HTTP skips it; it is not the beginning of the next request.</summary>
    [Fact]
    public async Task AnEmptyLineIsNotTheBeginningOfARequest()
    {
        var (client, _) = await _rig.ParkedAfterARequest();
        var serving = _rig.Serve();
        Rig.Send(client, Get + "\r\n");
        Assert.EndsWith("hello", Rig.Receive(client, "hello"));
        Assert.Equal(DriveEnd.Parked, await serving);
        serving = _rig.Serve();
        long sent = Stopwatch.GetTimestamp();
        Rig.Send(client, Get);
        Assert.EndsWith("hello", Rig.Receive(client, "hello"));
        Assert.Equal(DriveEnd.Parked, await serving);
        Assert.True(_started[^1] >= sent);
        client.Dispose();
    }

    [Fact]
    public async Task WhatWasKnownOfOneRequestIsNotSaidOfTheNext()
    {
        var (client, _) = await _rig.ParkedAfterARequest();
        for (int i = 0; i < 3; i++)
        {
            long sent = Stopwatch.GetTimestamp();
            var serving = _rig.Serve();
            Rig.Send(client, Get);
            Assert.EndsWith("hello", Rig.Receive(client, "hello"));
            Assert.Equal(DriveEnd.Parked, await serving);
            Assert.True(_started[^1] >= sent);
        }
        client.Dispose();
    }
}
