using Manifold.Os;

namespace Manifold.Connections;

/// <summary>The descriptor of a connection: closed once, by its owner, and never used by another thread after that.</summary>
internal sealed class ClientSocket(int number)
{
    private const int DiscardAtOnce = 64;

    private readonly Lock _gate = new();
    private long _receiveTimeout;
    private bool _doesNotWait; // as accepted, calls that do not say otherwise wait

    public int Number => number;

    public bool IsClosed { get; private set; }

    /// <summary>Ends one side or both, and with it whatever waits for it. Any thread.</summary>
    public void End(ConnectionSocket.Side side)
    {
        lock (_gate)
        {
            if (!IsClosed) ConnectionSocket.Shutdown(number, side);
        }
    }

    /// <summary>Whether calls that cannot be told each time wait for the client. Owner only.</summary>
    public void SetBlocking(bool blocking)
    {
        if (blocking == !_doesNotWait) return;
        FileDescriptor.SetBlocking(number, blocking);
        _doesNotWait = !blocking;
    }

    /// <summary>The next receive that waits does so no longer than this (milliseconds). Owner only.</summary>
    public void WaitAtMost(long patience)
    {
        SetBlocking(true);
        if (patience != _receiveTimeout) ConnectionSocket.SetReceiveTimeout(number, _receiveTimeout = patience);
    }

    /// <summary>Closes the descriptor, once. Owner only.</summary>
    public void Close()
    {
        lock (_gate)
        {
            if (IsClosed) return;
            IsClosed = true;
            ConnectionSocket.Close(number);
        }
    }

    /// <summary>Throws away what the client still sends, up to a bound, after which it <paramref name="mayHaveMore"/>. False when the client is done. Owner only.</summary>
    public bool Discard(Span<byte> scratch, out bool mayHaveMore)
    {
        mayHaveMore = false;
        for (int i = 0; i < DiscardAtOnce; i++)
        {
            int n = ConnectionSocket.Receive(number, scratch);
            if (n is -Errno.EAGAIN or -Errno.EINTR) return true;
            if (n <= 0) return false;
        }
        return mayHaveMore = true;
    }
}
