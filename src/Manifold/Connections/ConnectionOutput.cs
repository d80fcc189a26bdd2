using System.Buffers;
using System.IO.Pipelines;
using System.Threading.Tasks.Sources;
using Microsoft.Win32.SafeHandles;

namespace Manifold.Connections;

/// <summary>
/// The sending half of a connection as Kestrel sees it. A flush hands the bytes to the kernel at once; when the socket is full it stays
/// pending and the owning thread sends the rest when there is room. With an <see cref="Outbox"/> it hands them to that instead, and another thread
/// sends. A flush never waits: Kestrel calls it under a lock that Abort takes. A part of a file may stand behind the bytes of the buffer; Kestrel
/// counts it when the writer is advanced, and does not look at what it counts (docs/adr/0009).
/// </summary>
internal sealed class ConnectionOutput(HttpSide http, Connection connection) : PipeWriter, IValueTaskSource<FlushResult>, ITransportOutputFeature
{
    private const int FirstBuffer = 4096;

    private ManualResetValueTaskSourceCore<FlushResult> _flush;
    private byte[]? _buffer;
    private int _sent;   // up to here the kernel has it
    private int _end;    // up to here it was written
    private FileRegion? _file; // follows what is in the buffer
    private volatile bool _cancelled;
    private bool _waitsElsewhere; // a flush of HTTP's is not to wait: whoever asked for it does
    private bool _isSent;         // that flush has sent everything
    private bool _isLeft;         // a cancelled flush has not sent everything

    /// <summary>Where flushed bytes go for another thread to send; null = this one sends them. </summary>
    public Outbox? Outbox { get; init; }

    /// <summary>True while another thread has bytes to send, or the owner those that a cancelled flush has left of a request that is over.</summary>
    public bool HasUnsent => Outbox is { IsEmpty: false } || HasLeft;

    /// <summary>True when that is for the owner.</summary>
    public bool HasLeft => _isLeft && !connection.IsInRequest;

    /// <summary>
    /// With an outbox: true when a flush is complete. That is when the bytes are sent; while the application runs, when there is room for more.
    /// </summary>
    public bool IsFlushed => connection.IsAborted || (connection.Exchange.IsApplicationRunning ? Outbox!.HasRoom : Outbox!.IsEmpty);

    /// <summary>
    /// True when a pending flush is to end at once; what it has not sent goes out with the next, or when the request is over. Not before a file's end:
    /// what is written meanwhile would be sent before it.
    /// </summary>
    public bool IsCancelled => _cancelled && _file is null;

    /// <summary>True when the last flush that has ended was cancelled.</summary>
    public bool WasCancelled { get; private set; }

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => _end - _sent + (_file?.Left ?? 0);

    /// <summary>Gives back what it holds, whether that was sent or not.</summary>
    public void Reset()
    {
        ReleaseBuffer();
        ReleaseFile();
        Outbox?.Close();
    }

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        MakeRoom(sizeHint);
        return _buffer.AsMemory(_end);
    }

    public override Span<byte> GetSpan(int sizeHint = 0)
    {
        MakeRoom(sizeHint);
        return _buffer.AsSpan(_end);
    }

    public override void Advance(int bytes)
    {
        if (_file is { IsPromised: true }) _file.Advance(bytes);
        else _end += bytes;
    }

    /// <inheritdoc/>
    public bool TryAppend(SafeFileHandle file, long offset, int length)
    {
        if (!Os.ConnectionSocket.SendsFiles || Outbox is not null || _file is not null || length <= 0 || connection.IsAborted || !connection.Exchange.IsPlain
            || connection.Exchange.IsResponseBodyReplaced) return false;
        connection.Socket.SetBlocking(false);
        _file = new FileRegion(file, offset, length);
        return true;
    }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        if (Outbox is not null) Leave(Outbox);
        _isSent = TrySend();
        return _isSent || _waitsElsewhere ? new ValueTask<FlushResult>(Result()) : Pending();
    }

    /// <inheritdoc/>
    public ValueTask<FlushResult> FlushAsync(PipeWriter body)
    {
        // What is between may flush more than once: HTTP's own flush has to wait each time.
        if (connection.IsInRequest && connection.Exchange.IsResponseBodyReplaced) return body.FlushAsync();
        _isSent = true; // if HTTP has nothing to flush
        _waitsElsewhere = connection.Exchange.IsPlain || connection.IsEncrypted;
        try
        {
            var flushed = body.FlushAsync();
            return _isSent || !flushed.IsCompletedSuccessfully ? flushed : Pending();
        }
        finally
        {
            _waitsElsewhere = false; // also when HTTP has thrown: its next flush waits itself
        }
    }

    private ValueTask<FlushResult> Pending()
    {
        _flush.Reset();
        return new ValueTask<FlushResult>(this, _flush.Version);
    }

    /// <summary>Sends until all is gone (true) or the socket is full (false). A failed connection counts as gone.</summary>
    public bool TrySend()
    {
        if (Outbox is not null) return IsFlushed;
        return TrySendBuffer() && (_file is null || TrySendFile(_file));
    }

    private bool TrySendBuffer()
    {
        if (_sent == _end) return true;
        ReplaceRefusal();
        while (_sent < _end && !connection.IsAborted)
        {
            int n = Os.ConnectionSocket.Send(connection.Descriptor, _buffer.AsSpan(_sent, _end - _sent), more: _file is not null);
            if (!Count(n)) return false;
            if (n > 0) _sent += n;
        }
        _sent = _end = 0;
        _isLeft = false;
        return true;
    }

    private bool TrySendFile(FileRegion file)
    {
        while (file.Left > 0 && !connection.IsAborted)
        {
            int n = file.Send(connection.Descriptor);
            if (n == 0) connection.PeerFailed(); // what was announced cannot be sent any more
            else if (!Count(n)) return false;
        }
        ReleaseFile();
        return true;
    }

    /// <summary>Books the outcome of a send; false when the socket is full.</summary>
    private bool Count(int sent)
    {
        if (sent >= 0) connection.CountSent(sent);
        else if (sent == -Os.Errno.EAGAIN) return false;
        else if (sent != -Os.Errno.EINTR) connection.PeerFailed();
        return true;
    }

    private void ReleaseFile()
    {
        _file?.Release();
        _file = null;
    }

    /// <summary>Completes the pending flush. Owner only; runs what awaits it before it returns.</summary>
    public void CompleteFlush() => _flush.SetResult(Result());

    /// <summary>Gives the buffer back; called when the connection has nothing to say for a while.</summary>
    public void ReleaseBuffer()
    {
        if (_buffer is not null) ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = null;
        _sent = _end = 0;
    }

    public override void CancelPendingFlush()
    {
        _cancelled = true;
        http.Wishes.Want(Wants.Cancel);
    }

    public override void Complete(Exception? exception = null)
    {
        if (exception is not null) return;
        if (Outbox is not null) Leave(Outbox);
        else _ = TrySend();
    }

    FlushResult IValueTaskSource<FlushResult>.GetResult(short token) => _flush.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<FlushResult>.GetStatus(short token) => _flush.GetStatus(token);

    void IValueTaskSource<FlushResult>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
    {
        _flush.OnCompleted(continuation, state, token, flags);
        http.Wishes.Want(Wants.Write);
    }

    private FlushResult Result()
    {
        WasCancelled = _cancelled;
        if (WasCancelled) _cancelled = false; // one that comes just now is for the next
        _isLeft = _sent < _end;
        return new FlushResult(WasCancelled, connection.IsAborted);
    }

    private void Leave(Outbox outbox)
    {
        if (_sent == _end) return;
        ReplaceRefusal();
        if (_sent < _end) outbox.Add(new ArraySegment<byte>(_buffer!, _sent, _end - _sent), sendAtOnce: connection.Exchange.IsApplicationRunning);
        else ArrayPool<byte>.Shared.Return(_buffer!);
        _buffer = null;
        _sent = _end = 0;
    }

    /// <summary>When Kestrel has refused the input, what goes out is the application's own page.</summary>
    private void ReplaceRefusal()
    {
        if (connection.IsEncrypted) return; // TLS sees the answer before it comes here
        if (http.Refusal.Replace(_buffer.AsSpan(_sent, _end - _sent)) is not { } answer) return;
        _sent = _end = 0;
        var room = GetSpan(answer.Length);
        answer.Span.CopyTo(room);
        _end = answer.Length;
    }

    private void MakeRoom(int sizeHint)
    {
        int needed = Math.Max(sizeHint, 256);
        _buffer ??= ArrayPool<byte>.Shared.Rent(Math.Max(FirstBuffer, needed));
        if (_buffer.Length - _end >= needed) return;
        if (_sent > 0)
        {
            Buffer.BlockCopy(_buffer, _sent, _buffer, 0, _end - _sent);
            _end -= _sent;
            _sent = 0;
            if (_buffer.Length - _end >= needed) return;
        }
        byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(_buffer.Length * 2, _end + needed));
        Buffer.BlockCopy(_buffer, 0, larger, 0, _end);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
