using System.Net;
using System.Net.Security;
using Manifold.Heads;

namespace Manifold.Connections;

/// <summary>
/// What the transport tells a request about its connection, and what the request may tell the transport. Present in every request's feature
/// collection. Only to be used by the code that currently runs the request.
/// </summary>
public interface IMpmConnectionFeature
{
    /// <summary>Number of the connection, unique in its process.</summary>
    long Id { get; }

    /// <summary>The address that the client connected to.</summary>
    IPEndPoint Local { get; }

    /// <summary>The client's address.</summary>
    IPEndPoint Remote { get; }

    /// <summary>The client's IP address as text, made once per connection.</summary>
    string RemoteAddress { get; }

    /// <summary>Requests that were read on this connection before the present one.</summary>
    int RequestNumber { get; }

    /// <summary>Bytes handed to the kernel since the present request began, its head included.</summary>
    long RequestBytesSent { get; }

    /// <summary>Bytes received for the present request, its head included; on a plain connection without those of the next.</summary>
    long RequestBytesReceived { get; }

    /// <summary>
    /// A time, in <see cref="System.Diagnostics.Stopwatch"/> ticks, at which the first byte of the present request was there: the earliest that is
    /// known. What is observed after it is not too old for the answer.
    /// </summary>
    long RequestStarted { get; }

    /// <summary>True when this process is about to leave: the response should say Connection: close.</summary>
    bool IsDraining { get; }

    /// <summary>With what the connection is encrypted; null when it is plain.</summary>
    SslServerAuthenticationOptions? Tls { get; }

    /// <summary>True when the client has gone or the connection failed.</summary>
    bool IsAborted { get; }

    /// <summary>What the present request's head says beyond what HTTP tells; null when HTTP was given it as it came.</summary>
    ReadHead? Head { get; }

    /// <summary>The status that the present request's body is to be refused with: it is no HTTP, or came too slowly. 0 = nothing is wrong so far.</summary>
    int BodyFault { get; }

    /// <summary>True when what is wrong with the body stands in the fields behind its last chunk.</summary>
    bool BodyFaultIsInTrailers { get; }

    /// <summary>The present answer's status line is to say HTTP/1.0. To be called before its head is sent.</summary>
    void AnswerAsOld();

    /// <summary>How long the connection may wait for its next request.</summary>
    TimeSpan KeepAliveTimeout { get; set; }

    /// <summary>How long a read or write may wait for the client.</summary>
    TimeSpan Timeout { get; set; }

    /// <summary>Tells the scoreboard which virtual host serves the present request ("name:port", ASCII).</summary>
    void SetVirtualHost(ReadOnlySpan<byte> name);
}

/// <summary>
/// What the application says about input that Kestrel refused before there was a request: it may replace the plain answer by its own page
/// and log the event. Called on the thread that owns the connection.
/// </summary>
public interface IRejectedRequestHandler
{
    /// <summary>Plain HTTP came where TLS was expected. nginx's number; no client sees it.</summary>
    const int PlainHttp = 497;

    /// <summary>The bytes to send instead of Kestrel's answer; the connection is closed after them. Empty = close without an answer.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="status">Kestrel's status: 400, 408, 414, 431, 505 ..., or <see cref="PlainHttp"/>.</param>
    /// <param name="head">What was received of the request's head, as far as it is still known; not to be kept.</param>
    ReadOnlyMemory<byte> Answer(IMpmConnectionFeature connection, int status, ReadOnlySpan<byte> head);
}
