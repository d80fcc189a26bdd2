using System.Net;
using System.Net.Sockets;
using Manifold.Contracts;
using Manifold.Master;
using Manifold.Os;
using Manifold.ProcessTests.Harness;
using Xunit;

namespace Manifold.UnitTests.Master;

/// <summary>Addresses of which one is a part of another one, in one configuration and across restarts.</summary>
public class ListenerTableTests
{
    private static readonly IPAddress s_v4 = IPAddress.Any, s_v6 = IPAddress.IPv6Any;

    public static TheoryData<string, string> Changes
    {
        get
        {
            string[] forms = ["4", "6", "46", "64"];
            var all = new TheoryData<string, string>();
            foreach (string before in forms)
                foreach (string after in forms) all.Add(before, after);
            return all;
        }
    }

    [Theory, MemberData(nameof(Changes))]
    public void EveryOrderAndEveryChangeServesWhatItNames(string before, string after)
    {
        int port = FreePorts.Take(1)[0];
        using var table = new ListenerTable();
        Check(table.Open(Options(before, port))[0], before, port);
        var sockets = table.Open(Options(after, port))[0];
        foreach (var socket in table.All.Except(sockets).ToArray()) table.Close(socket);
        Check(sockets, after, port);
    }

    [Fact]
    public void APortOfSomebodyElseIsStillTaken()
    {
        int port = FreePorts.Take(1)[0];
        using var foreign = new TcpListener(IPAddress.Loopback, port);
        foreign.Start();
        using var table = new ListenerTable();
        Assert.Throws<OsException>(() => table.Open(Options("46", port)));
        Assert.Empty(table.All);
    }

    private static void Check(IReadOnlyList<ListeningSocket> sockets, string form, int port)
    {
        Assert.Equal(form.Length, sockets.Count);
        // A connection comes to the socket whose address is nearer; that of [::] alone serves both.
        Connect(IPAddress.Loopback, port, sockets[Math.Max(0, form.IndexOf('4', StringComparison.Ordinal))]);
        if (form.Contains('6', StringComparison.Ordinal)) Connect(IPAddress.IPv6Loopback, port, sockets[form.IndexOf('6', StringComparison.Ordinal)]);
    }

    private static void Connect(IPAddress address, int port, ListeningSocket expected)
    {
        using var client = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        client.Connect(address, port);
        client.Send("x"u8); // a connection that has said nothing is not told of
        Span<Poll.Entry> entries = [new Poll.Entry(expected.Number, Ready.In)];
        Assert.Equal(1, Poll.Wait(entries, 20_000));
        int fd = expected.Accept(stackalloc byte[SockAddr.Longest]);
        Assert.True(fd >= 0);
        ConnectionSocket.Close(fd);
    }

    private static ManifoldOptions Options(string form, int port) => new()
    {
        Listen = [.. form.Select(version => new ListenAddress(version == '4' ? s_v4 : s_v6, port, "http"))],
    };
}
