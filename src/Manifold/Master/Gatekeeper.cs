using Manifold.Accepting;
using Manifold.Os;
using Manifold.Shared;

namespace Manifold.Master;

/// <summary>
/// The master as inetd: accepts for its generation and starts a child for each connection. One connection at a time, so that signals and
/// ends of children get their turn between two; nothing waits. Held: a connection is accepted only when a seat is free (MaxRequestWorkers)
/// and no back-off is on, else it stays in the kernel's queue; when the system then refuses the child, the connection is kept in hand until
/// the next second or the end of a child; the master's copy is closed as soon as the child has its own. Master thread.
/// </summary>
internal sealed class Gatekeeper(Inbox inbox, Generation generation, ChildTable children, Action<LogLevel, string> log) : IDisposable
{
    private const int ReportEveryMs = 10_000;
    private FileDescriptor? _inHand;
    private long _lastReport = -ReportEveryMs;
    private bool _open, _pause, _closed;

    /// <summary>Opens or closes the gate: to be called when a child has become ready or has ended, and once a second.</summary>
    public void Look()
    {
        _pause = false;
        Continue();
    }

    /// <summary>Closes the gate for good; a connection in hand gets a last chance.</summary>
    public void Dispose()
    {
        _pause = false;
        if (!_closed) Continue();
        _closed = true;
        if (_inHand is not null) log(LogLevel.Error, "a connection was closed because no child could be started for it");
        _inHand?.Dispose();
        _inHand = null;
        Continue();
    }

    private void Continue()
    {
        bool canStart = !_closed && !_pause && generation.HasServed && generation.BackOff.Remaining == TimeSpan.Zero;
        if (canStart && _inHand is not null && generation.FreeSeat() is >= 0 and var seat) Start(seat);
        bool open = canStart && !_pause && _inHand is null && generation.FreeSeat() >= 0;
        if (open == _open) return;
        _open = open;
        foreach (var listener in generation.Listeners.SelectMany(bucket => bucket))
        {
            if (open) inbox.Watch(listener.Number, () => Admit(listener));
            else inbox.Forget(listener.Number);
        }
    }

    private void Admit(ListeningSocket listener)
    {
        Span<byte> peer = stackalloc byte[SockAddr.Longest];
        int fd = listener.Accept(peer);
        if (fd >= 0) _inHand = new FileDescriptor(fd);
        else if (!AcceptErrors.IsTheClients(-fd)) Pause($"({-fd}){Errno.Text(-fd)}: AH00031: accept failed");
        Continue();
    }

    private void Start(int seat)
    {
        if (children.Start(generation, seat, _inHand) is { } problem)
        {
            Pause(problem);
            return;
        }
        _inHand!.Dispose();
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
