using System.IO.Pipelines;
using System.Net;
using System.Text;
using Manifold.Connections;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Manifold.Hosting;

/// <summary>
/// Kestrel's HTTP on connections that Kestrel did not accept. A connection middleware sees the rest of its pipeline as a delegate: that
/// delegate is Kestrel's HTTP, and whoever calls it runs HTTP on his own thread. So an MPM's worker starts a connection with one call, and
/// no thread of the pool takes part. Kestrel's own accept loop gets a single connection, the seed, which never ends; from it come the
/// features that the HTTP code requires of every connection, and the heartbeat that is passed on to them (<see cref="ConnectionLife"/>). See docs/adr/0003
/// and 0020.
/// </summary>
internal sealed class KestrelEngine : IHttpEngine, IConnectionListenerFactory, IConnectionListener, IServiceProvider
{
    private static readonly TimeSpan s_never = TimeSpan.FromMilliseconds(int.MaxValue); // nearly 25 days

    private readonly TaskCompletionSource<ConnectionContext?> _secondConnection = new();
    private readonly TaskCompletionSource _seedEnds = new();
    private readonly TaskCompletionSource<ConnectionContext> _seed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly KestrelServer _server;
    private ConnectionDelegate? _http;
    private bool _seeded;

    private KestrelEngine()
    {
        // A synchronous read or write would wait for what only its own thread can bring: it throws instead.
        var kestrel = new KestrelServerOptions { ApplicationServices = this, AddServerHeader = false, AllowSynchronousIO = false, AllowHostHeaderOverride = true };
        // Fields are bytes, in and out: what they mean is for those who read them.
        kestrel.RequestHeaderEncodingSelector = _ => Encoding.Latin1;
        kestrel.ResponseHeaderEncodingSelector = _ => Encoding.Latin1;
        // The transport has judged heads before HTTP sees them (Heads/HeadScan): HTTP's own limits are out of the way.
        kestrel.Limits.MaxRequestBufferSize = null;
        kestrel.Limits.MaxRequestLineSize = int.MaxValue;
        kestrel.Limits.MaxRequestHeaderCount = int.MaxValue;
        kestrel.Limits.MaxRequestHeadersTotalSize = int.MaxValue;
        kestrel.Limits.MaxRequestBodySize = null;
        kestrel.Limits.MinRequestBodyDataRate = null;
        kestrel.Limits.MinResponseDataRate = null;
        // How long a head and a kept connection may take is the drive loop's.
        kestrel.Limits.KeepAliveTimeout = kestrel.Limits.RequestHeadersTimeout = s_never;
        kestrel.Listen(IPAddress.Loopback, 1, endpoint =>
        {
            endpoint.Protocols = HttpProtocols.Http1;
            endpoint.Use(next =>
            {
                _http = next;
                return connection =>
                {
                    _seed.TrySetResult(connection);
                    return _seedEnds.Task;
                };
            });
        });
        _server = new KestrelServer(Options.Create(kestrel), this, NullLoggerFactory.Instance);
    }

    /// <summary>Starts Kestrel; blocks the calling thread for the few milliseconds that takes.</summary>
    public static KestrelEngine Start<TContext>(IHttpApplication<TContext> application) where TContext : notnull
    {
        var engine = new KestrelEngine();
        engine._server.StartAsync(application, CancellationToken.None).GetAwaiter().GetResult();
        var seed = engine._seed.Task.GetAwaiter().GetResult();
        foreach (var feature in seed.Features)
            if (feature.Key.Assembly == typeof(KestrelServer).Assembly) engine.Features[feature.Key] = feature.Value;
        seed.Features.Get<IConnectionHeartbeatFeature>()!.OnHeartbeat(static heartbeat => ((Heartbeat)heartbeat).Beat(), engine.Heartbeat);
        return engine;
    }

    public IFeatureCollection Features { get; } = new FeatureCollection();

    /// <summary>The connections on which HTTP runs.</summary>
    public Heartbeat Heartbeat { get; } = new();

    public Task Run(ConnectionContext connection)
    {
        var life = new ConnectionLife(connection, Heartbeat);
        Task http;
        try
        {
            http = _http!(connection);
        }
        catch
        {
            life.Dispose(); // it never began
            throw;
        }
        if (!http.IsCompleted) return Live(http, life);
        life.Dispose();
        return http;

        static async Task Live(Task http, ConnectionLife life)
        {
            using (life) await http.ConfigureAwait(false); // nothing else awaits it: of several who do, not all go on in the thread that ends it
        }
    }

    EndPoint IConnectionListener.EndPoint { get; } = new IPEndPoint(IPAddress.Loopback, 1);

    ValueTask<IConnectionListener> IConnectionListenerFactory.BindAsync(EndPoint endpoint, CancellationToken cancellationToken) => new(this);

    ValueTask<ConnectionContext?> IConnectionListener.AcceptAsync(CancellationToken cancellationToken)
    {
        if (_seeded) return new ValueTask<ConnectionContext?>(_secondConnection.Task);
        _seeded = true;
        return new ValueTask<ConnectionContext?>(new SeedConnection());
    }

    ValueTask IConnectionListener.UnbindAsync(CancellationToken cancellationToken)
    {
        _secondConnection.TrySetResult(null);
        return default;
    }

    ValueTask IAsyncDisposable.DisposeAsync() => default;

    object? IServiceProvider.GetService(Type serviceType) => null;

    /// <summary>A connection on which nothing ever happens: nobody asks for its bytes.</summary>
    private sealed class SeedConnection : ConnectionContext
    {
        public override IDuplexPipe Transport { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override string ConnectionId { get; set; } = "seed";

        public override IFeatureCollection Features { get; } = new FeatureCollection();

        public override IDictionary<object, object?> Items { get; set; } = new ConnectionItems();
    }
}
