using Manifold.Heads;

namespace Manifold.Connections;

/// <summary>
/// One request with its response, as the transport knows it, and what the request may tell the transport. Present in every request's feature
/// collection, beside <see cref="IMpmConnectionFeature"/>; the object may serve the connection's next request too, and is not to be kept. Only to be
/// used by the code that currently runs the request.
/// <para>Both bodies can be replaced in .NET's way, before anything is written or read: by setting <c>IHttpResponseBodyFeature</c> in the request's features, and by setting
/// <c>IHttpRequestFeature.Body</c>. A replacement of the response's body is completed (<c>CompleteAsync</c>) when the application has ended, and may write to the one before it until
/// then; the kernel sends no file past it (<see cref="ITransportOutputFeature"/>). What a replacement of the request's body leaves unread is read past it.</para>
/// </summary>
public interface IMpmExchangeFeature
{
    /// <summary>The connection.</summary>
    IMpmConnectionFeature Connection { get; }

    /// <summary>Requests that were read on the connection before this one.</summary>
    int Number { get; }

    /// <summary>Bytes handed to the kernel since it began, its head included.</summary>
    long BytesSent { get; }

    /// <summary>Bytes received for it, its head included; on a plain connection without those of the next.</summary>
    long BytesReceived { get; }

    /// <summary>
    /// A time, in <see cref="System.Diagnostics.Stopwatch"/> ticks, at which the first byte of the request was there: the earliest that is
    /// known. What is observed after it is not too old for the answer.
    /// </summary>
    long Started { get; }

    /// <summary>What the request's head says beyond what HTTP tells; null when HTTP was given it as it came.</summary>
    ReadHead? Head { get; }

    /// <summary>The status that the request's body is to be refused with: it is no HTTP, or came too slowly. 0 = nothing is wrong so far.</summary>
    int BodyFault { get; }

    /// <summary>True when what is wrong with the body stands in the fields behind its last chunk.</summary>
    bool BodyFaultIsInTrailers { get; }

    /// <summary>What modules keep of it; empty again when it is over.</summary>
    ExchangeState State { get; }

    /// <summary>The answer's status line is to say HTTP/1.0. To be called before its head is sent.</summary>
    void AnswerAsOld();

    /// <summary>Tells the scoreboard which virtual host serves the request ("name:port", ASCII).</summary>
    void SetVirtualHost(ReadOnlySpan<byte> name);
}
