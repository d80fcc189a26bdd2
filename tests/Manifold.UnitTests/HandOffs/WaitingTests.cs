using System.Net.Sockets;
using Manifold.Contracts;
using Manifold.UnitTests.Connections;
using Xunit;
using static Manifold.UnitTests.HandOffs.WaitingSite;

namespace Manifold.UnitTests.HandOffs;

/// <summary>Who only waits holds no thread: of four threads, with a thousand that wait, a page is answered before the first of them. By order, not by time.</summary>
public class WaitingTests
{
    private const int Many = 1000;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    public static TheoryData<string> Parking => ["event", "pipeline", "percore"];

    [Theory, MemberData(nameof(Parking))]
    public void Handlers_that_await_hold_no_thread(string mpm)
    {
        using var site = new WaitingSite(mpm);
        var waiting = All(site, Get("/wait"));
        Reaches(Many, () => site.Waiting);
        Answers(site);
        Assert.All(waiting, client => Assert.Equal(0, client.Available));
        site.Go.SetResult();
        Assert.All(waiting, client => Assert.EndsWith("hello", Rig.Receive(client, "hello")));
        Assert.All(waiting, client => Assert.EndsWith("hello", Ask(client))); // they have come home
        Reaches(2 * Many + 1, () => site.Counted); // by whatever thread they were answered
        End(site, waiting);
    }

    [Theory, MemberData(nameof(Parking))]
    public void Heads_that_are_half_sent_hold_no_thread(string mpm)
    {
        using var site = new WaitingSite(mpm);
        var waiting = All(site, "GET / HTTP/1.1\r\nHos");
        Answers(site);
        foreach (var client in waiting) Rig.Send(client, "t: a\r\n\r\n");
        Assert.All(waiting, client => Assert.EndsWith("hello", Rig.Receive(client, "hello")));
        End(site, waiting);
    }

    [Theory, MemberData(nameof(Parking))]
    public void Bodies_that_are_half_sent_hold_no_thread(string mpm)
    {
        using var site = new WaitingSite(mpm);
        var waiting = All(site, "POST /read HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n01234");
        Reaches(Many, () => site.Waiting);
        Answers(site);
        foreach (var client in waiting) Rig.Send(client, "56789");
        Assert.All(waiting, client => Assert.EndsWith("hello", Rig.Receive(client, "hello")));
        Assert.All(waiting, client => Assert.EndsWith("hello", Ask(client)));
        End(site, waiting);
    }

    [Theory, MemberData(nameof(Parking))]
    public void Handshakes_that_stop_hold_no_thread(string mpm)
    {
        using var site = new WaitingSite(mpm, tls: new TestTls());
        var waiting = All(site, "\u0016\u0003\u0001");
        using (var other = new TlsClient(site.Connect()))
        {
            other.Send(Get("/"));
            Assert.EndsWith("hello", other.Receive("hello"));
        }
        foreach (var client in waiting) client.Close(0); // a reset, while they are parked
        Reaches(0, () => site.State.Connections);
    }

    /// <summary>An upgraded connection has no time-out of HTTP's: it lives on when a head that began after it is out of time.</summary>
    [Theory, MemberData(nameof(Parking))]
    public void Upgraded_connections_hold_no_thread_and_live_as_long_as_their_handler_wants(string mpm)
    {
        var limit = new ReadTimeout(TimeSpan.FromMilliseconds(300), TimeSpan.Zero, 0);
        using var site = new WaitingSite(mpm, head: limit, body: limit with { Initial = TimeSpan.FromMilliseconds(50) }, timeout: TimeSpan.FromMilliseconds(100));
        var upgraded = Enumerable.Range(0, 5 * Threads).Select(_ =>
        {
            var client = site.Connect();
            Rig.Send(client, "GET /upgrade HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n");
            Assert.StartsWith("HTTP/1.1 101", Rig.Receive(client, "\r\n\r\n"));
            return client;
        }).ToList();
        Answers(site);
        using (var slow = site.Connect())
        {
            Rig.Send(slow, "GET / HTTP/1.1\r\n");
            Rig.Receive(slow, ""); // to its end
        }
        foreach (var client in upgraded) Rig.Send(client, "abc");
        Assert.All(upgraded, client => Assert.Equal("abc", Rig.Receive(client, "abc")));
        upgraded[0].Shutdown(SocketShutdown.Send); // tells the handler, which ends
        Assert.Equal("", Rig.Receive(upgraded[0], ""));
        End(site, upgraded);
    }

    /// <summary>The time of a body goes by what has come of it while it is parked, and a byte now and then is not enough.</summary>
    [Theory, MemberData(nameof(Parking))]
    public void A_body_that_comes_too_slowly_is_cut_off_while_it_is_parked(string mpm)
    {
        using var site = new WaitingSite(mpm, body: new ReadTimeout(TimeSpan.FromMilliseconds(500), TimeSpan.Zero, 1_000_000));
        var clients = new List<Socket>();
        for (int i = 0; i < 2 * Threads; i++)
        {
            clients.Add(site.Connect());
            Rig.Send(clients[i], "POST /read HTTP/1.1\r\nHost: a\r\nContent-Length: 10000000\r\n\r\n");
        }
        while (clients.Any(client => client.Available == 0)) // each byte adds a microsecond
            foreach (var client in clients)
                if (client.Available == 0) Rig.Send(client, "x");
        foreach (var client in clients)
        {
            Assert.StartsWith("HTTP/1.1 408", Rig.Receive(client, ""));
            for (int i = 0; i < 2; i++) Rig.Send(client, "x"); // it may be in the middle of sending: no reset destroys the answer
        }
        End(site, clients);
    }

    /// <summary>A worker that waits says so; where connections park, all are ready, and the requests have records of their own.</summary>
    [Theory]
    [InlineData("worker", "W", 0)]
    [InlineData("event", "_", Threads)]
    [InlineData("percore", "_", Threads)]
    public void The_scoreboard_tells_who_waits(string mpm, string letters, int parked)
    {
        using var site = new WaitingSite(mpm);
        var waiting = Enumerable.Range(0, Threads).Select(_ =>
        {
            var client = site.Connect();
            Rig.Send(client, Get("/wait"));
            return client;
        }).ToList();
        Reaches(Threads, () => site.Waiting);
        Reaches((letters, parked), () => (site.Letters, site.Parked.Count));
        Assert.All(site.Parked, view => Assert.Equal(("GET /wait HTTP/1.1", "127.0.0.1"), (view.Request, view.Client)));
        site.Go.SetResult();
        Assert.All(waiting, client => Assert.EndsWith("hello", Rig.Receive(client, "hello")));
        Reaches((long)Threads, () => site.Counted);
        Reaches(0, () => site.Parked.Count);
        End(site, waiting);
    }

    /// <summary>A child that retires, and one that ends, while a thousand are parked: what is asked for is answered, what has asked for nothing goes.</summary>
    [Theory, MemberData(nameof(Parking))]
    public void A_child_that_leaves_answers_those_who_wait(string mpm)
    {
        using var site = new WaitingSite(mpm);
        var heads = All(site, "GET / HTTP/1.1\r\nHos", Many / 2);
        var gaps = All(site, Get("/wait"), Many / 2);
        Reaches(Many / 2, () => site.Waiting);
        Reaches(Many, () => site.State.Connections);
        site.State.Retire();
        foreach (var client in heads.Take(100)) Rig.Send(client, "t: a\r\n\r\n");
        site.State.End();
        foreach (var client in heads.Skip(100)) Rig.Send(client, "t: a\r\n\r\n");
        Assert.All(heads, client => Assert.Contains("hello", Rig.Receive(client, "")));
        site.Go.SetResult();
        Assert.All(gaps, client => Assert.Contains("hello", Rig.Receive(client, "")));
        Assert.True(site.State.WaitUntilDrained(30_000));
    }

    /// <summary>Clients that leave, in whatever way, leave nothing behind.</summary>
    [Theory, MemberData(nameof(Parking))]
    public void Clients_that_vanish_while_they_are_parked_leave_nothing(string mpm)
    {
        using var site = new WaitingSite(mpm);
        var clients = All(site, "GET / HTTP/1.1\r\nHos", 300);
        clients.AddRange(All(site, "POST /read HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n01234", 300));
        clients.AddRange(All(site, Get("/wait"), 300));
        Reaches(600, () => site.Waiting);
        for (int i = 0; i < clients.Count; i++)
        {
            if (i % 3 == 0) clients[i].Close(0);
            else if (i % 3 == 1) clients[i].Dispose();
            else clients[i].Shutdown(SocketShutdown.Send);
        }
        Answers(site);
        site.Go.SetResult();
        for (int i = 0; i < clients.Count; i++)
            if (i % 3 == 2) Assert.StartsWith(i < 600 ? "HTTP/1.1 400" : "HTTP/1.1 200", Rig.Receive(clients[i], ""));
        Reaches(0, () => site.State.Connections);
        Assert.Empty(site.Parked);
    }

    private static List<Socket> All(WaitingSite site, string begin, int count = Many) => [.. Enumerable.Range(0, count).Select(_ =>
    {
        var client = site.Connect();
        Rig.Send(client, begin);
        return client;
    })];

    private static void Answers(WaitingSite site)
    {
        using var other = site.Connect();
        Assert.EndsWith("hello", Ask(other));
    }

    private static void End(WaitingSite site, List<Socket> clients)
    {
        foreach (var client in clients) client.Dispose();
        Reaches(0, () => site.State.Connections);
    }

    private static void Reaches<T>(T expected, Func<T> actual) =>
        Assert.True(SpinWait.SpinUntil(() => Equals(expected, actual()), s_patience), $"{expected} expected; it is {actual()}");
}
