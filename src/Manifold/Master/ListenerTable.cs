using System.Net;
using Manifold.Contracts;
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
    private readonly Dictionary<(IPEndPoint Address, int Bucket), int> _offered = [];

    /// <summary>The open sockets with their places.</summary>
    public IEnumerable<((IPEndPoint Address, int Bucket) Place, int Number)> Places => _open.Select(entry => (entry.Key, entry.Value.Number));

    /// <summary>Sockets that are open already: the first configuration takes those that it names.</summary>
    public void Offer(IReadOnlyDictionary<(IPEndPoint, int), int> sockets)
    {
        foreach (var (place, number) in sockets) _offered[place] = number;
    }

    /// <summary>Closes what the first configuration has not taken.</summary>
    public void EndOffer()
    {
        foreach (int number in _offered.Values) FileDescriptor.Inherited(number).Dispose();
        _offered.Clear();
    }

    /// <summary>
    /// The sockets for a configuration, by bucket. Opens what is missing; when one cannot be opened, those opened by this call are closed
    /// again and <see cref="OsException"/> is thrown.
    /// </summary>
    public IReadOnlyList<ListeningSocket>[] Open(ManifoldOptions options)
    {
        int buckets = ListenBuckets.Count(options.ListenCoresBucketsRatio);
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
                        socket = _offered.Remove((point, bucket), out int number) ? ListeningSocket.Inherited(number, point, listen.Protocol) : OpenBeside(point, listen.Protocol, new ListeningSocket.Setup(
                            options.ListenBacklog, options.SendBufferSize, options.ReceiveBufferSize, ReusePort: buckets > 1, DeferAcceptSeconds));
                        _open[(point, bucket)] = socket;
                        opened.Add((point, bucket));
                    }
                    else
                    {
                        socket.LetIn(); // it may have been given up before
                        socket.ShareAddress(buckets > 1);
                    }
                    sockets.Add(socket);
                }
                result[bucket] = sockets;
            }
            foreach (var socket in _open.Values) socket.ShareAddress(buckets > 1);
            return result;
        }
        catch
        {
            foreach (var key in opened) Close(key);
            foreach (var ((point, _), socket) in _open) TryShareAddress(socket, _open.ContainsKey((point, 1)));
            throw;
        }
    }

    /// <summary>
    /// Opens a socket, also where another one of ours has an address of which this one is a part, or the other way round: 0.0.0.0 and [::], or
    /// one of them before a restart and the other one after it. The kernel gives a connection to the socket whose address is nearer.
    /// </summary>
    private ListeningSocket OpenBeside(IPEndPoint point, string protocol, ListeningSocket.Setup setup)
    {
        try
        {
            return ListeningSocket.Open(point, protocol, setup);
        }
        catch (OsException e) when (e.Number == Errno.EADDRINUSE && _open.Keys.Any(key => key.Address.Port == point.Port))
        {
            foreach (var ((other, _), socket) in _open)
                if (other.Port == point.Port) socket.ShareAddress(true);
            return ListeningSocket.Open(point, protocol, setup with { ReusePort = true });
        }
    }

    private static void TryShareAddress(ListeningSocket socket, bool share)
    {
        try
        {
            socket.ShareAddress(share);
        }
        catch (OsException)
        {
            // What went wrong first is what is told.
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
