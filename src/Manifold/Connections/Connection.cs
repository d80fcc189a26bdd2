using System.Net;
using System.Net.Security;
using Manifold.Heads;
using Manifold.Os;
using Manifold.Shared;
using Microsoft.AspNetCore.Http.Features;

namespace Manifold.Connections;

/// <summary>
/// One client connection, as long as its descriptor lives: who it is, what its owner must know to drive it, how long it may wait. What HTTP needs
/// beyond that is its <see cref="HttpSide"/>. At any moment exactly one party owns it: the thread that drives it, or the parking lot. Only
/// <see cref="Wishes"/>, <see cref="Abort"/> and <see cref="ClientSocket.End"/> may come from elsewhere.
/// </summary>
internal sealed class Connection : IMpmConnectionFeature
{
    private const int UpgradedMs = int.MaxValue; // nearly 25 days without a byte: what has been made of the connection has its own rules

    private readonly ConnectionServices _services;
    private readonly Func<Connection, Outbox>? _outboxOf;
    private HttpSide? _http;
    private IPEndPoint? _local;
    private string? _remoteAddress;
    private WaitClock _clock;
    private bool _isCutOff; // the transport has ended its input, and not the client
    private long _toldAt; // what is received next had come at this time; 0 = not known

    /// <summary>Owns the descriptor. <paramref name="outboxOf"/> makes its outbox, where another thread sends; null = the owner does.</summary>
    public Connection(
        int descriptor, IPEndPoint remote, ListeningSocket? listener, ConnectionServices services, long id, Func<Connection, Outbox>? outboxOf = null)
    {
        Socket = new ClientSocket(descriptor);
        Remote = remote;
        _services = services;
        _outboxOf = outboxOf;
        _local = listener is { IsExact: true } ? listener.Local : null;
        Id = id;
        Wishes = new Wishes(this);
        Exchange = new Exchange(this, services.ParkedRecords, services.SeeRequestTail);
        KeepAliveTimeout = services.KeepAliveTimeout;
        Timeout = services.Timeout;
        _clock = new WaitClock(Environment.TickCount64);
    }

    /// <summary>The socket. Closed by <see cref="Close"/> only.</summary>
    public ClientSocket Socket { get; }
    public int Descriptor => Socket.Number;

    /// <summary>What it needs from its owner.</summary>
    public Wishes Wishes { get; private set; }

    /// <summary>The receiving half.</summary>
    public ConnectionInput Input => Http.Input;

    /// <summary>The sending half.</summary>
    public ConnectionOutput Output => Http.Output;

    /// <summary>What HTTP reads: what is received, or what TLS makes of it.</summary>
    public HttpInput Text => Http.Text;

    /// <summary>What is taken as a request's head.</summary>
    public HeadRules HeadRules => Http.HeadRules;

    /// <summary>True when what is received and sent is for TLS to understand.</summary>
    public bool IsEncrypted => Http.Encryption is not null;

    /// <summary>What it answers to input that is no request.</summary>
    public Refusal Refusal => Http.Refusal;

    /// <summary>Where another thread finds what it is to send, if there is any. Any thread.</summary>
    public Outbox? Outbox => _http?.Output.Outbox;

    private HttpSide Http => _http ??= new HttpSide(this, _services, _outboxOf?.Invoke(this));

    /// <summary>When the present wait ends (TickCount64).</summary>
    public long Deadline { get; private set; }

    /// <summary>The present wait.</summary>
    public WaitKind Wait { get; private set; }

    /// <summary>Where HTTP/1's request and response are, one after the other: what the socket receives and sends is for them.</summary>
    public Exchange Exchange { get; }

    /// <summary>True from the moment when Kestrel has read a request's head until the request is over.</summary>
    public bool IsInRequest => Exchange.IsRunning;

    /// <summary>True when the client will send no further request.</summary>
    public bool ClientCloses { get; private set; }

    /// <summary>True from the half-close on.</summary>
    public bool IsLingering { get; private set; }

    /// <summary>For the parking lot: its neighbours in the queue of equal time-outs, and whether epoll knows it.</summary>
    public ParkingSpace Space;

    // ---- IMpmConnectionFeature -------------------------------------------------------------------------------------------------------

    public long Id { get; }

    public IPEndPoint Local => _local ??= ConnectionSocket.LocalAddress(Descriptor);
    public IPEndPoint Remote { get; }
    public string RemoteAddress => _remoteAddress ??= Remote.Address.ToString();

    public int RequestCount { get; private set; }
    public bool IsDraining => _services.State.IsRetiring;
    public SslServerAuthenticationOptions? Tls => _http?.Encryption?.Options;

    public bool IsAborted { get; private set; }
    public TimeSpan KeepAliveTimeout { get; set; }
    public TimeSpan Timeout { get; set; }

    /// <summary>Ends the connection from any thread: the owner, wherever it waits, is woken by the shut-down socket, or called.</summary>
    public void Abort()
    {
        IsAborted = true;
        Socket.End(ConnectionSocket.Side.Both);
        if (!ConnectionSocket.ShutdownWakes) Wishes.CallOwner();
    }

    // ---- The owner's side ------------------------------------------------------------------------------------------------------------

    public bool IsClosed => Socket.IsClosed;

    /// <summary>The scoreboard record of the owning thread.</summary>
    public WorkerRow Row { get; private set; } = null!;

    /// <summary>The thread that now owns the connection.</summary>
    public void OwnedBy(WorkerThread thread)
    {
        Wishes.Owner = thread;
        Row = thread.Row;
        Exchange.TakenUp(Row);
    }

    /// <summary>The owning thread gives the connection up, which needs so much.</summary>
    public void LeavesThread(Wants wants) => Exchange.PutDown(mayGoOn: wants == Wants.None);

    /// <summary>Who must see the head of each request before HTTP does; null = nobody.</summary>
    public IRequestGate? Gate => _services.Gate;

    /// <summary>True when another process has accepted it. That process may still hold the socket, whose options are then not ours alone.</summary>
    public bool HasTravelled { get; private set; }

    /// <summary>It comes from another process, with what that one has read and the number of requests it has served.</summary>
    public void Arrive(ReadOnlySpan<byte> bytes, int requestNumber)
    {
        HasTravelled = true;
        RequestCount = requestNumber;
        Exchange.Follows(requestNumber);
        Input.Begin(bytes);
        CountReceived(bytes.Length);
    }

    /// <summary>True while HTTP has not begun: nothing has come yet, or nothing since the connection came to rest.</summary>
    public bool IsNew => _http is not { IsStarted: true };

    /// <summary>Starts the HTTP loop with the first bytes; runs it and the application inline until it awaits more.</summary>
    public void StartHttp() => Http.Start(_services.Http);

    /// <summary>For what the connection waits from now on, and until when.</summary>
    public WaitKind BeginWait(Wants wants)
    {
        long now = Environment.TickCount64;
        var kind = IsLingering ? WaitKind.Linger
            : (wants & Wants.Write) != 0 || Output.HasUnsent ? WaitKind.Write
            : wants == Wants.None ? WaitKind.Gap
            : IsInRequest ? WaitKind.Body
            : !Input.IsEmpty || Exchange.HasCome ? WaitKind.Head
            : RequestCount == 0 ? WaitKind.FirstByte : WaitKind.KeepAlive;
        Deadline = _clock.Deadline(kind, now, Timeout, KeepAliveTimeout, _services.HeadTimeout, _services.BodyTimeout, Exchange.AllReceived);
        if (kind == WaitKind.Body && Exchange.IsUpgraded) Deadline = now + UpgradedMs;
        Wait = kind;
        _toldAt = 0;
        if (kind is WaitKind.KeepAlive or WaitKind.FirstByte)
        {
            Input.ReleaseBuffer();
            Output.ReleaseBuffer();
        }
        Row.Status = kind.Status();
        return kind;
    }

    /// <summary>
    /// Waits for the next request in the receive itself: one system call where a poll and a receive are two. Ended early by
    /// the socket's end only, which is enough: between two requests no application code runs that could want anything else.
    /// </summary>
    public void AwaitNextRequest()
    {
        Socket.WaitAtMost(Math.Max(1, (long)KeepAliveTimeout.TotalMilliseconds));
        int received = Input.WaitAndReceive();
        if (received > 0) CountReceived(received);
        else if (received == -Errno.EAGAIN) TimedOut();
    }

    /// <summary>It was known at this time (Stopwatch ticks) that something has come: if it waits for a request, the beginning of that.</summary>
    public void ToldAt(long ticks)
    {
        if (Wait is WaitKind.KeepAlive or WaitKind.FirstByte) _toldAt = ticks;
    }

    /// <summary>Bytes have arrived: the clock of the head or body goes by them.</summary>
    public void CountReceived(int bytes)
    {
        if (bytes <= 0) return;
        bool isFirst = Exchange.Received(bytes, _toldAt);
        _toldAt = 0;
        if (!isFirst) return;
        PhaseBegins();
        Exchange.Reads();
    }

    /// <summary>The head or the body of a request begins, and with it its allowance of time.</summary>
    private void PhaseBegins() => _clock.PhaseBegins(Environment.TickCount64);

    /// <summary>HTTP/1 has read a request's head.</summary>
    public void RequestBegins(IHttpRequestFeature request)
    {
        string wish = request.Headers.Connection.ToString();
        ClientCloses = request.Protocol == "HTTP/1.0"
            ? !wish.Contains("keep-alive", StringComparison.OrdinalIgnoreCase)
            : wish.Contains("close", StringComparison.OrdinalIgnoreCase);
        PhaseBegins();
        Text.ForgetHead();
    }

    /// <summary>A request is over: what comes now is the next one's head. Returns how many it has had.</summary>
    public int RequestEnds()
    {
        RequestCount++;
        Text.HeadBegins(Exchange.BodyIsRead);
        if (!Text.IsEmpty) CountReceived(Text.Head.Length); // pipelined
        return RequestCount;
    }

    /// <summary>The kernel has taken bytes: a client that is slow has its time for the next ones anew.</summary>
    public void CountSent(int bytes)
    {
        if (bytes > 0) _clock.Sent();
        Exchange.Sent(bytes);
    }

    /// <summary>The client has gone; nothing more can be sent.</summary>
    public void PeerFailed()
    {
        IsAborted = true;
        _http?.Input.End();
    }

    /// <summary>What went wrong with it that nobody foresaw; null = nothing.</summary>
    public ConnectionFailure? Failure { get; private set; }

    /// <summary>
    /// Something nobody foresaw went wrong: the socket ends now, and HTTP meets a client that has gone. Who drives it goes on until HTTP, which may be
    /// in another thread just now, has ended; only then are descriptor and buffers given back. False when that went wrong, too.
    /// </summary>
    public bool Fail(Exception cause)
    {
        bool isFirst = Failure is null;
        Failure ??= new ConnectionFailure(this, cause);
        Abort();
        PeerFailed();
        return isFirst;
    }

    /// <summary>Sends what another thread has left for the calling one to send, and goes on with. What goes wrong, the owner meets.</summary>
    public void SendLeft()
    {
        try
        {
            Outbox?.Send();
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            Abort();
        }
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
                if (Text.RefuseHead(408)) break;
                Refusal.Say(408);
                CutOff();
                break;
            case WaitKind.Body when !CameAtTheLastMoment():
                Text.RefuseBody(408);
                CutOff();
                break;
            case WaitKind.Body:
                break;
            case WaitKind.Linger:
                Close();
                break;
            default:
                if (!Http.GoesToRest && CameAtTheLastMoment()) break;
                Http.GoesToRest = false;
                ClientCloses = true; // nobody talks: no need to linger
                Input.End();
                break;
        }
    }

    /// <summary>Nothing more is read for HTTP, which is not to say that the client sends nothing more.</summary>
    private void CutOff()
    {
        _isCutOff = true;
        Input.End();
    }

    private bool CameAtTheLastMoment()
    {
        bool came = Input.TryReceive(out int late) && late > 0;
        if (came) CountReceived(late);
        return came;
    }

    // ---- Rest ------------------------------------------------------------------------------------------------------------------------

    /// <summary>True when it only waits, and giving HTTP up meanwhile is unseen by the client.</summary>
    public bool MayRest => Wait is WaitKind.FirstByte or WaitKind.KeepAlive && _http is { MayBeGivenUp: true };

    /// <summary>
    /// Gives HTTP up; what comes later finds it made anew. Only when nothing else than reading is wanted. False when HTTP is not over yet: it
    /// will tell by <see cref="Wants.Close"/>.
    /// </summary>
    public bool Rest()
    {
        Http.EndUnseen();
        return ComesToRest();
    }

    /// <summary>True when HTTP is over because the connection goes to rest, and not because it closes.</summary>
    public bool ComesToRest()
    {
        if (_http is not { HasEndedUnseen: true } http) return false;
        http.GiveBack();
        _http = null;
        Exchange.Rests();
        _services.State.ConnectionRests();
        Wishes = new Wishes(this); // those that HTTP knew are nobody's now
        return true;
    }

    // ---- The end ---------------------------------------------------------------------------------------------------------------------

    /// <summary>
    /// After the HTTP loop. Returns false when the connection is closed; true when it lingers: our side is closed, the client's is not, and
    /// closing now could destroy the last response on its way.
    /// </summary>
    public bool BeginClose()
    {
        bool clientIsDone = IsAborted || (Input.HasEnded && !_isCutOff) || (ClientCloses && Input.IsEmpty);
        if (clientIsDone)
        {
            Close();
            return false;
        }
        Socket.End(ConnectionSocket.Side.Sending);
        IsLingering = true;
        _clock.LingerBegins(Environment.TickCount64);
        return true;
    }

    /// <summary>While lingering: throws away what the client still sends, and closes the connection when it is done. True when there may be more at once.</summary>
    public bool Discard(Span<byte> scratch)
    {
        if (!Socket.Discard(scratch, out bool mayHaveMore)) Close();
        return mayHaveMore;
    }

    /// <summary>Closes the socket, once, and gives all buffers back. Owner only. Before the number is free for another connection nobody sends any more.</summary>
    public void Close()
    {
        if (IsClosed) return;
        _http?.GiveBack();
        Socket.Close();
        _services.State.ConnectionClosed();
    }
}
