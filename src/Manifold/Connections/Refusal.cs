namespace Manifold.Connections;

/// <summary>
/// What a connection answers to input that never became a request: the application's page in place of Kestrel's bare answer, or the transport's
/// own refusal (too slow). At most one of them goes out; after the transport's, nothing else does. Owner only.
/// </summary>
internal sealed class Refusal(Connection connection, IRejectedRequestHandler? pages)
{
    private bool _kestrelHasRefused;
    private bool _headIsGone; // of the answer to a request without a protocol
    private bool _isSaid; // whatever is still written goes nowhere

    /// <summary>What was to be said on an encrypted connection: for TLS to say when HTTP has ended.</summary>
    public ReadOnlyMemory<byte> Unsaid { get; private set; }

    /// <summary>
    /// Called with the first bytes of an output: when Kestrel answers input that never became a request, returns what is to be sent instead.
    /// </summary>
    public ReadOnlyMemory<byte>? Replace(ReadOnlySpan<byte> output)
    {
        if (_isSaid) return ReadOnlyMemory<byte>.Empty;
        if (!_headIsGone && connection.Exchange is { IsRunning: true, Head.IsSimple: true })
        {
            int end = output.IndexOf("\r\n\r\n"u8);
            _headIsGone = true;
            return end < 0 ? ReadOnlyMemory<byte>.Empty : output[(end + 4)..].ToArray();
        }
        if (output.StartsWith("HTTP/1.1 "u8) && connection.Exchange.TakeAnswersAsOld())
        {
            byte[] old = output.ToArray();
            old[7] = (byte)'0';
            return old;
        }
        if (connection.IsInRequest || _kestrelHasRefused || output.Length < 9) return null;
        _kestrelHasRefused = true;
        // To the preface of HTTP/2 it answers in frames.
        int status = output.Length >= 12 && output.StartsWith("HTTP/1."u8) ? (output[9] - '0') * 100 + (output[10] - '0') * 10 + output[11] - '0' : 400;
        return pages?.Answer(connection.Exchange, status, connection.Text.Head);
    }

    /// <summary>Sends the application's page for input that the transport refuses, as far as the socket has room; encrypted, when HTTP has ended.</summary>
    public void Say(int status)
    {
        var page = pages?.Answer(connection.Exchange, status, connection.Text.Head) ?? default;
        if (connection.Tls is not null)
        {
            Unsaid = page;
        }
        else if (page.Length > 0)
        {
            int sent = Os.ConnectionSocket.Send(connection.Descriptor, page.Span);
            if (sent > 0) connection.CountSent(sent);
        }
        _isSaid = true;
    }
}
