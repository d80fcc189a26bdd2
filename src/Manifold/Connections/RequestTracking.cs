using System.Diagnostics;
using Manifold.Shared;
using Microsoft.AspNetCore.Http.Features;

namespace Manifold.Connections;

/// <summary>
/// What the transport knows of a connection's requests: whether one is going on, how many there were, what the present one has received and
/// sent. By it the transport tells head, body and keep-alive apart; the scoreboard gets it too. Lives as long as the connection. Owner only;
/// while a request waits for its application, the thread that runs that.
/// </summary>
internal sealed class RequestTracking(Connection connection, bool seeTail)
{
    private long _toldAt;

    /// <summary>True from the moment when Kestrel has read a request's head until the request is over.</summary>
    public bool IsRunning { get; private set; }

    /// <summary>True while the application works on a request; what it writes meanwhile may be sent later.</summary>
    public bool IsApplicationRunning { get; private set; }

    /// <summary>Requests before the present one.</summary>
    public int Number { get; set; }

    /// <summary>Bytes handed to the kernel since the present request began.</summary>
    public long BytesSent { get; private set; }

    /// <summary>Bytes received for the present request.</summary>
    public long BytesReceived { get; private set; }

    /// <summary>A time, in Stopwatch ticks, at which the first byte of the present request was there: the earliest that is known.</summary>
    public long Started { get; private set; }

    /// <summary>True when the status line that is still to be sent shall say HTTP/1.0.</summary>
    public bool AnswersAsOld { get; set; }

    /// <summary>True when the client will send no further request.</summary>
    public bool ClientCloses { get; set; }

    /// <summary>True when the present or last request came over plain HTTP/1: what HTTP reads and writes is what the socket does.</summary>
    public bool IsPlain { get; private set; }

    /// <summary>True when the last request was plain HTTP/1 and is wholly over: nothing of it is needed to understand the next one.</summary>
    public bool AreIndependent => IsPlain && BodyIsRead && !IsRunning;

    /// <summary>True when the present request has made the connection another protocol's.</summary>
    public bool IsUpgraded => IsRunning && Features.Get<IHttpResponseFeature>() is { StatusCode: 101 };

    /// <summary>The features of the present request; null between requests, so that a connection at rest holds nothing of Kestrel's.</summary>
    public IFeatureCollection Features { get; private set; } = null!;

    /// <summary>True when the present or last request has no body, or nothing of it is left.</summary>
    public bool BodyIsRead { get; set; } = true;

    /// <summary>What is received next had come at this time; 0 = not known.</summary>
    public void ToldAt(long ticks) => _toldAt = ticks;

    /// <summary>Bytes have arrived. True when they are the first of a request.</summary>
    public bool Received(int bytes)
    {
        bool isFirst = !IsRunning && BytesReceived == 0;
        if (isFirst) Started = _toldAt != 0 ? _toldAt : Stopwatch.GetTimestamp();
        _toldAt = 0;
        BytesReceived += bytes;
        return isFirst;
    }

    /// <summary>What has come so far was no part of a request.</summary>
    public void HandshakeEnds() => BytesReceived = 0;

    /// <summary>The kernel has taken bytes.</summary>
    public void Sent(int bytes) => BytesSent += bytes;

    /// <summary>Kestrel has read a request's head; the application is about to run.</summary>
    public void Begins(IHttpRequestFeature request, IFeatureCollection features)
    {
        IsRunning = IsApplicationRunning = true;
        Features = features;
        BodyIsRead = !(request.Headers.ContentLength > 0 || request.Headers.TransferEncoding.Count > 0);
        IsPlain = request.Scheme == "http" && request.Protocol.StartsWith("HTTP/1.", StringComparison.Ordinal);
        // What came first may have been a handshake, or an empty line behind the request before.
        if (!IsPlain || connection.Text.HadBlankLines) Started = Stopwatch.GetTimestamp();
        string wish = request.Headers.Connection.ToString();
        ClientCloses = request.Protocol == "HTTP/1.0"
            ? !wish.Contains("keep-alive", StringComparison.OrdinalIgnoreCase)
            : wish.Contains("close", StringComparison.OrdinalIgnoreCase);
        connection.PhaseBegins();
        AnswersAsOld = false;
        connection.Text.ForgetHead();
        connection.Row.RequestBegins(connection.RemoteAddress, request.Method, request.RawTarget, request.Protocol, seeTail);
    }

    /// <summary>The application has said all: the response is over when it has been sent.</summary>
    public void ApplicationEnds() => IsApplicationRunning = false;

    /// <summary>The response's last byte was handed to the kernel.</summary>
    public void ResponseSent() => connection.Row.Status = WorkerStatus.BusyLog;

    /// <summary>The request is over and logged.</summary>
    public void Ends()
    {
        connection.Row.RequestEnds(Started, BytesSent);
        IsRunning = false;
        Number++;
        BytesSent = 0;
        BytesReceived = 0;
        Features = null!;
        connection.Text.HeadBegins(BodyIsRead);
        if (!connection.Text.IsEmpty) connection.CountReceived(connection.Text.Head.Length); // pipelined
    }
}
