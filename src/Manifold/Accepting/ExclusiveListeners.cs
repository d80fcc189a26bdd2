using Manifold.Child;
using Manifold.Connections;
using Manifold.Os;

namespace Manifold.Accepting;

/// <summary>
/// The listening sockets in the epoll of one reactor among several: the kernel wakes one that waits for each connection (EPOLLEXCLUSIVE), and one
/// that does not wait, because it works or hangs, is passed over. Only the thread that has the reactor calls; nothing blocks. While descriptors
/// are short the sockets are out of the epoll, so that they do not wake it again and again. Held: once the child retires the sockets leave every
/// epoll before anyone closes them; closed first, they would stay in it as long as another process has them, and eat its wake-ups.
/// </summary>
/// <param name="child">Whose sockets they are.</param>
/// <param name="poller">The reactor's.</param>
/// <param name="whenOver">Called once, when they are out of the epoll for good.</param>
internal sealed class ExclusiveListeners(ChildServer child, Epoll poller, Action whenOver)
{
    private const int Batch = 16;

    private readonly AcceptErrors _errors = new(child);
    private bool _isOpen, _isOver;
    private long _reopens; // when a pause ends, TickCount64

    /// <summary>
    /// When to look at the sockets without being told (TickCount64). A connection that was offered to a process which has been stopped since
    /// waits there, and epoll tells nobody else.
    /// </summary>
    public long NextLook => _isOver ? long.MaxValue : _isOpen ? Environment.TickCount64 + Acceptor.LookAgainMs : _reopens;

    /// <summary>Takes connections if a descriptor is one of the sockets; false = it is not.</summary>
    public bool TryAccept(int descriptor, Queue<Connection> into)
    {
        if (_isOver) return false;
        foreach (var socket in child.Listeners)
        {
            if (socket.Number != descriptor) continue;
            if (_isOpen) Accept(socket, into);
            return true;
        }
        return false;
    }

    /// <summary>Looks at all sockets.</summary>
    public void AcceptAll(Queue<Connection> into)
    {
        if (!_isOpen) return;
        foreach (var socket in child.Listeners) Accept(socket, into);
    }

    /// <summary>
    /// Before each wait: opens, pauses and ends as the child's state and the number of free descriptors demand. True when descriptors have just
    /// run out.
    /// </summary>
    public bool Tend()
    {
        if (_isOver) return false;
        if (child.State.IsRetiring)
        {
            Close();
            _isOver = true;
            whenOver();
            return false;
        }
        if (!_isOpen && Environment.TickCount64 < _reopens) return false;
        if (_errors.Pause == 0 && _errors.HasRoom())
        {
            if (!_isOpen) Open();
            return false;
        }
        Close();
        _reopens = Environment.TickCount64 + _errors.Pause;
        _errors.Over();
        return true;
    }

    private void Accept(ListeningSocket socket, Queue<Connection> into)
    {
        for (int i = 0; i < Batch && _errors.HasRoom() && Acceptor.Take(child, socket, _errors) is { } connection; i++) into.Enqueue(connection);
    }

    private void Open()
    {
        _isOpen = true;
        child.Record.NotAccepting = 0;
        foreach (var socket in child.Listeners) poller.AddShared(socket.Number);
    }

    private void Close()
    {
        if (!_isOpen) return;
        _isOpen = false;
        child.Record.NotAccepting = 1;
        foreach (var socket in child.Listeners) poller.Remove(socket.Number);
    }
}
