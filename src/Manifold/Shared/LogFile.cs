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
        target.IsSyslog ? new SystemLog(handle, target.Target) : new LogFile(handle);

    /// <summary>Lines that could not be written so far.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Writes one complete line, its line feed included. Returns false when the line was dropped.</summary>
    public virtual bool Write(ReadOnlySpan<byte> line) => Write(line, 1);

    /// <summary>
    /// Writes one complete line, its line feed included; in a thread that serves many connections in a round, before that waits again, with the other
    /// lines of the round.
    /// </summary>
    public virtual void WriteInRound(ReadOnlySpan<byte> line)
    {
        if (LogRound.Current is { } round) round.Add(this, line);
        else Write(line, 1);
    }

    /// <summary>Writes complete lines in one piece. Returns false when they were dropped.</summary>
    internal bool Write(ReadOnlySpan<byte> lines, int count)
    {
        if (LineOutput.Write(_handle, lines, _patienceMs)) return true;
        Drop(count);
        return false;
    }

    /// <summary>Closes the descriptor.</summary>
    public void Dispose()
    {
        _handle.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Counts lines that were not written.</summary>
    protected void Drop(int lines = 1) => Interlocked.Add(ref _dropped, lines);
}
