using Manifold.Child;
using Manifold.Contracts;
using Manifold.Os;

namespace Manifold.Accepting;

/// <summary>
/// What the outcome of an accept means for the accepting thread. A client that left again is no error. When descriptors or memory have run
/// out, the thread pauses instead of spinning, the log gets one line per ten seconds, and the connections wait in the kernel's queue.
/// httpd ends the child here; that loses its other connections and helps nobody. A few descriptors are kept back for files, and for what
/// the runtime loads on first use: it would not try again.
/// </summary>
internal sealed class AcceptErrors(ChildServer child)
{
    private const int PauseMs = 100, ReportEveryMs = 10_000, MostKeptBack = 32, LeastKeptBack = 8;
    private int _mostConnections; // 0 until the first accept: by then everything else that needs a descriptor has it
    private int _mostDescriptors;
    private int _lowestFree;      // as it was known last
    private long _lastReport = -ReportEveryMs;

    /// <summary>Milliseconds to wait before the next accept; 0 = none.</summary>
    public int Pause { get; private set; }

    /// <summary>False when accepting one more connection would leave too few descriptors; then there is a pause.</summary>
    public bool HasRoom()
    {
        if (_mostConnections == 0) Measure();
        int connections = child.State.Connections;
        if (connections == 0 || (connections < _mostConnections && AreDescriptorsFree())) return true;
        Judge(-Errno.EMFILE);
        return false;
    }

    /// <summary>Files that are being sent need descriptors too. The last one that was given tells how many there are; only if it was one of the last, the kernel is asked.</summary>
    private bool AreDescriptorsFree() => _lowestFree < _mostDescriptors || (_lowestFree = FileDescriptor.LowestFree) < _mostDescriptors;

    /// <summary>The pause has been made.</summary>
    public void Over() => Pause = 0;

    /// <summary>Judges a descriptor or -errno.</summary>
    public void Judge(int result)
    {
        Pause = 0;
        if (result >= 0)
        {
            _lowestFree = result + 1;
            return;
        }
        if (IsTheClients(-result)) return;
        Pause = PauseMs;
        long now = Environment.TickCount64;
        if (now - _lastReport < ReportEveryMs) return;
        _lastReport = now;
        child.Log(LogLevel.Error, "AH00031: accept failed; connections wait until this is over", -result);
    }

    /// <summary>True for an error that says something of one client only: it has left again, its network is gone.</summary>
    public static bool IsTheClients(int errno) => errno is Errno.EAGAIN or Errno.EINTR or Errno.ECONNABORTED or Errno.ECONNRESET or Errno.ETIMEDOUT
        or Errno.EHOSTUNREACH or Errno.ENETUNREACH or Errno.EPROTO or Errno.EHOSTDOWN or Errno.EPERM;

    /// <summary>
    /// Connections may have the descriptors that are free at the start, less those that are kept back. Of these the runtime takes some for good; as
    /// long as <see cref="LeastKeptBack"/> are left, it is not files that have taken them.
    /// </summary>
    private void Measure()
    {
        int limit = FileDescriptor.Limit;
        _lowestFree = FileDescriptor.LowestFree;
        _mostConnections = Math.Max(1, limit - _lowestFree - Math.Clamp(limit / 8, LeastKeptBack, MostKeptBack));
        _mostDescriptors = limit - LeastKeptBack;
    }
}
