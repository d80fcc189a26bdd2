using Manifold.Connections;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace Manifold.Hosting;

/// <summary>
/// What HTTP and the application may ask of a connection's life, as on connections that Kestrel has accepted: to be called once a second (Kestrel's time-outs
/// and data rates go by that), and to hear that the connection is to end with its request. A child that retires says so where it loses nothing: to a
/// request that begins (<see cref="TrackedApplication{TContext}"/>), and here to one that has gone on for a second and not answered yet, or has become another
/// protocol. HTTP/1 ends a connection that hears it between two requests, where the next may be on its way: such a connection hears it with that one.
/// From the first byte until HTTP has ended; any thread.
/// </summary>
internal sealed class ConnectionLife : IConnectionHeartbeatFeature, IConnectionLifetimeNotificationFeature, IDisposable
{
    private const int None = -1;

    private readonly ConnectionContext _context;
    private readonly Heartbeat _heartbeat;
    private readonly CancellationTokenSource _ending = new(); // for HTTP
    private CancellationTokenSource? _told;                   // for the application
    private bool _httpKnows;
    private CancellationToken? _given;
    private readonly Lock _gate = new();
    private (Action<object> Act, object State) _first; // HTTP itself: mostly the only one
    private List<(Action<object> Act, object State)>? _others;
    private int _lastRequest = None; // that was going on at the last beat

    public ConnectionLife(ConnectionContext context, Heartbeat heartbeat)
    {
        _context = context;
        _heartbeat = heartbeat;
        context.Features.Set<IConnectionHeartbeatFeature>(this);
        context.Features.Set<IConnectionLifetimeNotificationFeature>(this);
        heartbeat.Add(this);
    }

    /// <summary>Where it stands in the <see cref="Heartbeat"/>, whose it is.</summary>
    public int Place { get; set; }

    /// <summary>
    /// Cancelled when the connection is to end with its request. HTTP asks first, before there is a request, and has a token of its own, cancelled first: an
    /// application that waits for this and answers at once would else have promised to keep the connection.
    /// </summary>
    public CancellationToken ConnectionClosedRequested
    {
        get
        {
            lock (_gate)
            {
                if (_given is { } given) return given;
                if (!_httpKnows)
                {
                    _httpKnows = true;
                    return _ending.Token;
                }
                return _told is null && _ending.IsCancellationRequested ? new CancellationToken(canceled: true) : (_told ??= new CancellationTokenSource()).Token;
            }
        }
        set
        {
            lock (_gate) _given = value;
        }
    }

    /// <summary>HTTP has ended. Once.</summary>
    public void Dispose()
    {
        _heartbeat.Remove(this);
        _ending.Dispose();
        _told?.Dispose();
    }

    /// <inheritdoc/>
    public void RequestClose()
    {
        try
        {
            _ending.Cancel();
            CancellationTokenSource? told;
            lock (_gate) told = _told;
            told?.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // HTTP has ended meanwhile.
        }
    }

    /// <inheritdoc/>
    public void OnHeartbeat(Action<object> action, object state)
    {
        lock (_gate)
        {
            if (_first.Act is null) _first = (action, state);
            else (_others ??= []).Add((action, state));
        }
    }

    /// <summary>A second has passed. The thread of the heartbeat; what is called does not block.</summary>
    public void Beat()
    {
        if (IsToEnd()) RequestClose();
        lock (_gate)
        {
            _first.Act?.Invoke(_first.State);
            if (_others is null) return;
            foreach (var (act, state) in _others) act(state);
        }
    }

    /// <summary>Two beats of the same request: one that has just been answered, or is about to be, is not told.</summary>
    private bool IsToEnd()
    {
        if (_context.Features.Get<IMpmConnectionFeature>() is not Connection { IsDraining: true } connection) return false;
        var exchange = connection.Exchange;
        int request = exchange.IsRunning ? exchange.Number : None;
        bool lasts = request != None && request == _lastRequest;
        _lastRequest = request;
        return lasts && exchange.Features?.Get<IHttpResponseFeature>() is { } response && (!response.HasStarted || response.StatusCode == 101);
    }
}
