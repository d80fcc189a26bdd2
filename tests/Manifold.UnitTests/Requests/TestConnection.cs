using System.Buffers;
using System.Diagnostics;
using System.IO.Pipelines;
using System.Net;
using System.Text;
using Manifold.Connections;
using Manifold.Heads;
using Manifold.Httpd.Requests;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Win32.SafeHandles;
using Xunit;

namespace Manifold.UnitTests.Requests;

/// <summary>A connection without network: sends requests to the application through hand-made features.</summary>
internal sealed class TestConnection(HttpdApplication application) : IMpmConnectionFeature, IMpmExchangeFeature, IHttpRequestLifetimeFeature
{
    private Request? _context;
    private int _requests;

    public long Id => 1;
    public IPEndPoint Local { get; set; } = new(IPAddress.Loopback, 8080);
    public IPEndPoint Remote { get; set; } = new(IPAddress.Parse("10.1.2.3"), 4000);
    public string RemoteAddress => Remote.Address.ToString();
    public int RequestCount => _requests;
    public IMpmConnectionFeature Connection => this;
    public int Number => _requests;
    public ExchangeState State { get; } = new();
    public long BytesSent { get; set; } = 1234;
    public long BytesReceived { get; set; } = 99;
    public long Started { get; private set; }
    public bool IsDraining { get; set; }
    public System.Net.Security.SslServerAuthenticationOptions? Tls { get; set; }

    public Manifold.Heads.ReadHead? Head { get; set; }
    public int BodyFault { get; set; }
    public bool BodyFaultIsInTrailers { get; set; }
    public bool AnswersAsOld { get; private set; }
    public void AnswerAsOld() => AnswersAsOld = true;
    public bool IsAborted { get; set; }
    public TimeSpan KeepAliveTimeout { get; set; }
    public TimeSpan Timeout { get; set; }
    public string VirtualHost { get; private set; } = "";
    public CancellationToken RequestAborted { get; set; }
    public string Protocol { get; set; } = "HTTP/1.1";
    public Action<int>? OnFlush { get; set; }
    public bool KeepBody { get; set; } = true;

    /// <summary>What requests bring.</summary>
    public byte[]? RequestBody { get; set; }

    /// <summary>True for a transport that sends parts of files by itself.</summary>
    public bool TakesRegions { get; set; }

    public void SetVirtualHost(ReadOnlySpan<byte> name) => VirtualHost = Encoding.ASCII.GetString(name);

    public void Abort() => IsAborted = true;

    public async Task<TestResponse> Send(string method, string target, params (string Name, string Value)[] headers)
    {
        Started = Stopwatch.GetTimestamp();
        var request = new HttpRequestFeature { Method = method, RawTarget = target, Protocol = Protocol, Scheme = "http" };
        request.Headers.Host = "test.example";
        foreach (var (name, value) in headers)
        {
            if (name == "Host" && value == "-") request.Headers.Remove("Host");
            else request.Headers[name] = value;
        }
        if (RequestBody is { } sent) (request.Body, request.Headers.ContentLength) = (new MemoryStream(sent), sent.Length);
        if (!target.StartsWith('/'))
        {
            // What the transport does with a target that is not plain.
            Head = HeadReader.Read(Encoding.Latin1.GetBytes($"{method} {target} {Protocol}\r\nHost: {request.Headers.Host}\r\n\r\n"), Tls is null ? HeadRules.Default : HeadRules.Default.OverTls, hasEnded: true);
            string[] line = Encoding.Latin1.GetString(Head!.Instead).Split("\r\n")[0].Split(' ');
            (request.Method, request.RawTarget) = (line[0], line[1]);
            if (Head.Host is { } host) request.Headers.Host = host;
        }
        var body = new TestBody(KeepBody) { OnFlush = OnFlush };
        var response = new Response(body);
        var features = new Context(_context);
        features.Set<IHttpRequestFeature>(request);
        features.Set<IHttpResponseFeature>(response);
        features.Set<IHttpResponseBodyFeature>(body);
        features.Set<IHttpRequestLifetimeFeature>(this);
        if (TakesRegions) features.Set<ITransportOutputFeature>(body);
        features.Set<IMpmConnectionFeature>(this);
        features.Set<IMpmExchangeFeature>(this);
        var context = application.CreateContext(features);
        _context = features.HostContext;
        Exception? error = null;
        try
        {
            await application.ProcessRequestAsync(context);
            await body.FlushAsync();
        }
        catch (Exception e)
        {
            error = e;
        }
        application.DisposeContext(context, error);
        State.Clear();
        _requests++;
        Head = null;
        return new TestResponse(response.StatusCode, response.ReasonPhrase, response.Headers, body, error);
    }

    private sealed class Response(TestBody body) : HttpResponseFeature
    {
        public override bool HasStarted => body.Flushes > 0;
    }

    private sealed class Context(Request? known) : FeatureCollection,
        Microsoft.AspNetCore.Hosting.Server.Abstractions.IHostContextContainer<Request>
    {
        public Request? HostContext { get; set; } = known;
    }
}

internal sealed record TestResponse(int Status, string? Reason, IHeaderDictionary Headers, TestBody Body, Exception? Error)
{
    public string Text => Encoding.UTF8.GetString(Body.Bytes);

    public string? this[string name] => Headers[name].Count == 0 ? null : Headers[name].ToString();
}

/// <summary>The body of a response: counts what is buffered between flushes and what was sent.</summary>
internal sealed class TestBody(bool keep) : PipeWriter, IHttpResponseBodyFeature, ITransportOutputFeature
{
    private readonly ArrayBufferWriter<byte> _pending = new();
    private readonly ArrayBufferWriter<byte> _sent = new();

    public Action<int>? OnFlush { get; set; }
    public byte[] Bytes => _sent.WrittenSpan.ToArray();
    public long Sent { get; private set; }
    public int MostBuffered { get; private set; }
    public int Flushes { get; private set; }

    /// <summary>Bytes of the body that were not copied.</summary>
    public long Uncopied { get; private set; }

    private byte[]? _region;
    public Stream Stream => throw new NotSupportedException();
    public PipeWriter Writer => this;

    /// <summary>Whoever names no size gets nothing: Kestrel's writer does so whenever its segment is full.</summary>
    public override Memory<byte> GetMemory(int sizeHint = 0) => sizeHint == 0 ? Memory<byte>.Empty : _pending.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public bool TryAppend(SafeFileHandle file, long offset, int length)
    {
        Assert.Null(_region);
        _region = new byte[length];
        Assert.Equal(length, RandomAccess.Read(file, _region, offset));
        return true;
    }

    public override void Advance(int bytes)
    {
        if (_region is { } region)
        {
            Assert.Equal(region.Length, bytes);
            _pending.Write(region);
            Uncopied += bytes;
            _region = null;
            return;
        }
        _pending.Advance(bytes);
        MostBuffered = Math.Max(MostBuffered, _pending.WrittenCount);
    }

    public ValueTask<FlushResult> FlushAsync(PipeWriter body) => FlushAsync();

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        if (keep) _sent.Write(_pending.WrittenSpan);
        Sent += _pending.WrittenCount;
        _pending.ResetWrittenCount();
        OnFlush?.Invoke(Flushes);
        Flushes++;
        return new(new FlushResult(false, false));
    }

    public override void CancelPendingFlush()
    {
    }

    public override void Complete(Exception? exception = null)
    {
    }

    public Task StartAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;

    public Task CompleteAsync() => Task.CompletedTask;

    public void DisableBuffering()
    {
    }

    public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();
}
