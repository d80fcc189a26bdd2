using System.Runtime.InteropServices;

namespace Manifold.Os;

/// <summary>A pipe. Both ends close-on-exec and non-blocking: whoever waits uses <see cref="Poll"/>.</summary>
internal sealed partial class PipePair : IDisposable
{
    /// <summary>Creates the pipe; throws when descriptors have run out.</summary>
    public unsafe PipePair()
    {
        int* ends = stackalloc int[2];
        if (Pipe2(ends, O_CLOEXEC | O_NONBLOCK) < 0) throw OsException.Last("pipe");
        Reader = new FileDescriptor(ends[0]);
        Writer = new FileDescriptor(ends[1]);
    }

    public FileDescriptor Reader { get; }

    public FileDescriptor Writer { get; }

    /// <summary>The reading end of a pipe that the master has made for this child.</summary>
    public static FileDescriptor InheritedReader(int number) => FileDescriptor.Inherited(number);

    /// <summary>A pipe to the standard input of a program, which reads and waits in the usual way; writing does not wait.</summary>
    public static PipePair ToProgram()
    {
        var pipe = new PipePair();
        try
        {
            pipe.Reader.SetBlocking(true);
            return pipe;
        }
        catch
        {
            pipe.Dispose();
            throw;
        }
    }

    /// <summary>Reads what is there. 0 = all writers have closed; a negative value is -errno (EAGAIN: nothing there).</summary>
    public static unsafe int Read(FileDescriptor from, Span<byte> into)
    {
        fixed (byte* p = into)
        {
            nint n = ReadCall(from.Number, p, into.Length);
            return n >= 0 ? (int)n : -Errno.Last;
        }
    }

    /// <summary>Writes without waiting; returns the bytes taken or -errno.</summary>
    public static unsafe int Write(FileDescriptor to, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* p = bytes)
        {
            nint n = WriteCall(to.Number, p, bytes.Length);
            return n >= 0 ? (int)n : -Errno.Last;
        }
    }

    public void Dispose()
    {
        Reader.Dispose();
        Writer.Dispose();
    }

    private const int O_NONBLOCK = 0x800, O_CLOEXEC = 0x80000;

    [LibraryImport("libc", EntryPoint = "pipe2", SetLastError = true)]
    private static unsafe partial int Pipe2(int* ends, int flags);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static unsafe partial nint ReadCall(int fd, byte* buffer, nint count);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static unsafe partial nint WriteCall(int fd, byte* buffer, nint count);
}
