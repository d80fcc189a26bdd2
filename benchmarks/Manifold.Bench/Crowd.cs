using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Manifold.Bench;

/// <summary>
/// Connections that a server holds while others are served: idle ones, or slow readers, of which each takes a kilobyte four times a second. Reads
/// on one thread of its own.
/// </summary>
internal sealed class Crowd : IDisposable
{
    private const int AtATime = 64;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private readonly Socket?[] _sockets;
    private readonly CancellationTokenSource _end = new();
    private readonly Thread? _reader;
    private int _lost;

    private Crowd(Socket?[] sockets, bool reads)
    {
        _sockets = sockets;
        _lost = sockets.Count(socket => socket is null);
        if (!reads) return;
        _reader = new Thread(ReadSlowly) { Name = "slow readers", IsBackground = true };
        _reader.Start();
    }

    /// <summary>Opens the connections, some at a time, and waits until each is served: it has its answer, or the beginning of it.</summary>
    public static Crowd Gather(Peer peer, Workload workload, CancellationToken stop)
    {
        bool slow = workload.Holds == Held.SlowReaders;
        using var gate = new SemaphoreSlim(AtATime);
        var opening = Enumerable.Range(0, workload.Holding).Select(async _ =>
        {
            await gate.WaitAsync(stop);
            try
            {
                return await Open(peer, slow, stop);
            }
            finally
            {
                gate.Release();
            }
        }).ToArray();
        return new Crowd(Task.WhenAll(opening).GetAwaiter().GetResult(), slow);
    }

    /// <summary>How many of them were not served, or whose connection the server has ended.</summary>
    public int Lost()
    {
        int ended = 0;
        if (_reader is null)
        {
            foreach (var socket in _sockets)
                if (socket is not null && HasEnded(socket)) ended++;
        }
        return Volatile.Read(ref _lost) + ended;
    }

    public void Dispose()
    {
        _end.Cancel();
        _reader?.Join();
        foreach (var socket in _sockets) socket?.Dispose();
        _end.Dispose();
    }

    /// <summary>Null when the server does not serve it in time.</summary>
    private static async Task<Socket?> Open(Peer peer, bool slow, CancellationToken stop)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(s_patience);
        try
        {
            if (slow) socket.ReceiveBufferSize = 4096; // before the connection: it bounds the window
            await socket.ConnectAsync(IPAddress.Loopback, peer.Port, limit.Token);
            string path = slow ? Site.BigFile : "index.html";
            await socket.SendAsync(Encoding.ASCII.GetBytes($"GET /{path} HTTP/1.1\r\nHost: localhost\r\n\r\n"), limit.Token);
            byte[] buffer = new byte[1024];
            int received = 0;
            do
            {
                int more = await socket.ReceiveAsync(buffer.AsMemory(received), limit.Token);
                if (more == 0) throw new SocketException((int)SocketError.ConnectionReset);
                received += more;
            }
            while (!slow && !Encoding.ASCII.GetString(buffer, 0, received).EndsWith(Site.Page, StringComparison.Ordinal));
            return socket;
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException && !stop.IsCancellationRequested)
        {
            socket.Dispose();
            return null;
        }
    }

    private static bool HasEnded(Socket socket)
    {
        try
        {
            return socket.Poll(0, SelectMode.SelectRead) && socket.Available == 0;
        }
        catch (SocketException)
        {
            return true;
        }
    }

    private void ReadSlowly()
    {
        byte[] buffer = new byte[1024];
        var reading = _sockets.OfType<Socket>().ToList();
        while (!_end.Token.WaitHandle.WaitOne(250))
        {
            for (int i = reading.Count - 1; i >= 0; i--)
            {
                if (!reading[i].Poll(0, SelectMode.SelectRead)) continue;
                if (reading[i].Receive(buffer, SocketFlags.None, out var error) > 0 && error == SocketError.Success) continue;
                reading.RemoveAt(i);
                Interlocked.Increment(ref _lost);
            }
        }
    }
}
