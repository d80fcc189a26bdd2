using System.Net;
using System.Net.Sockets;
using Manifold.Child;
using Manifold.Connections;
using Manifold.Contracts;
using Manifold.Driving;
using Manifold.Hosting;
using Manifold.Os;
using Manifold.Shared;
using Manifold.Tls;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;
using Xunit;

namespace Manifold.UnitTests.Connections;

/// <summary>Real sockets, real Kestrel HTTP, the drive loop on one thread of its own; the application is the test's.</summary>
internal sealed class Rig : IDisposable
{
    private readonly ListeningSocket _listener;
    private readonly ConnectionServices _services;
    private readonly Func<Connection, Outbox>? _outboxOf;

    /// <summary>A heritage with nothing in it, for a child that is made in the process of the test.</summary>
    public static Heritage BareHeritage(string mpm) => new()
    {
        Generation = 0, Slot = 0, Bucket = 0, MasterPid = Environment.ProcessId, Mpm = mpm, Scoreboard = -1, Pod = -1, ReadyPipe = -1, Snapshot = -1, Listeners = [], Logs = [],
    };

    public Rig(
        Func<IFeatureCollection, Task> application, Func<IParking, WaitTable>? waits = null, IRejectedRequestHandler? refusals = null, TimeSpan? keepAlive = null,
        ITlsConfiguration? tls = null, ReadTimeout? head = null, ReadTimeout? body = null, ParkedRecords? records = null)
        : this(Http(application), waits, refusals, keepAlive, tls, head, body: body, records: records)
    {
    }

    public Rig(
        IHttpEngine engine, Func<IParking, WaitTable>? waits, IRejectedRequestHandler? refusals = null, TimeSpan? keepAlive = null,
        ITlsConfiguration? tls = null, ReadTimeout? head = null, Func<Connection, Outbox>? outboxOf = null, ReadTimeout? body = null, ParkedRecords? records = null)
    {
        _outboxOf = outboxOf;
        _listener = ListeningSocket.Open(new IPEndPoint(IPAddress.Loopback, 0), "http", new ListeningSocket.Setup(16, 0, 0, false, 0));
        var options = new ManifoldOptions();
        _services = new ConnectionServices(
            engine, State, refusals, TimeSpan.FromSeconds(10), keepAlive ?? TimeSpan.FromSeconds(10), head ?? options.HeadTimeout, body ?? options.BodyTimeout, Encrypt: tls is null ? null : TlsSide.Of(tls), ParkedRecords: records);
        Parking = new ParkingLot(Poller);
        Drive = new DriveLoop(waits is null ? WaitTable.Block : waits(Parking), State);
    }

    public WorkerThread Worker { get; init; } = new("worker 0", WorkerRow.OffTheBoard());

    public ChildState State { get; } = new(0);

    public Epoll Poller { get; } = new(16);

    public ParkingLot Parking { get; }

    public DriveLoop Drive { get; }

    /// <summary>Connects a client; the server's side is driven on a new thread until it is closed or parked.</summary>
    public (Socket Client, Task<DriveEnd> Driving, Connection Connection) Connect()
    {
        var (client, connection) = Accept();
        return (client, Resume(connection, Ready.In), connection);
    }

    /// <summary>Connects a client; nobody drives the server's side yet.</summary>
    public (Socket Client, Connection Connection) Accept()
    {
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = 10_000 };
        client.Connect(ConnectionSocket.LocalAddress(_listener.Number));
        Span<byte> peer = stackalloc byte[SockAddr.Longest];
        Assert.True(State.EnterAccept());
        int fd = _listener.Accept(peer);
        State.LeaveAccept(1);
        Assert.True(fd >= 0);
        return (client, new Connection(fd, SockAddr.Read(peer), _listener, _services, 1, _outboxOf));
    }

    /// <summary>What event's listener does: waits until a parked connection needs a thread and gives it one.</summary>
    public Task<DriveEnd> Serve() => Task.Run(() =>
    {
        for (;;)
        {
            int events = Parking.Wait(long.MaxValue);
            for (int i = 0; i < events; i++)
                if (Parking.TakeOut(Poller.Fd(i)) is { } ready) return Resume(ready, Poller.Found(i));
            if (Parking.TakeOutCalled() is { } called) return Resume(called, Ready.None);
            if (Parking.TakeOutExpired(Environment.TickCount64, idleToo: false) is not { } late) continue;
            late.TimedOut();
            return Resume(late, Ready.None);
        }
    });

    /// <summary>A connection that has had an answer and is parked.</summary>
    public async Task<(Socket Client, Connection Connection)> ParkedAfterARequest()
    {
        var patience = TimeSpan.FromSeconds(20);
        var (client, driving, connection) = Connect();
        Assert.Equal(DriveEnd.Parked, await driving.WaitAsync(patience)); // nothing has come yet
        driving = Serve();
        Send(client, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        Receive(client, "hello");
        Assert.Equal(DriveEnd.Parked, await driving.WaitAsync(patience));
        return (client, connection);
    }

    /// <summary>A connection object that nobody drives.</summary>
    public static Connection Unconnected(ListeningSocket listener)
    {
        var options = new ManifoldOptions();
        var services = new ConnectionServices(Http(Hello), new ChildState(0), null, default, default, options.HeadTimeout, options.BodyTimeout);
        return new Connection(-1, new IPEndPoint(IPAddress.Loopback, 1), listener, services, 1);
    }

    /// <summary>
    /// The time passes after which idle connections rest; no wait ends. On a thread like the server's: on one with a synchronization context, as
    /// the test's, tasks do not end inline.
    /// </summary>
    public Task LetTheIdleRest() =>
        Task.Run(() => Assert.Null(Parking.TakeOutExpired(Environment.TickCount64 + ParkingLot.RestAfterMs, idleToo: false)));

    /// <summary>Drives a connection on a new thread.</summary>
    public Task<DriveEnd> Resume(Connection connection, Ready ready)
    {
        var end = new TaskCompletionSource<DriveEnd>();
        new Thread(() =>
        {
            try
            {
                end.SetResult(Drive.Drive(connection, Worker, ready));
            }
            catch (Exception e)
            {
                end.SetException(e);
            }
        }) { IsBackground = true, Name = "worker 0" }.Start();
        return end.Task;
    }

    public static Task Hello(IFeatureCollection features)
    {
        var response = features.Get<IHttpResponseFeature>()!;
        response.Headers.ContentLength = 5;
        var body = features.Get<IHttpResponseBodyFeature>()!.Writer;
        "hello"u8.CopyTo(body.GetSpan(5));
        body.Advance(5);
        return Task.CompletedTask;
    }

    public static void Send(Socket client, string text) => client.Send(System.Text.Encoding.ASCII.GetBytes(text));

    /// <summary>Reads until <paramref name="end"/> has come, or to the end of the stream.</summary>
    public static string Receive(Socket client, string end)
    {
        var text = new System.Text.StringBuilder();
        byte[] buffer = new byte[65536];
        while (!text.ToString().EndsWith(end, StringComparison.Ordinal) || end.Length == 0)
        {
            int n = client.Receive(buffer);
            if (n == 0) break;
            text.Append(System.Text.Encoding.ASCII.GetString(buffer, 0, n));
        }
        return text.ToString();
    }

    public void Dispose()
    {
        _listener.Dispose();
        Parking.Dispose();
        State.Dispose();
    }

    public static KestrelEngine Http(Func<IFeatureCollection, Task> application) => KestrelEngine.Start(
        new TrackedApplication<IFeatureCollection>(new App(application), f => f.Get<IMpmExchangeFeature>()!));

    private sealed class App(Func<IFeatureCollection, Task> application) : IHttpApplication<IFeatureCollection>
    {
        public IFeatureCollection CreateContext(IFeatureCollection contextFeatures) => contextFeatures;

        public Task ProcessRequestAsync(IFeatureCollection context) => application(context);

        public void DisposeContext(IFeatureCollection context, Exception? exception)
        {
        }
    }
}
