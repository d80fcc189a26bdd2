using System.Net.Sockets;
using Manifold.Connections;
using Manifold.Driving;
using Manifold.Hosting;
using Manifold.Httpd.Requests;
using Manifold.Os;
using Manifold.UnitTests.Requests;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;
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

    /// <summary>The server's own way to a file that it has answered with before, from the head to the last byte: nothing. The log's line comes after that.</summary>
    [Fact]
    public void AFileThatIsRemembered()
    {
        using var site = new TestSite { Later = TimeSpan.FromSeconds(10) };
        site.Write("a.txt", "hello");
        var counting = new Counting(site.Application);
        using var rig = new Rig(KestrelEngine.Start(new TrackedApplication<Request>(counting, request => request.Exchange, answersRefusals: true)), null);
        long measured = Measure(() =>
        {
            var (client, connection) = rig.Accept();
            Rig.Send(client, string.Concat(Enumerable.Repeat("GET /a.txt HTTP/1.1\r\nHost: a\r\n\r\n", 100)));
            client.Shutdown(SocketShutdown.Send);
            ServeToTheEnd(rig, connection);
            client.Dispose();
            Assert.Equal(100, connection.RequestCount);
            return counting.Bytes.TakeLast(80).Sum();
        });
        Assert.Equal(0, measured);
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

    /// <summary>
    /// On one thread of its own: the first time is for what is made once, and of the others the least counts, because a collection that another test brings about
    /// empties the pools.
    /// </summary>
    private static long Measure(Func<long> body)
    {
        long measured = 0;
        Exception? error = null;
        var thread = new Thread(() =>
        {
            try
            {
                body();
                measured = Math.Min(body(), Math.Min(body(), body()));
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

    private sealed class Counting(HttpdApplication application) : IHttpApplication<Request>
    {
        public List<long> Bytes { get; } = new(1000);

        public Request CreateContext(IFeatureCollection contextFeatures)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            var request = application.CreateContext(contextFeatures);
            Bytes.Add(GC.GetAllocatedBytesForCurrentThread() - before);
            return request;
        }

        public Task ProcessRequestAsync(Request context)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            var work = application.ProcessRequestAsync(context);
            Bytes[^1] += GC.GetAllocatedBytesForCurrentThread() - before;
            return work;
        }

        public void DisposeContext(Request context, Exception? exception) => application.DisposeContext(context, exception);
    }
}
