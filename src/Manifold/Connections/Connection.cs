using System.IO.Pipelines;
using System.Net;
using Manifold.Child;
using Manifold.HandOffs;
using Manifold.Os;
using Manifold.Shared;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;

namespace Manifold.Connections;

/// <summary>
/// One client connection: what Kestrel sees of it, and what its owner must know to drive it. At any moment exactly one party owns it: the
/// thread that drives it, or the parking lot. Only <see cref="Wishes"/> and <see cref="Abort(ConnectionAbortedException)"/> may come from elsewhere.
/// </summary>
internal sealed class Connection : ConnectionContext, IMpmConnectionFeature, IDuplexPipe
{
    private const int DiscardAtOnce = 64, LongHead = 16 * 1024;

    private readonly ConnectionServices _services;
    private readonly Lock _closing = new();
    private readonly FeatureCollection _features = new(8);
    private IPEndPoint? _local;
    private string? _remoteAddress;
    private WaitClock _clock;
    private long _receiveTimeout;
    private bool _clientCloses;
    private WorkerRow? _parkedRow; // the record of its request while it has no thread

    public Connection(int descriptor, IPEndPoint remote, ListeningSocket? listener, ConnectionServices services, long id)
    {
        Descriptor = descriptor;
        Remote = remote;
        _services = services;
        _local = listener is { IsExact: true } ? listener.Local : null;
        Id = id;
        Wishes = new Wishes(this);
        Input = new ConnectionInput(this, holdsHeads: services.Departures is not null);
        Output = new ConnectionOutput(this);
        Refusal = new Refusal(this, services.RefusalPages);
        KeepAliveTimeout = services.KeepAliveTimeout;
        Timeout = services.Timeout;
        _clock = new WaitClock(Environment.TickCount64);
        _features.Set<IMpmConnectionFeature>(this);
        services.Http.CopyEngineFeatures(_features);
    }

    /// <summary>The socket. Closed by <see cref="Close"/> only.</summary>
    public int Descriptor { get; }

    /// <summary>What it needs from its owner.</summary>
    public Wishes Wishes { get; }

    public ConnectionInput Input { get; }

    public ConnectionOutput Output { get; }

    /// <summary>What it answers to input that is no request.</summary>
    public Refusal Refusal { get; }

    /// <summary>When the present wait ends (TickCount64).</summary>
    public long Deadline { get; private set; }

    /// <summary>The present wait.</summary>
    public WaitKind Wait { get; private set; }

    /// <summary>True from the moment when Kestrel has read a request's head until the request is over.</summary>
    public bool IsInRequest { get; private set; }

    /// <summary>True from the half-close on.</summary>
    public bool IsLingering { get; private set; }

    /// <summary>For the parking lot: its neighbours in the queue of equal time-outs, and whether epoll knows it.</summary>
    public ParkingSpace Space;

    // ---- IMpmConnectionFeature -------------------------------------------------------------------------------------------------------

    public long Id { get; }

    public IPEndPoint Local => _local ??= ConnectionSocket.LocalAddress(Descriptor);

    public IPEndPoint Remote { get; }

    public string RemoteAddress => _remoteAddress ??= Remote.Address.ToString();

    public int RequestNumber { get; private set; }

    public long RequestBytesSent { get; private set; }

    public long RequestBytesReceived { get; private set; }

    public long RequestStarted { get; private set; }

    public bool IsDraining => _services.State.IsRetiring;

    public bool IsAborted { get; private set; }

    public bool IsMalformed { get; private set; }

    public TimeSpan KeepAliveTimeout { get; set; }

    public TimeSpan Timeout { get; set; }

    public void SetVirtualHost(ReadOnlySpan<byte> name) => Row.SetVirtualHost(name);

    // ---- ConnectionContext -----------------------------------------------------------------------------------------------------------

    public override string ConnectionId
    {
        get => field ??= Id.ToString("x");
        set;
    }

    public override IFeatureCollection Features => _features;

    public override IDictionary<object, object?> Items
    {
        get => field ??= new ConnectionItems();
        set;
    }

    public override IDuplexPipe Transport
    {
        get => this;
        set => throw new NotSupportedException("The transport of a connection is fixed.");
    }

    public override EndPoint? LocalEndPoint { get => Local; set => _local = (IPEndPoint?)value; }

    public override EndPoint? RemoteEndPoint { get => Remote; set => throw new NotSupportedException(); }

    PipeReader IDuplexPipe.Input => Input;

    PipeWriter IDuplexPipe.Output => Output;

    /// <summary>Ends the connection from any thread: the owner, wherever it waits, is woken by the shut-down socket.</summary>
    public override void Abort(ConnectionAbortedException abortReason)
    {
        IsAborted = true;
        lock (_closing)
        {
            if (!IsClosed) ConnectionSocket.Shutdown(Descriptor, ConnectionSocket.Side.Both);
        }
    }

    /// <summary>Ends an owner's wait for the client from any thread: it finds the end of the stream. A request in progress is still answered.</summary>
    public void EndReceiving()
    {
        lock (_closing)
        {
            if (!IsClosed) ConnectionSocket.Shutdown(Descriptor, ConnectionSocket.Side.Receiving);
        }
    }

    // ---- The owner's side ------------------------------------------------------------------------------------------------------------

    public bool IsClosed { get; private set; }

    /// <summary>The scoreboard record of the owning thread.</summary>
    public WorkerRow Row { get; private set; } = null!;

    /// <summary>The thread that now owns the connection.</summary>
    public void OwnedBy(WorkerThread thread)
    {
        Wishes.Owner = thread;
        bool isAnother = Row != thread.Row;
        Row = thread.Row;
        if (_parkedRow is { } kept) _services.ParkedRecords!.Restore(kept, Row);
        else if (IsInRequest && isAnother) Row.RequestUnknown(RemoteAddress);
        _parkedRow = null;
    }

    /// <summary>The owning thread gives the connection up: a request in progress needs a record that is not the thread's.</summary>
    public void LeavesThread()
    {
        if (IsInRequest) _parkedRow = _services.ParkedRecords?.Keep(Row);
    }

    /// <summary>Who must see the head of each request before HTTP does; null = nobody.</summary>
    public Departures? Departures => _services.Departures;

    /// <summary>True when another process has accepted it. That process may still hold the socket, whose options are then not ours alone.</summary>
    public bool HasTravelled { get; private set; }

    /// <summary>It comes from another process, with what that one has read and the number of requests it has served.</summary>
    public void Arrive(ReadOnlySpan<byte> bytes, int requestNumber)
    {
        HasTravelled = true;
        RequestNumber = requestNumber;
        Input.Begin(bytes);
        CountReceived(bytes.Length);
    }

    /// <summary>Answers the request whose head has come with a status instead of serving it, and ends the connection. HTTP is not asked any more.</summary>
    public void TurnAway(int status)
    {
        Refusal.Say(status);
        Wishes.Took(Wants.Read);
        Wishes.Want(Wants.Close);
    }

    /// <summary>True until <see cref="StartHttp"/>.</summary>
    public bool IsNew { get; private set; } = true;

    /// <summary>Starts the HTTP loop with the first bytes; runs it and the application inline until it awaits more.</summary>
    public void StartHttp()
    {
        IsNew = false;
        Task http = _services.Http.Run(this);
        if (http.IsCompleted) Wishes.Want(Wants.Close);
        else http.GetAwaiter().UnsafeOnCompleted(() => Wishes.Want(Wants.Close));
    }

    /// <summary>For what the connection waits from now on, and until when.</summary>
    public WaitKind BeginWait(Wants wants)
    {
        long now = Environment.TickCount64;
        var kind = IsLingering ? WaitKind.Linger
            : (wants & Wants.Write) != 0 || Output.HasUnsent ? WaitKind.Write
            : wants == Wants.None ? WaitKind.Gap
            : IsInRequest ? WaitKind.Body
            : !Input.IsEmpty || RequestBytesReceived > 0 ? WaitKind.Head
            : RequestNumber == 0 ? WaitKind.FirstByte : WaitKind.KeepAlive;
        Deadline = _clock.Deadline(kind, now, Timeout, KeepAliveTimeout, _services.HeadTimeout, _services.BodyTimeout, RequestBytesReceived);
        Wait = kind;
        if (kind is WaitKind.KeepAlive or WaitKind.FirstByte)
        {
            Input.ReleaseBuffer();
            Output.ReleaseBuffer();
        }
        Row.Status = kind switch
        {
            WaitKind.FirstByte or WaitKind.Head => WorkerStatus.BusyRead,
            WaitKind.KeepAlive => WorkerStatus.BusyKeepAlive,
            WaitKind.Linger => WorkerStatus.Closing,
            _ => WorkerStatus.BusyWrite,
        };
        return kind;
    }

    /// <summary>
    /// Waits for the next request in the receive itself: one system call where a poll and a receive are two. Ended early by
    /// <see cref="EndReceiving"/> only, which is enough: between two requests no application code runs that could want anything else.
    /// </summary>
    public void AwaitNextRequest()
    {
        long patience = Math.Max(1, (long)KeepAliveTimeout.TotalMilliseconds);
        if (patience != _receiveTimeout) ConnectionSocket.SetReceiveTimeout(Descriptor, _receiveTimeout = patience);
        int received = Input.WaitAndReceive();
        if (received > 0) CountReceived(received);
        else if (received == -Errno.EAGAIN) TimedOut();
    }

    /// <summary>Bytes have arrived: the clock of the head or body goes by them.</summary>
    public void CountReceived(int bytes)
    {
        if (bytes <= 0) return;
        if (!IsInRequest && RequestBytesReceived == 0)
        {
            RequestStarted = System.Diagnostics.Stopwatch.GetTimestamp();
            _clock.PhaseBegins(Environment.TickCount64);
            Row.SetClient(RemoteAddress);
            Row.Status = WorkerStatus.BusyRead;
        }
        RequestBytesReceived += bytes;
    }

    /// <summary>The kernel has taken bytes: a client that is slow has its time for the next ones anew.</summary>
    public void CountSent(int bytes)
    {
        if (bytes > 0) _clock.Sent();
        RequestBytesSent += bytes;
    }

    /// <summary>The client has gone; nothing more can be sent.</summary>
    public void PeerFailed()
    {
        IsAborted = true;
        Input.End();
    }

    /// <summary>The present wait has taken too long. Afterwards the connection moves on to its end, as fast as its kind of wait allows.</summary>
    public void TimedOut()
    {
        switch (Wait)
        {
            case WaitKind.Write:
                PeerFailed();
                break;
            case WaitKind.Head:
                Refusal.Say(408);
                Input.End();
                break;
            case WaitKind.Linger:
                Close();
                break;
            default:
                if (Input.TryReceive(out int late) && late > 0)
                {
                    CountReceived(late); // it came at the last moment
                    break;
                }
                _clientCloses = true; // nobody talks: no need to linger
                Input.End();
                break;
        }
    }

    /// <summary>True while the application works on a request; what it writes meanwhile may be sent later.</summary>
    public bool IsApplicationRunning { get; private set; }

    /// <summary>The application has said all: the response is over when it has been sent.</summary>
    public void ApplicationEnds() => IsApplicationRunning = false;

    /// <summary>
    /// True when the connection's next step would run the application, or HTTP before it: a complete head, part of a body, room for more
    /// output. A head that is unusually long is judged as it comes, and so is what HTTP throws away of a body that nobody has read.
    /// </summary>
    public bool NeedsApplication(Wants wants)
    {
        if ((wants & Wants.CancelRead) != 0) return true;
        if ((wants & Wants.Write) != 0 && IsApplicationRunning && Output.IsFlushed) return true;
        return (wants & Wants.Read) != 0 && Input.HasNews
            && (IsInRequest || !BodyIsRead || Input.HasEnded || Input.Head.Length >= LongHead || RequestHead.IsWhole(Input.Head));
    }

    /// <summary>The features of the present or last request.</summary>
    public IFeatureCollection RequestFeatures { get; private set; } = null!;

    /// <summary>True when the present or last request has no body, or nothing of it is left.</summary>
    public bool BodyIsRead { get; set; } = true;

    // ---- Requests --------------------------------------------------------------------------------------------------------------------

    /// <summary>Kestrel has read a request's head; the application is about to run.</summary>
    public void RequestBegins(IHttpRequestFeature request, IFeatureCollection features)
    {
        IsInRequest = IsApplicationRunning = true;
        RequestFeatures = features;
        BodyIsRead = !(request.Headers.ContentLength > 0 || request.Headers.TransferEncoding.Count > 0);
        string wish = request.Headers.Connection.ToString();
        _clientCloses = request.Protocol == "HTTP/1.0"
            ? !wish.Contains("keep-alive", StringComparison.OrdinalIgnoreCase)
            : wish.Contains("close", StringComparison.OrdinalIgnoreCase);
        _clock.PhaseBegins(Environment.TickCount64);
        IsMalformed = request.Headers.ContentLength is not null && !RequestHead.HasPlainContentLength(Input.Head);
        Input.ForgetHead();
        Row.RequestBegins(RemoteAddress, request.Method, request.RawTarget, request.Protocol, _services.SeeRequestTail);
    }

    /// <summary>The response's last byte was handed to the kernel.</summary>
    public void ResponseSent() => Row.Status = WorkerStatus.BusyLog;

    /// <summary>The request is over and logged.</summary>
    public void RequestEnds()
    {
        Row.RequestEnds(RequestStarted, RequestBytesSent);
        IsInRequest = false;
        RequestNumber++;
        RequestBytesSent = 0;
        RequestBytesReceived = 0;
        Input.HeadBegins(BodyIsRead);
        if (!Input.IsEmpty) CountReceived(Input.Head.Length); // pipelined
    }

    // ---- The end ---------------------------------------------------------------------------------------------------------------------

    /// <summary>
    /// After the HTTP loop. Returns false when the connection is closed; true when it lingers: our side is closed, the client's is not, and
    /// closing now could destroy the last response on its way.
    /// </summary>
    public bool BeginClose()
    {
        bool clientIsDone = IsAborted || Input.HasEnded || (_clientCloses && Input.IsEmpty);
        if (clientIsDone)
        {
            Close();
            return false;
        }
        ConnectionSocket.Shutdown(Descriptor, ConnectionSocket.Side.Sending);
        IsLingering = true;
        _clock.LingerBegins(Environment.TickCount64);
        return true;
    }

    /// <summary>While lingering: throws away what the client still sends. False when the client is done and the connection closed.</summary>
    public bool Discard(Span<byte> scratch)
    {
        for (int i = 0; i < DiscardAtOnce; i++)
        {
            int n = ConnectionSocket.Receive(Descriptor, scratch);
            if (n > 0) continue;
            if (n is -Errno.EAGAIN or -Errno.EINTR) return true;
            Close();
            return false;
        }
        return true;
    }

    /// <summary>Closes the socket, once, and gives all buffers back. Owner only.</summary>
    public void Close()
    {
        lock (_closing)
        {
            if (IsClosed) return;
            IsClosed = true;
            ConnectionSocket.Close(Descriptor);
        }
        Input.Reset();
        Output.Reset();
        _services.State.ConnectionClosed();
    }
}
