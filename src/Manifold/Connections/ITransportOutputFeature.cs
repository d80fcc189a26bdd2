using System.IO.Pipelines;
using Microsoft.Win32.SafeHandles;

namespace Manifold.Connections;

/// <summary>
/// What the transport can do for a long response that HTTP's own writer cannot. In the feature collection of every request of a Manifold transport.
/// Only to be used by the code that currently runs the request.
/// </summary>
public interface ITransportOutputFeature
{
    /// <summary>
    /// Lets the next bytes of the body come from a file, without copying them through the process (sendfile(2)). When true, the caller, who has
    /// started the response, now asks the response's writer for memory of any size, writes nothing there, advances by exactly <paramref name="length"/>, and flushes before anything else is written. False: the
    /// connection cannot do that (TLS, HTTP/2, another thread sends); copy the bytes. When the file has become shorter meanwhile, or cannot be
    /// sent in this way, the connection fails: <see cref="IMpmConnectionFeature.IsAborted"/> after the flush.
    /// </summary>
    /// <param name="file">A regular file, open for reading, that stays open until the flush has completed.</param>
    /// <param name="offset">First byte, from the beginning of the file.</param>
    /// <param name="length">How many; the response must have announced them in its Content-Length.</param>
    bool TryAppend(SafeFileHandle file, long offset, int length);

    /// <summary>
    /// Flushes the response's writer, as its own FlushAsync does. But what waits for this flush goes on in the thread that has sent the last byte;
    /// after a flush of Kestrel's that had to wait it goes on in a thread of the pool. To be used once the response has started.
    /// </summary>
    /// <param name="body">The response's writer.</param>
    ValueTask<FlushResult> FlushAsync(PipeWriter body);
}
