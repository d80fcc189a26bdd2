namespace Manifold.Shared;

/// <summary>
/// The access log's lines of a thread that serves many connections before it waits again: one write for all of them, or for as many as a pipe
/// takes as one piece, where each line would cost a system call. The thread calls <see cref="Begin"/> first, <see cref="Write"/> before each wait,
/// and <see cref="End"/>. When it waits against its will, another one writes what it has left (<see cref="TryWrite"/>). Blocks as long as a log may.
/// </summary>
internal sealed class LogRound
{
    private const int Most = 4096;

    [ThreadStatic]
    private static LogRound? t_current;

    private readonly Lock _lock = new();
    private byte[]? _bytes;
    private LogFile? _file;
    private int _length, _lines;

    /// <summary>The round of the calling thread; null = its lines are written one by one.</summary>
    public static LogRound? Current => t_current;

    /// <summary>True when nothing is to be written.</summary>
    public bool IsEmpty => Volatile.Read(ref _lines) == 0;

    /// <summary>The lines of the calling thread belong here until <see cref="End"/>.</summary>
    public void Begin() => t_current = this;

    /// <summary>Writes what there is; the calling thread's further lines are written one by one.</summary>
    public void End()
    {
        t_current = null;
        Write();
    }

    /// <summary>Adds a complete line for a log.</summary>
    public void Add(LogFile file, ReadOnlySpan<byte> line)
    {
        lock (_lock)
        {
            if (_file != file || line.Length > Most - _length) WriteAll();
            if (line.Length > Most)
            {
                file.Write(line);
                return;
            }
            _file = file;
            _bytes ??= new byte[Most];
            line.CopyTo(_bytes.AsSpan(_length));
            _length += line.Length;
            _lines++;
        }
    }

    /// <summary>Writes what there is. Any thread.</summary>
    public void Write()
    {
        if (IsEmpty) return;
        lock (_lock) WriteAll();
    }

    /// <summary>Writes what another thread has left, unless that one is about it. Any thread.</summary>
    public void TryWrite()
    {
        if (IsEmpty || !_lock.TryEnter()) return;
        try
        {
            WriteAll();
        }
        finally
        {
            _lock.Exit();
        }
    }

    private void WriteAll()
    {
        if (_lines > 0) _file!.Write(_bytes.AsSpan(0, _length), _lines);
        _length = _lines = 0;
    }
}
