using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Manifold.Bench;

/// <summary>
/// Clients that ask over kept connections without a pause, a thread each, and count what gets lost: a request that was sent, or could not be sent on
/// a connection that the server had not announced to close, and did not get its page. A connection that ends with "Connection: close" is
/// replaced, and costs nothing.
/// </summary>
internal sealed class Callers : IDisposable
{
    /// <summary>Milliseconds that a client waits for anything.</summary>
    public const int Patience = 5000;

    private readonly Peer _peer;
    private readonly CancellationTokenSource _end;
    private readonly List<Thread> _threads;
    private long _answered, _lost, _timedOut;

    public Callers(Peer peer, int clients, CancellationToken stop)
    {
        _peer = peer;
        _end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        _threads = [.. Enumerable.Range(0, clients).Select(i => new Thread(Call) { Name = $"caller {i}", IsBackground = true })];
        foreach (var thread in _threads) thread.Start();
    }

    public long Answered => Interlocked.Read(ref _answered);

    public long Lost => Interlocked.Read(ref _lost);

    /// <summary>Those of <see cref="Lost"/> that nobody refused: the client gave up.</summary>
    public long TimedOut => Interlocked.Read(ref _timedOut);

    public void Dispose()
    {
        _end.Cancel();
        foreach (var thread in _threads) thread.Join(); // a step takes five seconds at most
        _end.Dispose();
    }

    private void Call()
    {
        byte[] request = Crowd.Request(Site.Index), buffer = new byte[4096];
        Socket? socket = null;
        while (!_end.IsCancellationRequested)
        {
            try
            {
                if (socket is null)
                {
                    socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, SendTimeout = Patience, ReceiveTimeout = Patience };
                    socket.Connect(IPAddress.Loopback, _peer.Port);
                }
                socket.Send(request);
                if (Answer(socket, buffer))
                {
                    Interlocked.Increment(ref _answered);
                    continue;
                }
                Interlocked.Increment(ref _answered); // and it was the last one on this connection
            }
            catch (SocketException e)
            {
                Interlocked.Increment(ref _lost);
                if (e.SocketErrorCode is SocketError.TimedOut or SocketError.WouldBlock) Interlocked.Increment(ref _timedOut);
                _ = _end.Token.WaitHandle.WaitOne(10);
            }
            socket?.Dispose();
            socket = null;
        }
        socket?.Dispose();
    }

    /// <summary>Receives one answer. True when the connection goes on after it.</summary>
    private static bool Answer(Socket socket, byte[] buffer)
    {
        int length = 0;
        for (; ; )
        {
            int more = socket.Receive(buffer.AsSpan(length));
            if (more == 0) throw new SocketException((int)SocketError.ConnectionReset);
            length += more;
            if (Read(buffer.AsSpan(0, length)) is { } goesOn) return goesOn;
            if (length == buffer.Length) throw new SocketException((int)SocketError.MessageSize);
        }
    }

    /// <summary>Null when the answer is not complete; else whether the connection goes on. Anything but the page is an error.</summary>
    internal static bool? Read(ReadOnlySpan<byte> answer)
    {
        int end = answer.IndexOf("\r\n\r\n"u8);
        if (end < 0) return null;
        string head = Encoding.ASCII.GetString(answer[..end]);
        if (!head.StartsWith("HTTP/1.1 200", StringComparison.Ordinal)) throw new SocketException((int)SocketError.ProtocolNotSupported);
        int body = 0;
        bool goesOn = true;
        foreach (string line in head.Split("\r\n"))
        {
            if (line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase)) body = int.Parse(line.AsSpan(15), CultureInfo.InvariantCulture);
            if (line.StartsWith("Connection:", StringComparison.OrdinalIgnoreCase)) goesOn = !line.Contains("close", StringComparison.OrdinalIgnoreCase);
        }
        return answer.Length < end + 4 + body ? null : goesOn;
    }
}
