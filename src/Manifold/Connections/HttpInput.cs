using System.Buffers;
using System.IO.Pipelines;

namespace Manifold.Connections;

/// <summary>
/// What HTTP reads of a connection, wherever it comes from: one contiguous pooled buffer, held only while there is something in it. The head of
/// the present request is kept until the request begins, consumed or not, for the log of a refused one. Owner only, but for cancelling.
/// </summary>
internal abstract class HttpInput : PipeReader
{
    private const int FirstBuffer = 4096;
    private const int LargestBuffer = 4 * 1024 * 1024;

    private byte[]? _buffer;
    private int _headStart;   // where the present request's head began
    private int _start;       // first byte not consumed
    private int _examined;    // first byte that the reader has not seen
    private int _end;         // end of what has come
    private bool _keepHead = true;

    /// <summary>What has come and HTTP has not consumed.</summary>
    public ReadOnlySpan<byte> Unread => _buffer is null ? default : _buffer.AsSpan(_start, _end - _start);

    /// <summary>What has come since the present request's head began, as far as it is still held.</summary>
    public ReadOnlySpan<byte> Head => _buffer is null ? default : _buffer.AsSpan(_headStart, _end - _headStart);

    /// <summary>True when nothing that has come is waiting to be consumed.</summary>
    public bool IsEmpty => _start == _end;

    /// <summary>True when the peer has ended its side or the connection failed: no more will come.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>True when what came last has filled the room that there was: there may be more.</summary>
    public bool IsFull => _buffer is not null && _end == _buffer.Length;

    /// <summary>True when a read would complete: something has come that the reader has not seen, nothing more will, or it is not to wait.</summary>
    public bool HasNews => HasEnded || _examined < _end || IsCancelled;

    /// <summary>True when the next read is to return at once, whatever there is. Set by any thread, before it tells the owner.</summary>
    public bool IsCancelled { get; protected set; }

    /// <summary>Bytes that somebody else has read already, before any other.</summary>
    public void Begin(ReadOnlySpan<byte> bytes)
    {
        _buffer = ArrayPool<byte>.Shared.Rent(Math.Max(FirstBuffer, bytes.Length));
        bytes.CopyTo(_buffer);
        _end = bytes.Length;
    }

    /// <summary>No more bytes will come.</summary>
    public void End() => HasEnded = true;

    /// <summary>Gives back what it holds, whether that was read or not. Nothing more will come.</summary>
    public void Reset()
    {
        ReleaseBuffer();
        End();
    }

    /// <summary>Gives the buffer back; only when everything in it has been consumed.</summary>
    public void ReleaseBuffer()
    {
        if (_buffer is not null) ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = null;
        _headStart = _start = _examined = _end = 0;
    }

    /// <summary>A request has been read: what was consumed need not be kept any more.</summary>
    public void ForgetHead()
    {
        _keepHead = false;
        _headStart = _start;
    }

    /// <summary>
    /// A request is over: from here on the bytes are the head of the next, and are kept until it has been read. Unless
    /// <paramref name="bodyIsRead"/>, HTTP still throws the last one's body away.
    /// </summary>
    public virtual void HeadBegins(bool bodyIsRead)
    {
        _keepHead = true;
        _headStart = _start;
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        if (_buffer is null) return;
        _start = consumed.GetInteger();
        _examined = Math.Max(examined.GetInteger(), _start);
    }

    public override bool TryRead(out ReadResult result)
    {
        if (HasNews)
        {
            result = Result();
            return true;
        }
        result = default;
        return false;
    }

    public override void Complete(Exception? exception = null)
    {
        // The HTTP loop has ended; the connection closes when its task completes.
    }

    /// <summary>The next read is to find everything new that has not been consumed.</summary>
    protected void ShowAgain() => _examined = _start;

    /// <summary>Nothing of what has come is news.</summary>
    protected void HaveSeenAll() => _examined = _end;

    /// <summary>What a read finds.</summary>
    protected virtual ReadResult Result() => Result(_end - _start, HasEnded);

    /// <summary>A read that finds the first <paramref name="length"/> bytes. The next one is not cancelled.</summary>
    protected ReadResult Result(int length, bool isCompleted)
    {
        var bytes = _buffer is null ? ReadOnlySequence<byte>.Empty : new ReadOnlySequence<byte>(_buffer, _start, length);
        bool cancelled = IsCancelled;
        IsCancelled = false;
        return new ReadResult(bytes, cancelled, isCompleted);
    }

    /// <summary>So many bytes were put into the <see cref="Room"/>.</summary>
    protected void HasCome(int bytes) => _end += bytes;

    /// <summary>Gives the buffer back if there is nothing in it that anybody wants.</summary>
    protected void ReleaseIfEmpty()
    {
        if (IsEmpty && (!_keepHead || _headStart == _start)) ReleaseBuffer();
    }

    /// <summary>Room behind what has come: what was consumed is overwritten, and a full buffer is exchanged for a larger one.</summary>
    protected Memory<byte> Room()
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
        return _buffer.AsMemory(_end);
    }
}
