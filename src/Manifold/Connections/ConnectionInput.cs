using System.IO.Pipelines;
using System.Threading.Tasks.Sources;
using Manifold.Heads;

namespace Manifold.Connections;

/// <summary>
/// The receiving half of a connection. Never waits and never receives by itself: a read that finds nothing registers the wish with the
/// connection, and the owning thread completes it, inline, when it has received something. Whoever completes the read runs the HTTP loop and the
/// application. Where requests may have to go to another process, the head of each is held back until it is known that they need not.
/// </summary>
internal sealed class ConnectionInput : HttpInput, IValueTaskSource<ReadResult>
{
    private readonly HttpSide _http;
    private readonly Connection _connection;
    private readonly bool _holdsHeads;
    private ManualResetValueTaskSourceCore<ReadResult> _read;
    private HostScan _scan;
    private bool _isHeld;
    private bool _isCut; // the client ended while the bytes were kept from HTTP

    public ConnectionInput(HttpSide http, Connection connection, bool holdsHeads)
    {
        _http = http;
        _connection = connection;
        _isHeld = _holdsHeads = holdsHeads;
    }

    /// <summary>
    /// True while the bytes of the next request are kept from HTTP: reads stay pending, because another process may have to serve it, or because
    /// the thread that runs the HTTP loop must not begin another request.
    /// </summary>
    public bool IsHeld
    {
        get => _isHeld;
        set
        {
            bool wasHeld = _isHeld;
            _isHeld = value;
            if (!wasHeld || value) return;
            Look();
            if (_isCut) RefuseHead(0);
        }
    }

    /// <inheritdoc/>
    public override bool HasNews => _isHeld ? HasUnseen : base.HasNews;

    /// <inheritdoc/>
    protected override HeadRules? Rules => _http.Encryption is null ? _http.HeadRules : null;

    /// <inheritdoc/>
    protected override bool MayLook => !_isHeld;

    /// <summary>While held: true when the bytes that have come tell the host of the request; false when more must come.</summary>
    public bool TryFindHost(out ReadOnlySpan<byte> host)
    {
        HaveSeenAll();
        return RequestHead.TryFindHost(Unread, ref _scan, out host);
    }

    /// <summary>The request is for this process: HTTP may have it.</summary>
    public void Release()
    {
        _isHeld = false;
        ShowAgain();
        if (_isCut) RefuseHead(0);
    }

    /// <inheritdoc/>
    public override void HeadBegins(bool bodyIsRead)
    {
        if (_holdsHeads && bodyIsRead) _isHeld = true;
        base.HeadBegins(bodyIsRead);
        if (!_holdsHeads || !bodyIsRead) return;
        ShowAgain();
        _scan = default;
    }

    /// <summary>Receives once, without waiting. Owner only. False when nothing is there.</summary>
    public bool TryReceive(out int received)
    {
        received = Take(Os.ConnectionSocket.Receive(_connection.Descriptor, Room().Span));
        return received != -Os.Errno.EAGAIN;
    }

    /// <summary>Receives once, and waits for it as long as the socket's receive time-out. Owner only. Returns the bytes, 0 or -EAGAIN.</summary>
    public int WaitAndReceive() => Take(Os.ConnectionSocket.WaitAndReceive(_connection.Descriptor, Room().Span));

    /// <summary>Completes the pending read with what is there. Owner only; runs the HTTP loop and the application before it returns.</summary>
    public void CompleteRead()
    {
        var fault = TakeFault();
        var result = fault is null ? Result() : default; // what goes wrong up to here leaves the read pending
        _http.Wishes.Took(Wants.Read);
        if (fault is null) _read.SetResult(result);
        else _read.SetException(fault);
    }

    /// <summary>True when a pending read has something to tell. Owner only.</summary>
    public bool MayComplete => HasNews;

    public override bool TryRead(out ReadResult result)
    {
        result = default;
        return (!IsHeld || IsCancelled) && base.TryRead(out result);
    }

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        if (TryRead(out var result)) return new ValueTask<ReadResult>(result);
        _read.Reset();
        return new ValueTask<ReadResult>(this, _read.Version);
    }

    public override void CancelPendingRead()
    {
        IsCancelled = true;
        _http.Wishes.Want(Wants.Cancel);
    }

    ReadResult IValueTaskSource<ReadResult>.GetResult(short token) => _read.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<ReadResult>.GetStatus(short token) => _read.GetStatus(token);

    /// <summary>Registering the continuation is what arms the read: from now on the owner may complete it.</summary>
    void IValueTaskSource<ReadResult>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
    {
        _read.OnCompleted(continuation, state, token, flags);
        _http.Wishes.Want(Wants.Read);
    }

    protected override ReadResult Result() => IsHeld ? Result(0, isCompleted: false) : base.Result();

    /// <summary>Books the outcome of a receive. Whatever is neither bytes nor a reason to try again is the end of the stream.</summary>
    private int Take(int received)
    {
        if (received > 0)
        {
            HasCome(received);
            return received;
        }
        if (received is -Os.Errno.EAGAIN or -Os.Errno.EINTR)
        {
            ReleaseIfEmpty();
            return -Os.Errno.EAGAIN;
        }
        if (received < 0) _connection.PeerFailed();
        else if (!RefuseBody(400) && !RefuseHead(0)) _isCut = _isHeld;
        End(); // end of file; a reset or another failure is no more than that to the HTTP loop
        return 0;
    }
}
