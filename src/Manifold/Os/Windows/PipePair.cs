using System.Runtime.InteropServices;

namespace Manifold.Os;

/// <summary>
/// A pipe whose reading end can be waited for: a named pipe with one instance and a name that nobody can guess, read ahead by an overlapped
/// read whose event is what is waited for. Its end is seen when the last writer has closed, the death of a process included.
/// </summary>
internal sealed unsafe partial class PipePair : IDisposable
{
    /// <summary>Creates the pipe; throws when the system refuses.</summary>
    public PipePair()
    {
        string name = $@"\\.\pipe\manifold-{Environment.ProcessId}-{Guid.NewGuid():N}";
        nint reader = CreateNamedPipe(name, PIPE_ACCESS_INBOUND | FILE_FLAG_OVERLAPPED | FILE_FLAG_FIRST_PIPE_INSTANCE, PIPE_REJECT_REMOTE_CLIENTS, 1, 0, BufferSize, 0, 0);
        if (reader == -1) throw OsException.Last("CreateNamedPipe");
        Reader = new ReadAhead((int)reader);
        nint writer = Kernel.CreateFile(name, GENERIC_WRITE, 0, 0, OPEN_EXISTING, 0, 0);
        if (writer == -1)
        {
            var failure = OsException.Last("cannot open a pipe");
            Reader.Dispose();
            throw failure;
        }
        Writer = new FileDescriptor((int)writer);
    }

    private PipePair(FileDescriptor reader, FileDescriptor writer) => (Reader, Writer) = (reader, writer);

    public FileDescriptor Reader { get; }

    public FileDescriptor Writer { get; }

    /// <summary>The reading end of a pipe that the master has made for this child.</summary>
    public static FileDescriptor InheritedReader(int number) => new ReadAhead(number);

    /// <summary>A pipe to the standard input of a program, which reads and waits in the usual way; writing does not wait.</summary>
    public static PipePair ToProgram()
    {
        if (!CreatePipe(out nint reader, out nint writer, 0, BufferSize)) throw OsException.Last("CreatePipe");
        int mode = PIPE_NOWAIT;
        _ = SetPipeState(writer, &mode, 0, 0);
        return new PipePair(new FileDescriptor((int)reader), new FileDescriptor((int)writer));
    }

    /// <summary>Reads what is there. 0 = all writers have closed; a negative value is -errno (EAGAIN: nothing there).</summary>
    public static int Read(FileDescriptor from, Span<byte> into) => ((ReadAhead)from).Read(into);

    /// <summary>Writes what is short enough for the pipe's buffer; returns the bytes taken or -errno.</summary>
    public static int Write(FileDescriptor to, ReadOnlySpan<byte> bytes)
    {
        int written;
        fixed (byte* p = bytes) return Kernel.Write(Kernel.Handle(to.Number), p, bytes.Length, &written, null) ? written : -Errno.Last;
    }

    public void Dispose()
    {
        Reader.Dispose();
        Writer.Dispose();
    }

    private const int BufferSize = 64 * 1024, PIPE_NOWAIT = 1, PIPE_REJECT_REMOTE_CLIENTS = 8, OPEN_EXISTING = 3;
    private const uint PIPE_ACCESS_INBOUND = 1, FILE_FLAG_OVERLAPPED = 0x40000000, FILE_FLAG_FIRST_PIPE_INSTANCE = 0x00080000, GENERIC_WRITE = 0x40000000;

    [LibraryImport("kernel32", EntryPoint = "CreateNamedPipeW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    private static partial nint CreateNamedPipe(string name, uint access, int mode, int instances, int outSize, int inSize, int timeout, nint security);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool CreatePipe(out nint reader, out nint writer, nint security, int size);

    [LibraryImport("kernel32", EntryPoint = "SetNamedPipeHandleState", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool SetPipeState(nint pipe, int* mode, nint count, nint timeout);
}
