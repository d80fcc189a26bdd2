using System.Net;
using System.Net.Sockets;
using Manifold.Child;
using Manifold.Connections;
using Manifold.Contracts;
using Manifold.Mpms;
using Manifold.Os;
using Manifold.Shared;
using Manifold.Tls;
using Manifold.UnitTests.Connections;
using Microsoft.AspNetCore.Http.Features;

namespace Manifold.UnitTests.HandOffs;

/// <summary>
/// A child of any MPM with few threads, real sockets and Kestrel. "/wait" awaits <see cref="Go"/>, "/read" reads a body and answers with its length, "/upgrade"
/// becomes an echo, "/" answers at once.
/// </summary>
internal sealed class WaitingSite : IDisposable
{
    public const int Threads = 4;

    private readonly IPEndPoint _address;
    private int _waiting;

    public WaitingSite(string mpm, ReadTimeout? head = null, ReadTimeout? body = null, TimeSpan? timeout = null, ITlsConfiguration? tls = null)
    {
        var socket = ListeningSocket.Open(new IPEndPoint(IPAddress.Loopback, 0), "http", new ListeningSocket.Setup(512, 0, 0, false, 0));
        _address = ConnectionSocket.LocalAddress(socket.Number);
        var options = new ManifoldOptions
        {
            Sizing = Mpm.All[mpm].Complete(mpm == "event"
                ? new Sizing { StartServers = 1, ThreadsPerChild = Threads, MaxRequestWorkers = Threads }
                : new Sizing { StartServers = 1, ThreadsPerChild = Threads }),
        };
        if (options.Sizing.Conflicts.Count > 0) throw new InvalidOperationException(string.Join('\n', options.Sizing.Conflicts));
        Board = Scoreboard.Create(1, options.Sizing.ThreadLimit);
        var services = new ConnectionServices(
            Rig.Http(Answer), State, null, timeout ?? TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(60), head ?? options.HeadTimeout, body ?? options.BodyTimeout,
            ParkedRecords: new ParkedRecords(Board, 0), Encrypt: tls is null ? null : TlsSide.Of(tls));
        Child = new ChildServer(Rig.BareHeritage(mpm), options, "mpm_" + mpm, Board, [socket], null, State, services, new ErrorLog());
        Mpm.All[mpm].Start(Child);
    }

    public ChildState State { get; } = new(0);

    public ChildServer Child { get; }

    public Scoreboard Board { get; }

    /// <summary>Lets the handlers that wait go on.</summary>
    public TaskCompletionSource Go { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Requests whose handlers have begun to wait.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    public Socket Connect()
    {
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = 60_000, NoDelay = true };
        client.Connect(_address);
        return client;
    }

    /// <summary>Requests that all records of the child have counted.</summary>
    public long Counted => Enumerable.Range(0, Board.ThreadLimit).Sum(i => Board.View(0, i).Accesses);

    /// <summary>What the records of the threads say, each letter once; those that are none are left out.</summary>
    public string Letters => string.Concat(Enumerable.Range(0, Board.ThreadLimit).Select(i => Board.Status(0, i).Letter()).Where(c => c != '.').Distinct());

    /// <summary>Requests that have no thread, as the scoreboard shows them.</summary>
    public IReadOnlyList<WorkerView> Parked =>
        [.. Enumerable.Range(0, Scoreboard.ParkedPerSlot).Select(i => Board.ParkedView(0, i)).Where(view => view.Status != WorkerStatus.Dead)];

    public static string Get(string path) => $"GET {path} HTTP/1.1\r\nHost: a\r\n\r\n";

    public static string Ask(Socket client, string path = "/")
    {
        Rig.Send(client, Get(path));
        return Rig.Receive(client, "hello");
    }

    public void Dispose()
    {
        Go.TrySetResult();
        State.End(); // the threads stay, and wait for nothing
    }

    private async Task Answer(IFeatureCollection features)
    {
        var request = features.Get<IHttpRequestFeature>()!;
        switch (request.Path)
        {
            case "/wait":
                Interlocked.Increment(ref _waiting);
                await Go.Task;
                break;
            case "/read":
                Interlocked.Increment(ref _waiting);
                byte[] bytes = new byte[4096];
                while (await request.Body.ReadAsync(bytes) > 0)
                {
                }
                break;
            case "/upgrade":
                await Echo(await features.Get<IHttpUpgradeFeature>()!.UpgradeAsync());
                return;
        }
        await Rig.Hello(features);
    }

    private static async Task Echo(Stream stream)
    {
        await using (stream)
        {
            byte[] bytes = new byte[100];
            for (int n; (n = await stream.ReadAsync(bytes)) > 0;) await stream.WriteAsync(bytes.AsMemory(0, n));
        }
    }
}
