using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Manifold.Os;

// An anonymous file (memfd), sealed against shrinking and growing, and close-on-exec.
internal sealed unsafe partial class SharedMemory
{
    private const int PROT_READ = 1, PROT_WRITE = 2, MAP_SHARED = 1;

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

    private static byte* Map(SafeFileHandle handle, long size, bool writable)
    {
        if ((MemFile.SealsOf(handle) & Seals.Shrink) == 0) throw new OsException("shared memory is not sealed", Errno.EINVAL);
        nint address = MapCall(0, (nint)size, writable ? PROT_READ | PROT_WRITE : PROT_READ, MAP_SHARED, handle, 0);
        return address != -1 ? (byte*)address : throw OsException.Last($"mmap of {size} bytes of shared memory");
    }

    private void Unmap() => _ = UnmapCall((nint)_start, (nint)Size); // fails only for an address that was never mapped

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    private static partial nint MapCall(nint address, nint length, int protection, int flags, SafeFileHandle fd, nint offset);

    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    private static partial int UnmapCall(nint address, nint length);
}
