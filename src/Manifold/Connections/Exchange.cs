using System.Diagnostics;
using Manifold.Heads;
using Manifold.Shared;
using Microsoft.AspNetCore.Http.Features;

namespace Manifold.Connections;

/// <summary>
/// One request with its response, as the transport knows it: whether it is going on, what it has received and sent, its record on the scoreboard, what
/// modules keep of it. By it the transport tells head, body and keep-alive apart. HTTP/1 has one at a time, so a connection has one object and uses it
/// again. Used by the connection's owner; while the exchange waits for its application, by the thread that runs that.
/// </summary>
internal sealed class Exchange(Connection connection, ParkedRecords? records, bool seeTail) : IMpmExchangeFeature
{
    private readonly Lock _gate = new();
    private WorkerRow? _kept; // its record while it has no thread
    private int _thread;      // the one that has it, by Environment.CurrentManagedThreadId; 0 = none
    private ExchangeState? _state;
    private long _bytesReceived;
    private Stream? _body; // HTTP's own, of a request that has one
    private bool _isOld; // the status line that is still to be sent shall say HTTP/1.0

    /// <summary>The connection, for the transport.</summary>
    public Connection Transport => connection;

    /// <summary>True from the moment when Kestrel has read the request's head until the exchange is over.</summary>
    public bool IsRunning { get; private set; }

    /// <summary>True while the application works on it; what it writes meanwhile may be sent later.</summary>
    public bool IsApplicationRunning { get; private set; }

    /// <summary>True when it, or the last one, came over plain HTTP/1: what HTTP reads and writes is what the socket does.</summary>
    public bool IsPlain { get; private set; }

    /// <summary>True when the request has no body, or nothing of it is left; also after the exchange.</summary>
    public bool BodyIsRead { get; set; } = true;

    /// <summary>True when the last one was plain HTTP/1 and is wholly over: nothing of it is needed to understand the next.</summary>
    public bool LeavesNothing => IsPlain && BodyIsRead && !IsRunning;

    /// <summary>True when it has made the connection another protocol's.</summary>
    public bool IsUpgraded => IsRunning && Features.Get<IHttpResponseFeature>() is { StatusCode: 101 };

    /// <summary>Its features; null when none is going on, so that a connection at rest holds nothing of Kestrel's.</summary>
    public IFeatureCollection Features { get; private set; } = null!;

    /// <summary>The response's body as HTTP takes it, whatever has been put before it.</summary>
    public IHttpResponseBodyFeature ResponseBody => (IHttpResponseBodyFeature)Features; // Kestrel's request is both

    /// <summary>True when something has been put between the application and HTTP, through which the response's body goes.</summary>
    public bool IsResponseBodyReplaced => !ReferenceEquals(Features[typeof(IHttpResponseBodyFeature)], Features);

    /// <summary>The request's body as HTTP gives it, whatever has been put behind it; only where the request has one.</summary>
    public Stream RequestBody => _body!;

    /// <summary>Its record on the scoreboard: that of the thread that has it, else one of its own. Written to while it is held.</summary>
    private WorkerRow Record { get; set; } = null!;

    /// <summary>True when something of the request has come, and HTTP has not begun it.</summary>
    public bool HasCome => _bytesReceived > 0;

    /// <summary>Bytes received, on a plain connection also those of the next request.</summary>
    public long AllReceived => _bytesReceived;

    // ---- IMpmExchangeFeature ---------------------------------------------------------------------------------------------------------

    IMpmConnectionFeature IMpmExchangeFeature.Connection => connection;

    public int Number { get; private set; }

    public long BytesSent { get; private set; }

    public long BytesReceived => _bytesReceived - (IsPlain ? connection.Text.Unread.Length : 0);

    public long Started { get; private set; }

    public ReadHead? Head => connection.Text.ReadHead;

    public int BodyFault => connection.Text.BodyFault;

    public bool BodyFaultIsInTrailers => connection.Text.BodyFaultIsInTrailers;

    public ExchangeState State => _state ??= new ExchangeState();

    public void AnswerAsOld() => _isOld = true;

    public void SetVirtualHost(ReadOnlySpan<byte> name)
    {
        using (Hold()) Record.SetVirtualHost(name);
    }

    // ---- Its life --------------------------------------------------------------------------------------------------------------------

    /// <summary>The one that is to come will be the connection's first after so many.</summary>
    public void Follows(int number) => Number = number;

    /// <summary>Bytes have arrived, at a time in Stopwatch ticks; 0 = now. True when they are the first.</summary>
    public bool Received(int bytes, long at)
    {
        bool isFirst = !IsRunning && _bytesReceived == 0;
        if (isFirst) Started = at != 0 ? at : Stopwatch.GetTimestamp();
        _bytesReceived += bytes;
        return isFirst;
    }

    /// <summary>Something of it has come.</summary>
    public void Reads()
    {
        using (Hold())
        {
            Record.SetClient(connection.RemoteAddress);
            Record.Status = WorkerStatus.BusyRead;
        }
    }

    /// <summary>What has come so far was no part of a request.</summary>
    public void HandshakeEnds() => _bytesReceived = 0;

    /// <summary>The kernel has taken bytes.</summary>
    public void Sent(int bytes) => BytesSent += bytes;

    /// <summary>Kestrel has read the request's head; the application is about to run.</summary>
    public void Begins(IHttpRequestFeature request, IFeatureCollection features)
    {
        IsRunning = IsApplicationRunning = true;
        Features = features;
        BodyIsRead = !(request.Headers.ContentLength > 0 || request.Headers.TransferEncoding.Count > 0);
        IsPlain = request.Scheme == "http" && request.Protocol.StartsWith("HTTP/1.", StringComparison.Ordinal);
        // What came first may have been a handshake, or an empty line behind the request before.
        if (!IsPlain || connection.Text.HadBlankLines) Started = Stopwatch.GetTimestamp();
        _body = BodyIsRead ? null : request.Body;
        _isOld = false;
        connection.RequestBegins(request);
        using (Hold()) Record.RequestBegins(connection.RemoteAddress, request.Method, request.RawTarget, request.Protocol, seeTail);
    }

    /// <summary>True, once, when the status line that is to be sent now shall say HTTP/1.0.</summary>
    public bool TakeAnswersAsOld()
    {
        bool isOld = IsRunning && _isOld;
        if (isOld) _isOld = false;
        return isOld;
    }

    /// <summary>The application has said all: the response is over when it has been sent.</summary>
    public void ApplicationEnds() => IsApplicationRunning = false;

    /// <summary>The response's last byte was handed to the kernel.</summary>
    public void ResponseSent()
    {
        using (Hold()) Record.Status = WorkerStatus.BusyLog;
    }

    /// <summary>It is over and logged.</summary>
    public void Ends()
    {
        using (Hold()) Record.RequestEnds(Started, BytesSent);
        IsRunning = false;
        BytesSent = 0;
        _bytesReceived = 0;
        Features = null!;
        _body = null;
        _state?.Clear();
        Number = connection.RequestEnds();
    }

    /// <summary>The connection rests: the next one may be long in coming.</summary>
    public void Rests() => _state = null;

    // ---- Its record ------------------------------------------------------------------------------------------------------------------

    /// <summary>The calling thread has it now: what was kept of it goes into that one's record.</summary>
    public void TakenUp(WorkerRow record)
    {
        if (_kept is null) Record = record; // nobody but its owner runs its HTTP
        else lock (_gate)
        {
            records!.Restore(_kept, Record = record);
            _kept = null;
        }
        _thread = Environment.CurrentManagedThreadId;
    }

    /// <summary>
    /// The thread gives it up. While it is going on, or <paramref name="mayGoOn"/> in the thread of an application that has waited, it needs a record that is not
    /// the thread's.
    /// </summary>
    public void PutDown(bool mayGoOn)
    {
        _thread = 0;
        if (records is null || !(IsRunning || mayGoOn)) return;
        lock (_gate) Record = _kept = records.Keep(Record);
    }

    /// <summary>
    /// Keeps the record from changing hands until that is disposed of. HTTP goes on in any thread once the application has waited; what it tells must not go
    /// into the record of a thread that serves somebody else by now. Costs nothing in the thread that has the exchange.
    /// </summary>
    private Lock.Scope Hold() => _thread == Environment.CurrentManagedThreadId ? default : _gate.EnterScope();
}
