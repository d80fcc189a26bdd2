using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Manifold.Os;

/// <summary>
/// Memory that several processes share: an anonymous file (memfd), mapped. It is sealed against shrinking and growing, for whoever could
/// shrink it would kill every process that reads it. The descriptor is close-on-exec; whoever starts a child passes it on.
/// Any thread may use the memory; nobody may use it after <see cref="Dispose"/>.
/// </summary>
internal sealed unsafe partial class SharedMemory : IDisposable
{
    private const int PROT_READ = 1, PROT_WRITE = 2, MAP_SHARED = 1;
    private byte* _start;

    private SharedMemory(SafeFileHandle handle, long size, bool writable)
    {
        nint address = Map(0, (nint)size, writable ? PROT_READ | PROT_WRITE : PROT_READ, MAP_SHARED, handle, 0);
        if (address == -1) throw OsException.Last($"mmap of {size} bytes of shared memory");
        _start = (byte*)address;
        (Size, Descriptor) = (size, handle);
    }

    /// <summary>The descriptor, owned by this object; a child gets a duplicate of it.</summary>
    public SafeFileHandle Descriptor { get; }

    /// <summary>Bytes.</summary>
    public long Size { get; }

    /// <summary>The first byte, aligned to a page.</summary>
    public byte* Start => _start != null ? _start : throw new ObjectDisposedException(nameof(SharedMemory));

    /// <summary>All bytes.</summary>
    public Span<byte> Span => new(Start, checked((int)Size));

    /// <summary>New memory, all zero.</summary>
    /// <param name="name">Shown in /proc/pid/maps.</param>
    /// <param name="size">Bytes.</param>
    public static SharedMemory Create(string name, long size)
    {
        var handle = MemFile.Create(name);
        try
        {
            MemFile.SetLength(handle, size);
            MemFile.Seal(handle, Seals.Shrink | Seals.Grow | Seals.Seal);
            return new SharedMemory(handle, size, writable: true);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>The size of memory that another process has created, in bytes.</summary>
    public static long SizeOf(SafeFileHandle handle) => RandomAccess.GetLength(handle);

    /// <summary>
    /// Maps memory that another process has created; <paramref name="handle"/> then belongs to the new object. Throws, and leaves the handle
    /// to the caller, when it is smaller than <paramref name="size"/> or could still be shrunk.
    /// </summary>
    public static SharedMemory Attach(SafeFileHandle handle, long size, bool writable = true)
    {
        long length = SizeOf(handle);
        if (length < size) throw new OsException($"shared memory has {length} bytes instead of {size}", Errno.EINVAL);
        if ((MemFile.SealsOf(handle) & Seals.Shrink) == 0) throw new OsException("shared memory is not sealed", Errno.EINVAL);
        return new SharedMemory(handle, size, writable);
    }

    /// <summary>Unmaps the memory and closes the descriptor.</summary>
    public void Dispose()
    {
        if (_start == null) return;
        _ = Unmap((nint)_start, (nint)Size); // fails only for an address that was never mapped
        _start = null;
        Descriptor.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    private static partial nint Map(nint address, nint length, int protection, int flags, SafeFileHandle fd, nint offset);

    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    private static partial int Unmap(nint address, nint length);
}
