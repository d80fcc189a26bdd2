using System.Net;
using Manifold.Hosting;
using Manifold.Os;

namespace Manifold.Master;

/// <summary>
/// The listening sockets of the server, kept over restarts: a new configuration takes over those whose address it names again and opens the
/// others; what no generation names is closed. In buckets when ListenCoresBucketsRatio asks for it: each bucket has its own socket for
/// every address, and the kernel spreads connections over them. Master thread.
/// </summary>
internal sealed class ListenerTable : IDisposable
{
    private const int DeferAcceptSeconds = 30;
    private readonly Dictionary<(IPEndPoint Address, int Bucket), ListeningSocket> _open = [];

    /// <summary>
    /// The sockets for a configuration, by bucket. Opens what is missing; when one cannot be opened, those opened by this call are closed
    /// again and <see cref="OsException"/> is thrown.
    /// </summary>
    public IReadOnlyList<ListeningSocket>[] Open(ManifoldOptions options)
    {
        int buckets = options.Buckets;
        var opened = new List<(IPEndPoint, int)>();
        try
        {
            var result = new IReadOnlyList<ListeningSocket>[buckets];
            for (int bucket = 0; bucket < buckets; bucket++)
            {
                var sockets = new List<ListeningSocket>();
                foreach (var listen in options.Listen)
                {
                    var point = new IPEndPoint(listen.Address, listen.Port);
                    if (!_open.TryGetValue((point, bucket), out var socket))
                    {
                        socket = ListeningSocket.Open(point, listen.Protocol, new ListeningSocket.Setup(
                            options.ListenBacklog, options.SendBufferSize, options.ReceiveBufferSize, ReusePort: buckets > 1, DeferAcceptSeconds));
                        _open[(point, bucket)] = socket;
                        opened.Add((point, bucket));
                    }
                    sockets.Add(socket);
                }
                result[bucket] = sockets;
            }
            return result;
        }
        catch
        {
            foreach (var key in opened) Close(key);
            throw;
        }
    }

    /// <summary>Sockets that no generation in <paramref name="inUse"/> names.</summary>
    public IReadOnlyList<ListeningSocket> Unused(IEnumerable<Generation> inUse)
    {
        var used = inUse.SelectMany(generation => generation.Listeners.SelectMany(bucket => bucket)).ToHashSet();
        return [.. _open.Values.Where(socket => !used.Contains(socket))];
    }

    /// <summary>Every open socket.</summary>
    public IReadOnlyCollection<ListeningSocket> All => _open.Values;

    /// <summary>Closes one socket.</summary>
    public void Close(ListeningSocket socket)
    {
        foreach (var key in _open.Where(entry => entry.Value == socket).Select(entry => entry.Key).ToArray()) Close(key);
    }

    public void Dispose()
    {
        foreach (var socket in _open.Values) socket.Dispose();
        _open.Clear();
    }

    private void Close((IPEndPoint, int) key)
    {
        if (_open.Remove(key, out var socket)) socket.Dispose();
    }
}
