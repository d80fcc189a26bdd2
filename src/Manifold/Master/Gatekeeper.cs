using Manifold.Accepting;
using Manifold.Contracts;
using Manifold.Os;

namespace Manifold.Master;

/// <summary>
/// The master as inetd: accepts, and has a child started for each connection. One connection at a time, so that signals and ends of children
/// get their turn between two; nothing waits. Held: a connection is accepted only when there is room for its child and descriptors are left,
/// else it stays in the kernel's queue; when the system then refuses the child, the connection is kept in hand until the next second or the
/// end of a child; the master's copy is closed as soon as the child has its own. Master thread.
/// </summary>
/// <param name="inbox">Where the sockets are watched while the gate is open.</param>
/// <param name="listeners">The sockets.</param>
/// <param name="hasRoom">Whether one more child may be started now.</param>
/// <param name="start">Starts a child for a connection, which stays the gatekeeper's; null, or why that was not possible.</param>
/// <param name="log">The error log.</param>
internal sealed class Gatekeeper(
    Inbox inbox, IReadOnlyList<ListeningSocket> listeners, Func<bool> hasRoom, Func<FileDescriptor, string?> start, Action<LogLevel, string> log) : IDisposable
{
    // For starting a child, for files, and for what the runtime loads on first use.
    private const int DescriptorsKeptBack = 32;
    private const int ReportEveryMs = 10_000;
    private IReadOnlyList<ListeningSocket> _listeners = listeners;
    private FileDescriptor? _inHand;
    private long _lastReport = -ReportEveryMs;
    private bool _open, _pause, _closed;

    /// <summary>True while a connection has been taken that no child has.</summary>
    public bool HasConnection => _inHand is not null;

    /// <summary>Opens or closes the gate: to be called when a child has become ready or has ended, and once a second.</summary>
    public void Look()
    {
        _pause = false;
        Continue();
    }

    /// <summary>From now on accepts only on these sockets: the others are another gatekeeper's.</summary>
    public void KeepTo(IReadOnlyList<ListeningSocket> some)
    {
        if (_open)
            foreach (var listener in _listeners.Except(some)) inbox.Forget(listener.Number);
        _listeners = some;
    }

    /// <summary>Closes the gate for good; a connection in hand gets a last chance.</summary>
    public void Dispose()
    {
        if (_closed) return;
        Look();
        _closed = true;
        Continue();
        if (_inHand is not null) log(LogLevel.Error, "a connection was closed because no child could be started for it");
        _inHand?.Dispose();
        _inHand = null;
    }

    private void Continue()
    {
        if (_inHand is not null && CanStart()) StartChild(_inHand);
        bool open = _inHand is null && CanStart();
        if (open == _open) return;
        _open = open;
        foreach (var listener in _listeners)
        {
            if (open) inbox.Watch(listener.Number, () => Admit(listener));
            else inbox.Forget(listener.Number);
        }
    }

    private bool CanStart() => !_closed && !_pause && hasRoom();

    private void Admit(ListeningSocket listener)
    {
        if (FileDescriptor.Limit - FileDescriptor.CountOpen < DescriptorsKeptBack) Pause("AH00031: too few descriptors are left for another child");
        else Accept(listener);
        Continue();
    }

    private void Accept(ListeningSocket listener)
    {
        int fd = listener.Accept(stackalloc byte[SockAddr.Longest]);
        if (fd >= 0) _inHand = new FileDescriptor(fd);
        else if (!AcceptErrors.IsTheClients(-fd)) Pause($"{Errno.Numbered(-fd)}: AH00031: accept failed");
    }

    private void StartChild(FileDescriptor connection)
    {
        if (start(connection) is { } problem)
        {
            Pause(problem);
            return;
        }
        connection.Dispose();
        _inHand = null;
    }

    private void Pause(string why)
    {
        _pause = true;
        long now = Environment.TickCount64;
        if (now - _lastReport < ReportEveryMs) return;
        _lastReport = now;
        log(LogLevel.Error, why + "; connections wait until this is over");
    }
}
