using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Manifold.Os;

/// <summary>
/// Standard output and error of a process of ours: texts are bytes (Latin-1), control characters are written as \xHH, and nothing that is wrong with the
/// other end, closed, dead or full, is an exception. The terminal is left as it is. Whoever writes waits for the reader.
/// </summary>
public static partial class StandardStreams
{
    private static int s_outputError;

    /// <summary>True when a file took only a part of what was printed to standard output. A reader that has gone wants no more.</summary>
    public static bool OutputLost => s_outputError is Errno.ENOSPC or EDQUOT or EFBIG;

    /// <summary>The error number of the last write to standard output that failed; 0 = none.</summary>
    public static int OutputError => s_outputError;

    /// <summary>To be called first of all: what is opened later must not get the number of a standard stream that was closed.</summary>
    public static void Use()
    {
        for (int fd = 0; fd <= 2; fd++)
            if (Fcntl(fd, F_GETFD, 0) < 0) _ = OpenCall("/dev/null", O_RDWR);
        Console.SetOut(Writer(1, errno => s_outputError = errno));
        Console.SetError(Writer(2, static _ => { }));
    }

    // What is inherited is never close-on-exec: such a descriptor was closed, and the runtime has opened something else since.
    private static TextWriter Writer(int fd, Action<int> failed) => Fcntl(fd, F_GETFD, 0) is var flags && (flags < 0 || (flags & FD_CLOEXEC) != 0) ? TextWriter.Null
        : new StreamWriter(new Output(fd, failed), Encoding.Latin1, 4096) { AutoFlush = true };

    /// <summary>A descriptor that is written to, whatever comes of it.</summary>
    private sealed class Output(int fd, Action<int> failed) : Stream
    {
        private const int PatienceMs = 10_000;
        private readonly SafeFileHandle _handle = new(fd, ownsHandle: false);

        public override bool CanRead => false;
        public override bool CanSeek => false;
        public override bool CanWrite => true;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            if (buffer.IndexOfAnyExcept(s_plain) >= 0) buffer = Escaped(buffer);
            if (!LineOutput.Write(_handle, buffer, PatienceMs)) failed(Errno.Last);
        }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
    }

    /// <summary>What a terminal shows, and the ends of lines.</summary>
    private static readonly System.Buffers.SearchValues<byte> s_plain =
        System.Buffers.SearchValues.Create([(byte)'\t', (byte)'\n', .. Enumerable.Range(' ', 0x7f - ' ').Select(c => (byte)c)]);

    /// <summary>Control characters as \xHH, those beyond ASCII (U+0080 to U+009F, in UTF-8) too; the other bytes of names stay as they are.</summary>
    internal static byte[] Escaped(ReadOnlySpan<byte> bytes)
    {
        var escaped = new List<byte>(bytes.Length + 16);
        for (int i = 0; i < bytes.Length; i++)
        {
            bool control = bytes[i] is < 0x20 and not (byte)'\n' and not (byte)'\t' or 0x7f;
            bool further = bytes[i] == 0xC2 && i + 1 < bytes.Length && bytes[i + 1] is >= 0x80 and < 0xA0;
            if (control || further) escaped.AddRange(Encoding.ASCII.GetBytes($"\\x{bytes[i]:x2}"));
            else escaped.Add(bytes[i]);
            if (further) escaped.AddRange(Encoding.ASCII.GetBytes($"\\x{bytes[++i]:x2}"));
        }
        return [.. escaped];
    }

    private const int F_GETFD = 1, FD_CLOEXEC = 1, O_RDWR = 2, EFBIG = 27, EDQUOT = 122;

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Fcntl(int fd, int command, int argument);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenCall(string path, int flags);
}
