using System.Buffers;
using System.IO.Pipelines;
using System.Threading.Tasks.Sources;

namespace Manifold.Connections;

/// <summary>
/// The receiving half of a connection as Kestrel sees it. Never waits and never receives by itself: a read that finds nothing registers the
/// wish with the connection, and the owning thread completes it, inline, when it has received something. Whoever completes the read runs
/// the HTTP loop and the application. One contiguous pooled buffer, held only while there is something in it.
/// Where requests may have to go to another process, the head of each is held back until it is known that they need not.
/// </summary>
internal sealed class ConnectionInput : PipeReader, IValueTaskSource<ReadResult>
{
    private const int FirstBuffer = 4096;
    private const int LargestBuffer = 4 * 1024 * 1024;

    private ManualResetValueTaskSourceCore<ReadResult> _read;
    private byte[]? _buffer;
    private int _headStart;   // where the present request's head began; kept until the request begins, for the log of a refused one
    private int _start;       // first byte not consumed
    private int _examined;    // first byte that the reader has not seen
    private int _end;         // end of what was received
    private bool _keepHead = true;
    private bool _ended;      // no more will come: end of file, error or abort
    private bool _cancelled;
    private HeadScan _scan;
    private readonly HttpSide _http;
    private readonly Connection _connection;
    private readonly bool _holdsHeads;

    public ConnectionInput(HttpSide http, Connection connection, bool holdsHeads)
    {
        _http = http;
        _connection = connection;
        IsHeld = _holdsHeads = holdsHeads;
    }

    /// <summary>
    /// True while the bytes of the next request are kept from HTTP: reads stay pending, because another process may have to serve it, or because
    /// the thread that runs the HTTP loop must not begin another request.
    /// </summary>
    public bool IsHeld { get; set; }

    /// <summary>What has come and HTTP has not consumed.</summary>
    public ReadOnlySpan<byte> Unread => _buffer is null ? default : _buffer.AsSpan(_start, _end - _start);

    /// <summary>While held: true when the bytes that have come tell the host of the request; false when more must come.</summary>
    public bool TryFindHost(out ReadOnlySpan<byte> host)
    {
        _examined = _end;
        return RequestHead.TryFindHost(Unread, ref _scan, out host);
    }

    /// <summary>The request is for this process: HTTP may have it.</summary>
    public void Release()
    {
        IsHeld = false;
        _examined = _start;
    }

    /// <summary>Bytes of a new connection that another process has read already.</summary>
    public void Begin(ReadOnlySpan<byte> bytes)
    {
        _buffer = ArrayPool<byte>.Shared.Rent(Math.Max(FirstBuffer, bytes.Length));
        bytes.CopyTo(_buffer);
        _end = bytes.Length;
    }

    /// <summary>True when nothing that was received is waiting to be consumed.</summary>
    public bool IsEmpty => _start == _end;

    /// <summary>True when the peer has ended its side or the connection failed.</summary>
    public bool HasEnded => _ended;

    /// <summary>True when the last receive has filled the room that there was: the socket may have more.</summary>
    public bool IsFull => _buffer is not null && _end == _buffer.Length;

    /// <summary>True when a read would complete: something has come that the reader has not seen, or nothing more will.</summary>
    public bool HasNews => _ended || _examined < _end;

    /// <summary>What was received since the present request's head began, as far as it is still held.</summary>
    public ReadOnlySpan<byte> Head => _buffer is null ? default : _buffer.AsSpan(_headStart, _end - _headStart);

    /// <summary>Gives back what it holds, whether that was read or not. Nothing more will come.</summary>
    public void Reset()
    {
        ReleaseBuffer();
        _ended = true;
    }

    /// <summary>A request has been read: what was consumed need not be kept any more.</summary>
    public void ForgetHead()
    {
        _keepHead = false;
        _headStart = _start;
    }

    /// <summary>
    /// A request is over: from here on the bytes are the head of the next, and are kept until it has been read - unless it is not over for
    /// HTTP, which still throws its body away.
    /// </summary>
    public void HeadBegins(bool bodyIsRead)
    {
        _keepHead = true;
        _headStart = _start;
        if (!_holdsHeads || !bodyIsRead) return;
        IsHeld = true;
        _examined = _start;
        _scan = default;
    }

    /// <summary>Receives once, without waiting. Owner only. False when nothing is there.</summary>
    public bool TryReceive(out int received)
    {
        received = Take(Os.ConnectionSocket.Receive(_connection.Descriptor, Room()));
        return received != -Os.Errno.EAGAIN;
    }

    /// <summary>Receives once, and waits for it as long as the socket's receive time-out. Owner only. Returns the bytes, 0 or -EAGAIN.</summary>
    public int WaitAndReceive() => Take(Os.ConnectionSocket.WaitAndReceive(_connection.Descriptor, Room()));

    /// <summary>Books the outcome of a receive. Whatever is neither bytes nor a reason to try again is the end of the stream.</summary>
    private int Take(int received)
    {
        if (received > 0)
        {
            _end += received;
            return received;
        }
        if (received is -Os.Errno.EAGAIN or -Os.Errno.EINTR)
        {
            if (_start == _end) ReleaseBuffer();
            return -Os.Errno.EAGAIN;
        }
        End(); // end of file; a reset or another failure is no more than that to the HTTP loop
        if (received < 0) _connection.PeerFailed();
        return 0;
    }

    /// <summary>No more bytes will come.</summary>
    public void End() => _ended = true;

    /// <summary>Completes the pending read with what is there. Owner only; runs the HTTP loop and the application before it returns.</summary>
    public void CompleteRead() => _read.SetResult(Result());

    public override bool TryRead(out ReadResult result)
    {
        if ((!IsHeld && (_examined < _end || _ended)) || _cancelled)
        {
            result = Result();
            return true;
        }
        result = default;
        return false;
    }

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        if (TryRead(out var result)) return new ValueTask<ReadResult>(result);
        _read.Reset();
        return new ValueTask<ReadResult>(this, _read.Version);
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        if (_buffer is null) return;
        _start = consumed.GetInteger();
        _examined = Math.Max(examined.GetInteger(), _start);
    }

    public override void CancelPendingRead()
    {
        _cancelled = true;
        _http.Wishes.Want(Wants.CancelRead);
    }

    public override void Complete(Exception? exception = null)
    {
        // The HTTP loop has ended; the connection closes when its task completes.
    }

    ReadResult IValueTaskSource<ReadResult>.GetResult(short token) => _read.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<ReadResult>.GetStatus(short token) => _read.GetStatus(token);

    /// <summary>Registering the continuation is what arms the read: from now on the owner may complete it.</summary>
    void IValueTaskSource<ReadResult>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
    {
        _read.OnCompleted(continuation, state, token, flags);
        _http.Wishes.Want(Wants.Read);
    }

    private ReadResult Result()
    {
        bool cancelled = _cancelled;
        _cancelled = false;
        if (IsHeld) return new ReadResult(ReadOnlySequence<byte>.Empty, cancelled, isCompleted: false);
        var bytes = _buffer is null ? ReadOnlySequence<byte>.Empty : new ReadOnlySequence<byte>(_buffer, _start, _end - _start);
        return new ReadResult(bytes, cancelled, _ended);
    }

    /// <summary>Room behind the received bytes: what was consumed is overwritten, and a full buffer is exchanged for a larger one.</summary>
    private Span<byte> Room()
    {
        if (_buffer is null)
        {
            _buffer = ArrayPool<byte>.Shared.Rent(FirstBuffer);
            _headStart = _start = _examined = _end = 0;
        }
        else if (_start == _end && (!_keepHead || _headStart == _start))
        {
            _headStart = _start = _examined = _end = 0;
        }
        else if (_buffer.Length - _end < 512)
        {
            int keep = _keepHead ? Math.Min(_headStart, _start) : _start;
            int held = _end - keep;
            byte[] target = held > _buffer.Length / 2 ? ArrayPool<byte>.Shared.Rent(Math.Min(_buffer.Length * 2, LargestBuffer)) : _buffer;
            if (held >= target.Length) throw new InvalidOperationException("The reader examines without consuming.");
            Buffer.BlockCopy(_buffer, keep, target, 0, held);
            if (!ReferenceEquals(target, _buffer)) ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = target;
            _headStart = Math.Max(0, _headStart - keep);
            _start -= keep;
            _examined -= keep;
            _end -= keep;
        }
        return _buffer.AsSpan(_end);
    }

    /// <summary>Gives the buffer back; only when everything in it has been consumed.</summary>
    public void ReleaseBuffer()
    {
        if (_buffer is not null) ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = null;
        _headStart = _start = _examined = _end = 0;
    }
}
