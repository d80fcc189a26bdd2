using System.Net;
using System.Net.Security;

namespace Manifold.Connections;

/// <summary>
/// A client's connection, as a request may know it, and what the request may tell the transport about it. Present in every request's feature
/// collection, beside <see cref="IMpmExchangeFeature"/>. Only to be used by the code that currently runs the request.
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

    /// <summary>Requests that it has had, and that are over.</summary>
    int RequestCount { get; }

    /// <summary>True when this process is about to leave: the response should say Connection: close.</summary>
    bool IsDraining { get; }

    /// <summary>With what the connection is encrypted; null when it is plain.</summary>
    SslServerAuthenticationOptions? Tls { get; }

    /// <summary>True when the client has gone or the connection failed.</summary>
    bool IsAborted { get; }

    /// <summary>How long the connection may wait for its next request.</summary>
    TimeSpan KeepAliveTimeout { get; set; }

    /// <summary>How long a read or write may wait for the client.</summary>
    TimeSpan Timeout { get; set; }
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
    /// <param name="exchange">What would have been the exchange; its connection, bytes and times hold.</param>
    /// <param name="status">Kestrel's status: 400, 408, 414, 431, 505 ..., or <see cref="PlainHttp"/>.</param>
    /// <param name="head">What was received of the request's head, as far as it is still known; not to be kept.</param>
    ReadOnlyMemory<byte> Answer(IMpmExchangeFeature exchange, int status, ReadOnlySpan<byte> head);
}
