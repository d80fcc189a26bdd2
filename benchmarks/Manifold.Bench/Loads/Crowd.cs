using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Manifold.Bench;

/// <summary>
/// Connections that a server holds: idle ones, or slow readers, of which each takes a kilobyte four times a second on one thread of their own. All
/// calls block on threads of ours: sockets that the runtime has never watched, so that <see cref="OpenLoop"/> has them to itself.
/// </summary>
internal sealed class Crowd : IDisposable
{
    /// <summary>Few enough that no server has all of a child's threads busy with them: httpd's event would end idle connections then.</summary>
    public const int Usual = 16;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly Socket?[] _sockets;
    private readonly CancellationTokenSource _end = new();
    private readonly Thread? _reader;
    private int _lost;

    private Crowd(Socket?[] sockets, int answerLength, TimeSpan took, bool reads)
    {
        _sockets = sockets;
        AnswerLength = answerLength;
        Took = took;
        _lost = sockets.Count(socket => socket is null);
        if (!reads) return;
        _reader = new Thread(ReadSlowly) { Name = "slow readers", IsBackground = true };
        _reader.Start();
    }

    /// <summary>Opens the connections and waits until each is served: it has its answer, or the beginning of it.</summary>
    /// <param name="peer">The server.</param>
    /// <param name="count">How many.</param>
    /// <param name="slow">True for slow readers.</param>
    /// <param name="stop">Interrupts.</param>
    /// <param name="atATime">How many are opened at the same time, each by a thread.</param>
    public static Crowd Gather(Peer peer, int count, bool slow, CancellationToken stop, int atATime = Usual)
    {
        var sockets = new Socket?[count];
        int next = -1, answerLength = 0;
        long started = Stopwatch.GetTimestamp();
        var threads = Enumerable.Range(0, Math.Min(atATime, count)).Select(_ => new Thread(() =>
        {
            for (int i; (i = Interlocked.Increment(ref next)) < count && !stop.IsCancellationRequested;)
            {
                sockets[i] = Open(peer, slow, stop, out int length);
                if (length > 0) answerLength = length;
            }
        }) { IsBackground = true }).ToList();
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) thread.Join(); // each step of theirs has a deadline and heeds the token
        var took = Stopwatch.GetElapsedTime(started);
        if (!stop.IsCancellationRequested) return new Crowd(sockets, answerLength, took, slow);
        foreach (var socket in sockets) socket?.Dispose();
        throw new OperationCanceledException();
    }

    /// <summary>Time from the first connection to the last answer.</summary>
    public TimeSpan Took { get; }

    /// <summary>Bytes of an answer, head and body.</summary>
    public int AnswerLength { get; }

    /// <summary>The connections that were served.</summary>
    public IReadOnlyList<Socket> Sockets => [.. _sockets.OfType<Socket>()];

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

    /// <summary>Throws unless all of them are served and still there.</summary>
    public void CheckComplete(Peer peer)
    {
        int lost = Lost();
        if (lost > 0) throw peer.Failure($"has not served, or not kept, {lost} of {_sockets.Length} connections");
    }

    public void Dispose()
    {
        _end.Cancel();
        _reader?.Join();
        foreach (var socket in _sockets)
        {
            if (socket is null) continue;
            socket.LingerState = new LingerOption(true, 0); // resets: thousands of ports would wait for a minute otherwise
            socket.Dispose();
        }
        _end.Dispose();
    }

    /// <summary>Null when the server does not serve it in time.</summary>
    private static Socket? Open(Peer peer, bool slow, CancellationToken stop, out int length)
    {
        length = 0;
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(s_patience);
        using var end = limit.Token.Register(socket.Dispose); // whatever it waits for then ends with an error
        try
        {
            if (slow) socket.ReceiveBufferSize = 4096; // before the connection: it bounds the window
            socket.Connect(IPAddress.Loopback, peer.Port);
            socket.Send(Request(slow ? Site.BigFile : Site.Index));
            byte[] buffer = new byte[1024];
            do
            {
                int more = socket.Receive(buffer.AsSpan(length));
                if (more == 0) throw new SocketException((int)SocketError.ConnectionReset);
                length += more;
            }
            while (!slow && !buffer.AsSpan(0, length).EndsWith(s_page));
            return socket;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            socket.Dispose();
            length = 0;
            return null;
        }
    }

    private static readonly byte[] s_page = Encoding.ASCII.GetBytes(Site.Page);

    /// <summary>The bytes of a request.</summary>
    public static byte[] Request(string path) => Encoding.ASCII.GetBytes($"GET /{path} HTTP/1.1\r\nHost: localhost\r\n\r\n");

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
