using Manifold.Os;

namespace Manifold.Master;

/// <summary>
/// Listening sockets that are about to be closed without losing a connection: nobody is let in any more, and the children that still accept
/// on them take what waits in their queues. Master thread; asked again and again, never waits.
/// </summary>
internal sealed class EmptyingSockets
{
    private const int HandshakeMs = 500, LookMs = 20;

    private readonly IReadOnlyCollection<ListeningSocket> _sockets;
    private readonly long _begun = Environment.TickCount64;
    private readonly int _patienceMs;
    private bool _wereEmpty;

    /// <summary>Begins; after <paramref name="patienceMs"/> what still waits is lost.</summary>
    public EmptyingSockets(IReadOnlyCollection<ListeningSocket> sockets, int patienceMs)
    {
        _sockets = sockets;
        _patienceMs = patienceMs;
        foreach (var socket in sockets) socket.LetNobodyIn();
    }

    /// <summary>When to ask again (TickCount64).</summary>
    public long NextLook { get; private set; }

    /// <summary>
    /// True when the sockets may be closed: at the second look in a row that finds nobody waiting, after the time that handshakes need which had
    /// begun; or when patience has ended.
    /// </summary>
    public bool AreDone()
    {
        long now = Environment.TickCount64;
        NextLook = now + LookMs;
        bool empty = _sockets.All(socket => socket.Waiting() == 0);
        (bool before, _wereEmpty) = (_wereEmpty, empty);
        return (empty && before && now - _begun >= HandshakeMs) || now - _begun >= _patienceMs;
    }
}
