using System.IO.Pipelines;
using System.Net;
using Manifold.Heads;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;

namespace Manifold.Connections;

/// <summary>
/// What Kestrel sees of a connection, and what it needs to run HTTP there: the two halves, the features, the answer to refused input. Made
/// when the connection first has something to read, given back when it has idled a while (<see cref="Connection.Rest"/>), made anew for
/// the next request. Used by the connection's owner; Kestrel calls <see cref="Abort(ConnectionAbortedException)"/> from anywhere.
/// </summary>
internal sealed class HttpSide : ConnectionContext, IDuplexPipe
{
    private readonly Connection _connection;
    private readonly FeatureCollection _features;
    private readonly IHeadRules? _rules;
    private IDuplexPipe? _transport;

    public HttpSide(Connection connection, ConnectionServices services, Outbox? outbox)
    {
        _connection = connection;
        Wishes = connection.Wishes;
        _rules = services.Heads;
        Input = new ConnectionInput(this, connection, holdsHeads: services.Gate is not null);
        Output = new ConnectionOutput(this, connection) { Outbox = outbox };
        Refusal = new Refusal(connection, services.RefusalPages);
        _features = new FeatureCollection(services.Http.Features);
        _features.Set<IMpmConnectionFeature>(connection);
        _features.Set<IMpmExchangeFeature>(connection.Exchange);
        _features.Set<ITransportOutputFeature>(Output);
        Encryption = services.Encrypt?.Invoke(this, connection);
    }

    /// <summary>What this HTTP needs from the connection's owner. The connection has others once this side is given back.</summary>
    public Wishes Wishes { get; }

    public ConnectionInput Input { get; }

    public ConnectionOutput Output { get; }

    /// <summary>What encrypts the connection; null when it is plain.</summary>
    public IEncryption? Encryption { get; }

    /// <summary>What is taken as a request's head.</summary>
    public HeadRules HeadRules => field ??= _rules?.For(() => _connection.Local) ?? HeadRules.Default;

    /// <summary>What HTTP reads: what is received, or what TLS makes of it.</summary>
    public HttpInput Text => Encryption?.Input ?? (HttpInput)Input;

    /// <summary>What is answered to input that is no request.</summary>
    public Refusal Refusal { get; }

    /// <summary>True from the first bytes on.</summary>
    public bool IsStarted { get; private set; }

    /// <summary>Starts the HTTP loop with the first bytes; runs it and the application inline until it awaits more.</summary>
    public void Start(IHttpEngine engine)
    {
        IsStarted = true;
        Task http;
        try
        {
            http = Encryption is null ? engine.Run(this) : Encryption.Run(engine);
        }
        catch
        {
            Wishes.Want(Wants.Close); // it never began
            throw;
        }
        if (http.IsCompleted) Wishes.Want(Wants.Close);
        else http.GetAwaiter().UnsafeOnCompleted(() => Wishes.Want(Wants.Close));
    }

    /// <summary>
    /// True when it can be ended and begun anew unseen: it has not begun, or waits for the first byte of another request. Not where the bytes
    /// before it mean something to those behind: TLS, HTTP/2, a connection that was upgraded.
    /// </summary>
    public bool MayBeGivenUp => Input.IsEmpty && !Input.HasEnded
        && (!IsStarted || (_connection.Exchange.LeavesNothing && _connection.Gate is null));

    /// <summary>True when it was told to end unseen. Cleared when the connection is to close after all.</summary>
    public bool GoesToRest { get; set; }

    /// <summary>Has the HTTP loop, which waits for another request, end as if the client had left. Runs it.</summary>
    public void EndUnseen()
    {
        GoesToRest = true;
        if (!IsStarted) return;
        Input.IsHeld = false;
        Input.End();
        Input.CompleteRead();
    }

    /// <summary>True when it was told to end unseen, and has.</summary>
    public bool HasEndedUnseen => GoesToRest && (!IsStarted || Wishes.Current == Wants.Close);

    /// <summary>Gives all buffers back. HTTP has ended, or never began, or what it still does is in vain.</summary>
    public void GiveBack()
    {
        Input.Reset();
        Output.Reset();
    }

    public override string ConnectionId
    {
        get => field ??= _connection.Id.ToString("x");
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
        get => _transport ?? this;
        set => _transport = value;
    }

    public override EndPoint? LocalEndPoint { get => field ?? _connection.Local; set; }

    public override EndPoint? RemoteEndPoint { get => _connection.Remote; set => throw new NotSupportedException(); }

    PipeReader IDuplexPipe.Input => Input;

    PipeWriter IDuplexPipe.Output => Output;

    public override void Abort(ConnectionAbortedException abortReason) => _connection.Abort();
}
