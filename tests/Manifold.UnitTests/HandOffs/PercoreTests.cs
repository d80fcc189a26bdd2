using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Manifold.Child;
using Manifold.Connections;
using Manifold.Contracts;
using Manifold.Mpms;
using Manifold.Os;
using Manifold.Shared;
using Manifold.UnitTests.Connections;
using Microsoft.AspNetCore.Http.Features;
using Xunit;

namespace Manifold.UnitTests.HandOffs;

/// <summary>
/// A child of percore with real sockets and Kestrel: what blocks, waits or comes in large numbers on one connection does not hold up the others
/// of its reactor. What happens is forced by handlers that wait for the test, not by time.
/// </summary>
public class PercoreTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    [Fact]
    public void A_handler_that_blocks_keeps_no_other_connection_of_its_reactor_waiting()
    {
        using var site = new Site(reactors: 1, threads: 4);
        using var blocked = site.Connect();
        using var other = site.Connect();
        Assert.EndsWith("hello", Ask(blocked, "/")); // both are the only reactor's
        Assert.EndsWith("hello", Ask(other, "/"));
        Rig.Send(blocked, Get("/block"));
        site.AwaitBlocked(1);
        for (int i = 0; i < 100; i++) Assert.EndsWith("hello", Ask(other, "/"));
        Assert.Equal(0, blocked.Available);
        site.Release.Set();
        Assert.EndsWith("hello", Rig.Receive(blocked, "hello"));
        Assert.EndsWith("hello", Ask(blocked, "/")); // it has come home
    }

    /// <summary>Lines are written when the round is over, which may be long after: here a line comes right before the thread blocks.</summary>
    [Fact]
    public void A_handler_that_blocks_keeps_no_line_of_the_log_back()
    {
        string file = Path.GetTempFileName();
        using var log = new LogFile(File.OpenHandle(file, FileMode.Append, FileAccess.Write, FileShare.ReadWrite));
        using var site = new Site(reactors: 1, threads: 4) { Log = log };
        using var blocked = site.Connect();
        Rig.Send(blocked, Get("/block"));
        site.AwaitBlocked(1);
        Reaches("line\n", () => File.ReadAllText(file));
        Assert.Equal(0, blocked.Available);
        site.Release.Set();
        Assert.EndsWith("hello", Rig.Receive(blocked, "hello"));
        Assert.Equal("line\n", File.ReadAllText(file));
        File.Delete(file);
    }

    [Fact]
    public void A_handler_that_computes_keeps_no_other_connection_of_its_reactor_waiting()
    {
        using var site = new Site(reactors: 1, threads: 3);
        using var computing = site.Connect();
        using var other = site.Connect();
        Assert.EndsWith("hello", Ask(other, "/"));
        Rig.Send(computing, Get("/compute"));
        site.AwaitBlocked(1);
        for (int i = 0; i < 100; i++) Assert.EndsWith("hello", Ask(other, "/"));
        Assert.Equal(0, computing.Available);
        site.Release.Set();
        Assert.EndsWith("hello", Rig.Receive(computing, "hello"));
    }

    [Fact]
    public void Handlers_that_block_on_every_reactor_leave_room_for_others()
    {
        using var site = new Site(reactors: 3, threads: 12);
        var blocked = Enumerable.Range(0, 9).Select(_ => site.Connect()).ToList();
        foreach (var client in blocked) Rig.Send(client, Get("/block"));
        site.AwaitBlocked(9); // three times as many as reactors
        using (var other = site.Connect()) Assert.EndsWith("hello", Ask(other, "/"));
        site.Release.Set();
        foreach (var client in blocked)
        {
            Assert.EndsWith("hello", Rig.Receive(client, "hello"));
            client.Dispose();
        }
    }

    [Fact]
    public void When_all_threads_block_the_next_request_is_served_when_one_returns()
    {
        using var site = new Site(reactors: 1, threads: 2);
        using var first = site.Connect();
        using var second = site.Connect();
        using var third = site.Connect();
        Assert.EndsWith("hello", Ask(third, "/"));
        Rig.Send(first, Get("/block"));
        Rig.Send(second, Get("/block"));
        site.AwaitBlocked(2);
        Rig.Send(third, Get("/"));
        site.Release.Set();
        Assert.EndsWith("hello", Rig.Receive(third, "hello"));
        Assert.EndsWith("hello", Rig.Receive(first, "hello"));
        Assert.EndsWith("hello", Rig.Receive(second, "hello"));
    }

    [Fact]
    public void A_handler_that_awaits_keeps_no_thread()
    {
        using var site = new Site(reactors: 1, threads: 1);
        using var waiting = site.Connect();
        using var other = site.Connect();
        Rig.Send(waiting, Get("/await"));
        site.AwaitBlocked(1);
        Assert.EndsWith("hello", Ask(other, "/"));
        Assert.Equal(0, waiting.Available);
        site.Go.SetResult();
        Assert.EndsWith("hello", Rig.Receive(waiting, "hello"));
        Assert.EndsWith("hello", Ask(waiting, "/"));
    }

    [Fact]
    public void Every_reactor_gets_its_share_of_connections_that_come_one_by_one()
    {
        using var site = new Site(reactors: 3, threads: 3);
        var clients = Enumerable.Range(0, 12).Select(_ =>
        {
            var client = site.Connect();
            Assert.EndsWith("hello", Ask(client, "/"));
            return client;
        }).ToList();
        site.Served.Clear();
        foreach (var client in clients) Assert.EndsWith("hello", Ask(client, "/"));
        Assert.Equal(3, site.Served.Distinct().Count()); // three threads, a reactor each
        foreach (var client in clients) client.Dispose();
    }

    [Fact]
    public void The_scoreboard_shows_who_works_and_what_is_parked()
    {
        using var site = new Site(reactors: 1, threads: 4);
        using var blocked = site.Connect();
        using var other = site.Connect();
        Assert.EndsWith("hello", Ask(other, "/"));
        Rig.Send(blocked, Get("/block"));
        site.AwaitBlocked(1);
        Assert.EndsWith("hello", Ask(other, "/"));
        Reaches("___W", () => site.Letters);
        Reaches(1, () => site.Board.Process(0).KeepAlive);
        Assert.Equal(2, site.Board.Process(0).Connections);
        site.Release.Set();
        Assert.EndsWith("hello", Rig.Receive(blocked, "hello"));
        Reaches("____", () => site.Letters);
        Reaches(2, () => site.Board.Process(0).KeepAlive);
    }

    [Fact]
    public void A_client_that_sends_without_end_does_not_hold_up_the_others()
    {
        using var site = new Site(reactors: 1, threads: 1);
        using var sender = site.Connect();
        using var other = site.Connect();
        Rig.Send(sender, "POST /read HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000000\r\n\r\n");
        bool stop = false;
        var sending = new Thread(() =>
        {
            byte[] bytes = new byte[1 << 20];
            for (int i = 0; i < 900 && !Volatile.Read(ref stop); i++) sender.Send(bytes);
        }) { IsBackground = true };
        sending.Start();
        site.AwaitBlocked(1);
        for (int i = 0; i < 20; i++) Assert.EndsWith("hello", Ask(other, "/"));
        Volatile.Write(ref stop, true);
        sending.Join();
    }

    [Fact]
    public void A_request_and_the_end_of_the_stream_in_one_segment_are_answered_and_closed()
    {
        using var site = new Site(reactors: 1, threads: 1);
        for (int i = 0; i < 50; i++)
        {
            using var client = site.Connect();
            client.NoDelay = true;
            Rig.Send(client, Get("/"));
            client.Shutdown(SocketShutdown.Send);
            Assert.EndsWith("hello", Rig.Receive(client, "")); // to the end, long before the keep-alive time
        }
        Reaches(0, () => site.State.Connections);
    }

    [Fact]
    public void A_retiring_child_lets_go_of_its_sockets_and_answers_what_it_has()
    {
        using var site = new Site(reactors: 2, threads: 4);
        using var kept = site.Connect();
        using var blocked = site.Connect();
        Assert.EndsWith("hello", Ask(kept, "/"));
        Rig.Send(blocked, Get("/block"));
        site.AwaitBlocked(1);
        site.State.Retire();
        Reaches(0, () => site.Child.Listeners.Length);
        Assert.EndsWith("hello", Ask(kept, "/"));
        site.Release.Set();
        Assert.EndsWith("hello", Rig.Receive(blocked, "hello"));
        site.State.End(); // idle connections are closed
        Assert.Equal("", Rig.Receive(kept, ""));
        Assert.Equal("", Rig.Receive(blocked, ""));
        Assert.True(site.State.WaitUntilDrained(30_000));
    }

    private static string Get(string path) => $"GET {path} HTTP/1.1\r\nHost: a\r\n\r\n";

    private static string Ask(Socket client, string path)
    {
        Rig.Send(client, Get(path));
        return Rig.Receive(client, "hello");
    }

    private static void Reaches<T>(T expected, Func<T> actual) =>
        Assert.True(SpinWait.SpinUntil(() => Equals(expected, actual()), s_patience), $"{expected} expected; it is {actual()}");

    /// <summary>A child with one listening socket. "/block" and "/compute" keep their thread until they are released, "/await" awaits, "/read" reads a body.</summary>
    private sealed class Site : IDisposable
    {
        private readonly IPEndPoint _address;
        private int _blocked;

        public Site(int reactors, int threads)
        {
            var socket = ListeningSocket.Open(new IPEndPoint(IPAddress.Loopback, 0), "http", new ListeningSocket.Setup(64, 0, 0, false, 0));
            _address = ConnectionSocket.LocalAddress(socket.Number);
            var options = new ManifoldOptions
            {
                Sizing = Mpm.All["percore"].Complete(
                    new Sizing { StartServers = 1, ReactorsPerChild = reactors, ThreadsPerChild = threads, StartThreads = threads, MinSpareThreads = 1, MaxSpareThreads = threads }),
            };
            Assert.Empty(options.Sizing.Conflicts);
            var services = new ConnectionServices(
                Rig.Http(Answer), State, null, TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(60), options.HeadTimeout, options.BodyTimeout);
            var heritage = Rig.BareHeritage("percore");
            Board = Scoreboard.Create(1, threads);
            Child = new ChildServer(heritage, options, "mpm_percore", Board, [socket], null, State, services, new ErrorLog());
            Mpm.All["percore"].Start(Child);
        }

        public ChildState State { get; } = new(0);

        public ChildServer Child { get; }

        public Scoreboard Board { get; }

        /// <summary>Where handlers that block say so before they do.</summary>
        public LogFile? Log { get; init; }

        /// <summary>Lets all handlers that block go on.</summary>
        public ManualResetEventSlim Release { get; } = new();

        /// <summary>Lets the handlers that await go on.</summary>
        public TaskCompletionSource Go { get; } = new();

        /// <summary>The threads that have served "/".</summary>
        public ConcurrentQueue<int> Served { get; } = new();

        public string Letters => string.Concat(Enumerable.Range(0, Board.ThreadLimit).Select(i => Board.Status(0, i).Letter()).Order().Reverse().OrderBy(c => c != '_'));

        public void AwaitBlocked(int count) => Reaches(count, () => Volatile.Read(ref _blocked));

        public Socket Connect()
        {
            var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = 30_000 };
            client.Connect(_address);
            return client;
        }

        public void Dispose()
        {
            Release.Set();
            Go.TrySetResult();
            State.End(); // the threads stay, and wait for nothing
        }

        private async Task Answer(IFeatureCollection features)
        {
            switch (features.Get<IHttpRequestFeature>()!.Path)
            {
                case "/block":
                    Log?.WriteInRound("line\n"u8);
                    Interlocked.Increment(ref _blocked);
                    Release.Wait(s_patience);
                    break;
                case "/compute":
                    Interlocked.Increment(ref _blocked);
                    while (!Release.IsSet) Thread.SpinWait(100);
                    break;
                case "/await":
                    Interlocked.Increment(ref _blocked);
                    await Go.Task.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
                    break;
                case "/read":
                    Interlocked.Increment(ref _blocked);
                    byte[] bytes = new byte[4096];
                    while (await features.Get<IHttpRequestFeature>()!.Body.ReadAsync(bytes) > 0)
                    {
                    }
                    break;
                default:
                    Served.Enqueue(Environment.CurrentManagedThreadId);
                    break;
            }
            await Rig.Hello(features);
        }
    }
}
