using System.Runtime.InteropServices;
using Manifold.Hosting;
using Manifold.Os;
using Microsoft.Win32.SafeHandles;

namespace Manifold.Shared;

/// <summary>
/// One log file or log pipe. A line is one write, so lines of several processes never mix. Any thread may write. A full disk or a reader
/// that does not read costs lines, never the server: a line that cannot be written within a second is dropped and counted.
/// </summary>
public partial class LogFile : IDisposable
{
    private const int POLLOUT = 4;
    private readonly SafeFileHandle _handle;
    private readonly int _patienceMs;
    private long _dropped;

    /// <summary>Takes ownership of <paramref name="handle"/>, a file opened for appending or the non-blocking write end of a pipe.</summary>
    public LogFile(SafeFileHandle handle, int patienceMs = 1000)
    {
        _handle = handle;
        _patienceMs = patienceMs;
    }

    /// <summary>The log of a target whose descriptor is <paramref name="handle"/>.</summary>
    public static LogFile Of(LogTarget target, SafeFileHandle handle) =>
        target.IsSyslog ? new SyslogFile(handle, target.Target) : new LogFile(handle);

    /// <summary>Lines that could not be written so far.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Writes one complete line, its line feed included. Returns false when the line was dropped.</summary>
    public virtual unsafe bool Write(ReadOnlySpan<byte> line)
    {
        fixed (byte* start = line)
        {
            byte* at = start;
            nint left = line.Length;
            while (left > 0)
            {
                nint written = WriteCall(_handle, at, left);
                if (written >= 0)
                {
                    at += written;
                    left -= written;
                    continue;
                }
                int errno = Errno.Last;
                if (errno == Errno.EINTR) continue;
                if (errno == Errno.EAGAIN && WaitForRoom()) continue;
                Drop();
                return false;
            }
        }
        return true;
    }

    /// <summary>Closes the descriptor.</summary>
    public void Dispose()
    {
        _handle.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Counts a line that was not written.</summary>
    protected void Drop() => Interlocked.Increment(ref _dropped);

    private unsafe bool WaitForRoom()
    {
        bool added = false;
        _handle.DangerousAddRef(ref added);
        try
        {
            long wait = (long)POLLOUT << 32 | (uint)_handle.DangerousGetHandle(); // struct pollfd { int fd; short events; short revents; }
            return Poll(&wait, 1, _patienceMs) > 0;
        }
        finally
        {
            if (added) _handle.DangerousRelease();
        }
    }

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static unsafe partial nint WriteCall(SafeFileHandle handle, byte* buffer, nint count);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static unsafe partial int Poll(long* fds, nuint count, int timeout);
}
