using Manifold.Child;
using Manifold.Connections;
using Manifold.Contracts;
using Manifold.Os;
using Manifold.Os.Locks;
using Manifold.Shared;

namespace Manifold.Accepting;

/// <summary>
/// Waits for connections on the child's listening sockets and takes one at a time. Runs on the accepting thread of an MPM (one at a time, not
/// always the same), which blocks here: in the accept lock, if there is one, and in epoll. With several sockets and several processes the lock lets one process at a time
/// wait (lock, wait, accept, unlock); with one socket it is skipped and the kernel wakes one waiter.
/// </summary>
internal sealed class Acceptor : IDisposable
{
    /// <summary>
    /// Longest sleep of a thread that waits for connections. The kernel wakes one process for a connection, and that one may be hung or
    /// stopped; another one that looks again, finds the connection.
    /// </summary>
    public const int LookAgainMs = 1000;

    private readonly ChildServer _child;
    private readonly EventFd _retiring = new(); // not disposed: who retires the child may still signal it
    private readonly Epoll _poller = new(16);
    private readonly IProcessLock? _lock;
    private readonly AcceptErrors _errors;
    private readonly Action<WorkerThread>? _makeRoom;
    private int _next;
    private bool _arrived, _arrivalsTurn;

    /// <summary>Waits on the sockets of the child from now on.</summary>
    /// <param name="child">The child.</param>
    /// <param name="makeRoom">What the accepting thread does when descriptors have run out, before it pauses; null = nothing.</param>
    public Acceptor(ChildServer child, Action<WorkerThread>? makeRoom = null)
    {
        _child = child;
        _makeRoom = makeRoom;
        _lock = child.AcceptLock;
        _errors = new AcceptErrors(child);
        foreach (var listener in child.Listeners)
        {
            if (_lock is null) _poller.AddShared(listener.Number);
            else _poller.Add(listener.Number);
        }
        _poller.Add(_retiring.Number);
        child.State.Retiring += _retiring.Signal;
        if (child.Arrivals is { } arrivals) _poller.Add(arrivals.Number);
    }

    /// <summary>The next connection; null when the child accepts no more.</summary>
    public Connection? Next(WorkerThread me)
    {
        me.Row.Status = WorkerStatus.Ready;
        while (!_child.TakesNothing)
        {
            if (_child.State.IsRetiring) StopListening();
            // Asked before the wait: the kernel wakes one process for a connection, and that one should take it.
            if (!_errors.HasRoom())
            {
                Pause(me);
                continue;
            }
            if (_lock is not null && !Enter()) return null;
            try
            {
                var listener = Wait();
                var connection = _arrived && (listener is null || (_arrivalsTurn = !_arrivalsTurn)) ? _child.Arrivals!.Take(me)
                    : listener is null ? null : Take(_child, listener, _errors);
                if (connection is not null) return connection;
            }
            finally
            {
                _lock?.Exit();
            }
            if (_errors.Pause > 0) Pause(me);
        }
        return null;
    }

    /// <summary>
    /// Takes one connection from a socket that was readable; null when there was none after all, or the child accepts no more. The caller
    /// has asked whether there is room.
    /// </summary>
    public static Connection? Take(ChildServer child, ListeningSocket listener, AcceptErrors errors)
    {
        if (!child.State.EnterAccept()) return null;
        Span<byte> peer = stackalloc byte[SockAddr.Longest];
        int fd = listener.Accept(peer);
        child.State.LeaveAccept(fd >= 0 ? 1 : 0);
        errors.Judge(fd);
        return fd >= 0 ? child.NewConnection(fd, SockAddr.Read(peer), listener) : null;
    }

    public void Dispose() => _poller.Dispose();

    private void Pause(WorkerThread me)
    {
        _makeRoom?.Invoke(me);
        Poll.Wait([new Poll.Entry(_retiring.Number, Ready.In)], _errors.Pause);
        _errors.Over();
    }

    /// <summary>The child retires: lets go of its sockets. Connections may still come from other processes. By who may call <see cref="Next"/>.</summary>
    public void StopListening()
    {
        _retiring.Clear();
        foreach (var listener in _child.Listeners) _poller.Remove(listener.Number);
        _child.CloseListeners();
    }

    private bool Enter()
    {
        for (;;)
        {
            var result = _lock!.Enter(1000);
            if (result.Outcome == LockOutcome.PreviousHolderDied)
                _child.Log(LogLevel.Notice, "the process that held the accept mutex died; the mutex was recovered");
            if (result.Held) return true;
            if (_child.State.IsRetiring) return false;
            if (result.Outcome != LockOutcome.Failed) continue;
            _child.Log(LogLevel.Emerg, "AH00273: the accept mutex failed: this child stops", result.Error);
            _child.Leave(ExitCode.ChildFatal);
            return false;
        }
    }

    /// <summary>
    /// Blocks until a socket is readable (chosen in turn among several), a connection has come from another process (<c>_arrived</c>), or the
    /// child retires (null).
    /// </summary>
    private ListeningSocket? Wait()
    {
        int n = _poller.Wait(LookAgainMs);
        var listeners = _child.Listeners;
        _arrived = n == 0 && _child.Arrivals is not null; // a look costs little
        if (n == 0 && listeners.Length == 0) return null;
        if (n == 0) return listeners[_next = (_next + 1) % listeners.Length]; // epoll forgets what it has told somebody else: ask the socket
        ListeningSocket? chosen = null;
        int best = int.MaxValue;
        for (int i = 0; i < n; i++)
        {
            int fd = _poller.Fd(i);
            if (fd == _retiring.Number) continue; // it stays readable: the child accepts no more
            if (fd == _child.Arrivals?.Number)
            {
                _arrived = true;
                continue;
            }
            int index = 0;
            while (listeners[index].Number != fd) index++;
            int distance = (index - _next + listeners.Length) % listeners.Length;
            if (distance >= best) continue;
            best = distance;
            chosen = listeners[index];
        }
        if (chosen is not null) _next = (_next + best + 1) % listeners.Length;
        return chosen;
    }
}
