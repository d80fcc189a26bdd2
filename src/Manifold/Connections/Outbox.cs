using System.Buffers;
using Manifold.Os;

namespace Manifold.Connections;

/// <summary>How much output all connections of a child may have waiting. One for a child; any thread.</summary>
/// <param name="most">Bytes.</param>
internal sealed class OutputAllowance(long most)
{
    private long _used;

    public bool HasRoom => Volatile.Read(ref _used) < most;

    public void Take(long bytes) => Interlocked.Add(ref _used, bytes);
}

/// <summary>
/// Output on its way from the thread that produces it to the thread that sends it, which may work at the same time. Both only hold the lock
/// here: nobody waits for the network. Held: the order stays; a connection whose outbox is empty always has room, so that stuck clients cannot
/// keep a lively one from its turn; after <see cref="Close"/> the descriptor is not used any more.
/// </summary>
/// <param name="connection">Whose output it is.</param>
/// <param name="allowance">That of the child.</param>
/// <param name="announce">Tells the sending thread that there is something to send.</param>
internal sealed class Outbox(Connection connection, OutputAllowance allowance, Action<Connection> announce)
{
    /// <summary>Bytes of one connection above which its producer has to leave; it may go on when half of them are sent.</summary>
    public const int Bound = 128 * 1024;

    private readonly Lock _gate = new();
    private readonly Queue<ArraySegment<byte>> _waiting = new();
    private long _bytes;
    private int _sent;       // of the first of those that wait
    private bool _full;
    private bool _announced;
    private bool _closed;

    public bool IsEmpty => Volatile.Read(ref _bytes) == 0;

    /// <summary>May the producer go on?</summary>
    public bool HasRoom => IsEmpty || (!Volatile.Read(ref _full) && allowance.HasRoom);

    /// <summary>Adds output; its array, from the shared pool, belongs to the outbox now.</summary>
    /// <param name="output">What to send.</param>
    /// <param name="sendAtOnce">The producer goes on producing; false = it gives the connection up now, and the sender will look by itself.</param>
    public void Add(ArraySegment<byte> output, bool sendAtOnce)
    {
        lock (_gate)
        {
            if (_closed)
            {
                ArrayPool<byte>.Shared.Return(output.Array!);
                return;
            }
            _waiting.Enqueue(output);
            _bytes += output.Count;
            _full |= _bytes > Bound;
            sendAtOnce &= !_announced;
            _announced |= sendAtOnce;
        }
        allowance.Take(output.Count);
        if (sendAtOnce) announce(connection);
    }

    /// <summary>The sending thread: sends until nothing is left or the socket is full.</summary>
    public void Send()
    {
        lock (_gate)
        {
            _announced = false;
            while (!_closed && _waiting.TryPeek(out var first))
            {
                int n = connection.IsAborted ? first.Count - _sent : ConnectionSocket.Send(connection.Descriptor, first.AsSpan(_sent));
                if (n == -Errno.EAGAIN) return;
                if (n == -Errno.EINTR) continue;
                if (n < 0)
                {
                    connection.PeerFailed();
                    continue;
                }
                if (!connection.IsAborted) connection.CountSent(n);
                Took(n);
            }
        }
    }

    /// <summary>Drops what is left. Before the descriptor is closed.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
            while (_waiting.TryPeek(out var first)) Took(first.Count - _sent);
        }
    }

    private void Took(int bytes)
    {
        _bytes -= bytes;
        _full &= _bytes > Bound / 2;
        allowance.Take(-bytes);
        _sent += bytes;
        if (_sent < _waiting.Peek().Count) return;
        _sent = 0;
        ArrayPool<byte>.Shared.Return(_waiting.Dequeue().Array!);
    }
}
