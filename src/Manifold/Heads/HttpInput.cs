using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;

namespace Manifold.Heads;

/// <summary>
/// What HTTP reads of a connection, wherever it comes from: one contiguous pooled buffer, held only while there is something in it. The head of
/// the present request is kept until the request begins, consumed or not, for the log of a refused one. HTTP is shown one request at a time: its head
/// when that is whole and was looked at (<see cref="HeadScan"/>), of its body what <see cref="BodyFrame"/> has passed. Owner only, but for cancelling.
/// </summary>
internal abstract class HttpInput : PipeReader
{
    private const int FirstBuffer = 4096;
    private const int LargestBuffer = 4 * 1024 * 1024;

    private byte[]? _buffer;
    private int _headStart;   // where the present request's head began
    private int _start;       // first byte not consumed
    private int _examined;    // first byte that the reader has not seen
    private int _shown;       // end of what the reader may see
    private int _end;         // end of what has come
    private bool _keepHead = true;
    private bool _isHead = true;  // what comes is a head that is not known yet
    private bool _isBodyLeft;     // of a request that is over
    private bool _isOver;         // HTTP is to read nothing more
    private bool _isRefused;      // nothing that comes is a request any more
    private int _lookedAt;        // up to here an open head was looked at
    private HeadScan _scan;
    private BodyFrame _frame;

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
    public virtual bool HasNews => HasEnded || IsCancelled || _isOver || BodyFault != 0 || _examined < _shown;

    /// <summary>True when something has come that nobody has looked at.</summary>
    protected bool HasUnseen => HasEnded || IsCancelled || _isOver || BodyFault != 0 || Math.Max(_examined, _lookedAt) < _end;

    /// <summary>What the head says that HTTP is not told; null for a plain one. Holds until the next one begins.</summary>
    public ReadHead? ReadHead { get; private set; }

    /// <summary>The status that the present request's body is refused with; 0 = nothing is wrong with it so far.</summary>
    public int BodyFault => _bodyFault != 0 ? _bodyFault : _frame.Fault;

    /// <summary>True when that is for the fields behind the last chunk.</summary>
    public bool BodyFaultIsInTrailers => _bodyFault == 0 && _frame is { Fault: not 0, IsInTrailers: true };

    /// <summary>
    /// No more of the present request's body will come: whoever reads it meets the status, the first that there was. False when nothing is missing.
    /// </summary>
    public bool RefuseBody(int status)
    {
        if (Rules is null || _isHead || _isRefused || _isOver || _frame.IsComplete) return false;
        if (_bodyFault == 0) _bodyFault = status;
        return true;
    }

    /// <summary>True when blank lines came before the present request.</summary>
    public bool HadBlankLines => _scan.Start > 0;

    /// <summary>What is taken as a head; null = heads are somebody else's.</summary>
    protected abstract HeadRules? Rules { get; }

    /// <summary>True while what comes is nobody's here.</summary>
    protected virtual bool MayLook => true;

    private int _bodyFault;

    /// <summary>True when the next read is to return at once, whatever there is. Set by any thread, before it tells the owner.</summary>
    public bool IsCancelled { get; protected set; }

    /// <summary>Bytes that somebody else has read already, before any other.</summary>
    public void Begin(ReadOnlySpan<byte> bytes)
    {
        _buffer = ArrayPool<byte>.Shared.Rent(Math.Max(FirstBuffer, bytes.Length));
        bytes.CopyTo(_buffer);
        _end = bytes.Length;
        Look();
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
        _headStart = _start = _examined = _shown = _lookedAt = _end = 0;
    }

    /// <summary>
    /// The client has waited too long with its head, or will send no more of it: the request, if it has begun, is refused. False when none has.
    /// </summary>
    public bool RefuseHead(int status)
    {
        if (Rules is not { } rules || !_isHead || _isRefused || !_scan.HasBegun || _buffer is null || !MayLook) return false;
        var head = _buffer.AsSpan(_headStart + _scan.Start, _end - _headStart - _scan.Start);
        Use((status == 0 ? HeadReader.Read(head, rules, hasEnded: true) : null) ?? HeadReader.Refuse(status == 0 ? 400 : status, head, rules));
        return true;
    }

    /// <summary>A request has been read: what was consumed need not be kept any more.</summary>
    public void ForgetHead()
    {
        _keepHead = false;
        _headStart = _start;
    }

    /// <summary>
    /// A request is over: from here on the bytes are the head of the next, and are kept until it has been read. Unless
    /// <paramref name="bodyIsRead"/>, there is no next.
    /// </summary>
    public virtual void HeadBegins(bool bodyIsRead)
    {
        _keepHead = true;
        _headStart = _start;
        if (Rules is not null && !bodyIsRead) _isOver = true; // the answer was the last: what is left of the body is for nobody
        BeginHead();
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        if (_buffer is null) return;
        _start = consumed.GetInteger();
        _examined = Math.Max(examined.GetInteger(), _start);
        if (_isBodyLeft) BeginHead();
    }

    public override bool TryRead(out ReadResult result)
    {
        if (TakeFault() is { } fault) throw fault;
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
    protected void ShowAgain()
    {
        _examined = _start;
        _lookedAt = 0;
        Look();
    }

    /// <summary>Nothing of what has come is news.</summary>
    protected void HaveSeenAll() => _examined = _end;

    /// <summary>What a read finds.</summary>
    protected virtual ReadResult Result() => _isOver ? Result(0, isCompleted: true) : Result(_shown - _start, HasEnded && (_isHead || _isRefused ? _shown == _start : _shown == _end));

    /// <summary>What a read of a body meets that is refused, once, behind the head and what is right of the body; null = nothing.</summary>
    protected BadHttpRequestException? TakeFault()
    {
        if (_isOver || BodyFault == 0 || _examined < _shown) return null;
        _isOver = true;
        return new BadHttpRequestException("The body of the request is not what its head says, or comes too slowly.", BodyFault);
    }

    /// <summary>A read that finds the first <paramref name="length"/> bytes. The next one is not cancelled.</summary>
    protected ReadResult Result(int length, bool isCompleted)
    {
        var bytes = _buffer is null ? ReadOnlySequence<byte>.Empty : new ReadOnlySequence<byte>(_buffer, _start, length);
        bool cancelled = IsCancelled;
        if (cancelled) IsCancelled = false; // one that comes just now is for the next
        return new ReadResult(bytes, cancelled, isCompleted);
    }

    /// <summary>So many bytes were put into the <see cref="Room"/>.</summary>
    protected void HasCome(int bytes)
    {
        _end += bytes;
        Look();
    }

    /// <summary>Looks at what has come, and decides how much of it HTTP may see.</summary>
    protected void Look()
    {
        if (Rules is not { } rules)
        {
            _shown = _end;
            return;
        }
        if (_buffer is null || _isRefused || _isOver || !MayLook) return;
        if (_isHead && !LookAtHead(rules)) return;
        if (_frame.IsNone) _shown = _isRefused ? _shown : _end;
        else if (!_frame.IsComplete) _shown += _frame.Take(_buffer.AsSpan(_shown, _end - _shown), rules);
    }

    /// <summary>True when the head is known.</summary>
    private bool LookAtHead(HeadRules rules)
    {
        _lookedAt = _end;
        for (;;)
        {
            var bytes = _buffer.AsSpan(_headStart, _end - _headStart);
            var state = _scan.Look(bytes, rules);
            if (state == HeadState.Open) return false;
            if (state == HeadState.Plain)
            {
                _isHead = false;
                _start = _examined = _headStart += _scan.Start;
                _shown = _headStart - _scan.Start + _scan.End;
                _frame = _scan.Frame;
                return true;
            }
            if (HeadReader.Read(bytes[_scan.Start..], rules, hasEnded: false) is { } head)
            {
                Use(head);
                return true;
            }
            _scan.GoesOn();
        }
    }

    /// <summary>HTTP gets another head instead of the one that came.</summary>
    private void Use(ReadHead head)
    {
        int rest = _headStart + _scan.Start + head.Length;
        int behind = _end - rest;
        byte[] target = ArrayPool<byte>.Shared.Rent(Math.Max(FirstBuffer, head.Instead.Length + behind));
        head.Instead.CopyTo(target, 0);
        Buffer.BlockCopy(_buffer!, rest, target, head.Instead.Length, behind);
        ArrayPool<byte>.Shared.Return(_buffer!);
        _buffer = target;
        _headStart = _start = _examined = 0;
        _shown = head.Instead.Length;
        _end = _shown + behind;
        _isHead = false;
        _isRefused = head.IsSimple || head.Refusal is { Continues: false };
        _frame = head.Frame;
        ReadHead = head;
    }

    /// <summary>What comes from now on is another head, unless part of a body is before it.</summary>
    private void BeginHead()
    {
        if (Rules is null || _isRefused || _isOver) return;
        _isBodyLeft = !_frame.IsComplete || (!_frame.IsNone && _start < _shown);
        if (_isBodyLeft) return;
        _isHead = true;
        _headStart = _examined = _shown = _start;
        _lookedAt = 0;
        _scan = default;
        _frame = default;
        _bodyFault = 0;
        ReadHead = null;
        Look();
    }

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
            _headStart = _start = _examined = _shown = _lookedAt = _end = 0;
        }
        else if (_start == _end && (!_keepHead || _headStart == _start))
        {
            _headStart = _start = _examined = _shown = _lookedAt = _end = 0;
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
            _shown -= keep;
            _lookedAt = Math.Max(0, _lookedAt - keep);
            _end -= keep;
        }
        return _buffer.AsMemory(_end);
    }
}
