using System.Runtime.InteropServices;

namespace Manifold.Os;

/// <summary>
/// Memory that several processes map: a memfd, whose descriptor children inherit. Unmapped when disposed; the memory itself goes with its
/// last descriptor and mapping.
/// </summary>
internal sealed unsafe partial class SharedMemory : IDisposable
{
    private readonly FileDescriptor _fd;
    private nint _address;

    private SharedMemory(FileDescriptor fd, long length)
    {
        _fd = fd;
        Length = length;
        _address = Map(0, (nuint)length, PROT_READ | PROT_WRITE, MAP_SHARED, fd.Number, 0);
        if (_address == -1) throw OsException.Last("mmap");
    }

    public long Length { get; }

    public nint Address => _address;

    public int Descriptor => _fd.Number;

    /// <summary>New memory of this size, all zero, that can neither grow nor shrink.</summary>
    public static SharedMemory Create(string name, long length)
    {
        var fd = Memfd(name);
        if (Truncate(fd.Number, length) < 0) throw OsException.Last("ftruncate");
        if (Fcntl(fd.Number, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW) < 0) throw OsException.Last("F_ADD_SEALS");
        return new SharedMemory(fd, length);
    }

    /// <summary>Maps the memory behind an inherited descriptor, in the size that it has.</summary>
    public static SharedMemory Attach(int descriptor)
    {
        var fd = FileDescriptor.Inherited(descriptor);
        return new SharedMemory(fd, LengthOf(fd));
    }

    /// <summary>A memfd that holds <paramref name="content"/> and can never be changed again, by anyone.</summary>
    public static FileDescriptor Sealed(string name, ReadOnlySpan<byte> content)
    {
        var fd = Memfd(name);
        fixed (byte* p = content)
        {
            for (nint at = 0; at < content.Length;)
            {
                nint n = Write(fd.Number, p + at, content.Length - at);
                if (n < 0) throw OsException.Last("write to a memfd");
                at += n;
            }
        }
        if (Fcntl(fd.Number, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) < 0) throw OsException.Last("F_ADD_SEALS");
        return fd;
    }

    /// <summary>The content of a sealed memfd. Throws when it is not one: then somebody could still change it.</summary>
    public static byte[] ReadSealed(FileDescriptor fd)
    {
        if ((Fcntl(fd.Number, F_GET_SEALS, 0) & F_SEAL_WRITE) == 0) throw new InvalidDataException("The inherited memory is not sealed.");
        byte[] content = new byte[LengthOf(fd)];
        fixed (byte* p = content)
        {
            for (int at = 0; at < content.Length;)
            {
                nint n = Read(fd.Number, p + at, content.Length - at, at);
                if (n <= 0) throw OsException.Last("read of a memfd");
                at += (int)n;
            }
        }
        return content;
    }

    public void Dispose()
    {
        nint address = Interlocked.Exchange(ref _address, 0);
        if (address != 0) _ = Unmap(address, (nuint)Length);
        _fd.Dispose();
    }

    private static FileDescriptor Memfd(string name)
    {
        int fd = MemfdCreate(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
        return fd >= 0 ? new FileDescriptor(fd) : throw OsException.Last("memfd_create");
    }

    private static long LengthOf(FileDescriptor fd)
    {
        long length = Seek(fd.Number, 0, SEEK_END);
        return length >= 0 ? length : throw OsException.Last("lseek");
    }

    private const uint MFD_CLOEXEC = 1, MFD_ALLOW_SEALING = 2;
    private const int F_ADD_SEALS = 1033, F_GET_SEALS = 1034, F_SEAL_SEAL = 1, F_SEAL_SHRINK = 2, F_SEAL_GROW = 4, F_SEAL_WRITE = 8;
    private const int PROT_READ = 1, PROT_WRITE = 2, MAP_SHARED = 1, SEEK_END = 2;

    [LibraryImport("libc", EntryPoint = "memfd_create", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MemfdCreate(string name, uint flags);

    [LibraryImport("libc", EntryPoint = "ftruncate", SetLastError = true)]
    private static partial int Truncate(int fd, long length);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Fcntl(int fd, int command, int argument);

    [LibraryImport("libc", EntryPoint = "lseek", SetLastError = true)]
    private static partial long Seek(int fd, long offset, int whence);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint Write(int fd, byte* buffer, nint count);

    [LibraryImport("libc", EntryPoint = "pread", SetLastError = true)]
    private static partial nint Read(int fd, byte* buffer, nint count, long offset);

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    private static partial nint Map(nint address, nuint length, int protection, int flags, int fd, long offset);

    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    private static partial int Unmap(nint address, nuint length);
}
