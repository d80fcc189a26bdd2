using Manifold.Contracts;
using Manifold.Os;
using Microsoft.Win32.SafeHandles;

namespace Manifold.Shared;

/// <summary>
/// One log file or log pipe. A line is one write, so lines of several processes never mix. Any thread may write. A full disk or a reader
/// that does not read costs lines, never the server: a line that cannot be written within a second is dropped and counted.
/// </summary>
public class LogFile : IDisposable
{
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
    public virtual bool Write(ReadOnlySpan<byte> line)
    {
        if (LineOutput.Write(_handle, line, _patienceMs)) return true;
        Drop();
        return false;
    }

    /// <summary>Closes the descriptor.</summary>
    public void Dispose()
    {
        _handle.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Counts a line that was not written.</summary>
    protected void Drop() => Interlocked.Increment(ref _dropped);
}
