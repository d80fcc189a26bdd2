using Microsoft.Win32.SafeHandles;

namespace Manifold.Connections;

/// <summary>
/// Sends a part of a file as a part of a response's body, without copying it through the process (sendfile(2)). In the feature collection of
/// every request of a Manifold transport. Only to be used by the code that currently runs the request.
/// </summary>
public interface IFileRegionFeature
{
    /// <summary>
    /// Lets the next bytes of the body come from a file. When true, the caller, who has started the response, now asks the response's writer for
    /// memory of any size, writes nothing there, advances by exactly <paramref name="length"/>, and flushes before anything else is written. False: the
    /// connection cannot do that (TLS, HTTP/2, another thread sends); copy the bytes. When the file has become shorter meanwhile, or cannot be
    /// sent in this way, the connection fails: <see cref="IMpmConnectionFeature.IsAborted"/> after the flush.
    /// </summary>
    /// <param name="file">A regular file, open for reading, that stays open until the flush has completed.</param>
    /// <param name="offset">First byte, from the beginning of the file.</param>
    /// <param name="length">How many; the response must have announced them in its Content-Length.</param>
    bool TryAppend(SafeFileHandle file, long offset, int length);
}
