using Manifold.Child;
using Manifold.Os;
using Manifold.Shared;

namespace Manifold.Accepting;

/// <summary>
/// What the outcome of an accept means for the accepting thread. A client that left again is no error. When descriptors or memory have run
/// out, the thread pauses instead of spinning, the log gets one line per ten seconds, and the connections wait in the kernel's queue.
/// httpd ends the child here; that loses its other connections and helps nobody.
/// </summary>
internal sealed class AcceptErrors(ChildServer child)
{
    private const int PauseMs = 100, ReportEveryMs = 10_000;
    private long _lastReport = -ReportEveryMs;

    /// <summary>Milliseconds to wait before the next accept; 0 = none.</summary>
    public int Pause { get; private set; }

    /// <summary>The pause has been made.</summary>
    public void Over() => Pause = 0;

    /// <summary>Judges a descriptor or -errno.</summary>
    public void Judge(int result)
    {
        Pause = 0;
        if (result >= 0) return;
        switch (-result)
        {
            case Errno.EAGAIN or Errno.EINTR or Errno.ECONNABORTED or Errno.ECONNRESET or Errno.ETIMEDOUT or Errno.EHOSTUNREACH
                or Errno.ENETUNREACH or Errno.EPROTO or Errno.EHOSTDOWN or Errno.EPERM:
                return;
        }
        Pause = PauseMs;
        long now = Environment.TickCount64;
        if (now - _lastReport < ReportEveryMs) return;
        _lastReport = now;
        child.Log(LogLevel.Error, "AH00031: accept failed; connections wait until this is over", -result);
    }
}
