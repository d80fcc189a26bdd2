using System.Net.Sockets;
using Manifold.Connections;
using Manifold.Driving;
using Manifold.Os;
using Xunit;

namespace Manifold.UnitTests.Connections;

/// <summary>
/// What a request and a connection cost the garbage collector, Kestrel's part included: bytes that the serving thread allocates, which do not depend
/// on the machine's load. The bounds have room for another Kestrel; what they find is a buffer or a task for each request.
/// </summary>
public class AllocationTests
{
    private const int Rounds = 200;
    private const string Get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

    [Fact]
    public void PipelinedRequests()
    {
        using var rig = new Rig(Rig.Hello);
        long measured = Measure(() =>
        {
            var (client, connection) = rig.Accept();
            for (int i = 0; i < Rounds; i++) Rig.Send(client, Get);
            client.Shutdown(SocketShutdown.Send);
            long before = GC.GetAllocatedBytesForCurrentThread();
            ServeToTheEnd(rig, connection);
            long bytes = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.Equal(Rounds, connection.RequestCount);
            client.Dispose();
            return bytes / Rounds;
        });
        Assert.InRange(measured, 0, 200);
    }

    [Fact]
    public void RequestsOfAConnectionThatParksBetweenThem()
    {
        using var rig = new Rig(Rig.Hello, WaitTable.ParkHere);
        long measured = Measure(() =>
        {
            var (client, connection) = rig.Accept();
            Assert.Equal(DriveEnd.Parked, rig.Drive.Drive(connection, rig.Worker, Ready.In));
            long sum = 0;
            for (int i = 0; i < Rounds; i++)
            {
                Rig.Send(client, Get);
                long before = GC.GetAllocatedBytesForCurrentThread();
                TakeOut(rig);
                rig.Drive.Drive(connection, rig.Worker, Ready.In);
                sum += GC.GetAllocatedBytesForCurrentThread() - before;
            }
            Assert.Equal(Rounds, connection.RequestCount);
            client.Dispose();
            TakeOut(rig);
            ServeToTheEnd(rig, connection);
            return sum / Rounds;
        });
        Assert.InRange(measured, 0, 300);
    }

    [Fact]
    public void AConnectionForEachRequest()
    {
        using var rig = new Rig(Rig.Hello, WaitTable.ParkHere);
        long measured = Measure(() =>
        {
            long sum = 0;
            for (int i = 0; i < Rounds; i++)
            {
                var (client, connection) = rig.Accept();
                Rig.Send(client, Get);
                client.Shutdown(SocketShutdown.Send);
                long before = GC.GetAllocatedBytesForCurrentThread();
                ServeToTheEnd(rig, connection);
                sum += GC.GetAllocatedBytesForCurrentThread() - before;
                client.Dispose();
            }
            return sum / Rounds;
        });
        Assert.InRange(measured, 0, 7_000);
    }

    private static void ServeToTheEnd(Rig rig, Connection connection)
    {
        while (rig.Drive.Drive(connection, rig.Worker, Ready.In) == DriveEnd.Parked) TakeOut(rig);
    }

    private static void TakeOut(Rig rig)
    {
        for (bool found = false; !found;)
            for (int i = rig.Poller.Wait(20_000) - 1; i >= 0; i--) found |= rig.Parking.TakeOut(rig.Poller.Fd(i)) is not null;
    }

    /// <summary>Twice, on one thread of its own; the first time is for what is made once.</summary>
    private static long Measure(Func<long> body)
    {
        long measured = 0;
        Exception? error = null;
        var thread = new Thread(() =>
        {
            try
            {
                body();
                measured = body();
            }
            catch (Exception e)
            {
                error = e;
            }
        });
        thread.Start();
        thread.Join();
        return error is null ? measured : throw new InvalidOperationException("the measurement failed", error);
    }
}
