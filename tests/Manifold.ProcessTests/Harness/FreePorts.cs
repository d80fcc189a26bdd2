using System.Net;
using System.Net.Sockets;

namespace Manifold.ProcessTests.Harness;

/// <summary>Ports on 127.0.0.1 on which nobody listens.</summary>
internal static class FreePorts
{
    public static IReadOnlyList<int> Take(int count)
    {
        var sockets = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToList();
        foreach (var socket in sockets) socket.Start();
        int[] ports = [.. sockets.Select(socket => ((IPEndPoint)socket.LocalEndpoint).Port)];
        foreach (var socket in sockets) socket.Dispose();
        return ports;
    }

    /// <summary>True when a listener can be opened there.</summary>
    public static bool IsFree(int port)
    {
        try
        {
            using var socket = new TcpListener(IPAddress.Loopback, port);
            socket.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
