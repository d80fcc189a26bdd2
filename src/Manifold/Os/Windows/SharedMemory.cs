using Microsoft.Win32.SafeHandles;

namespace Manifold.Os;

// A section of the paging file.
internal sealed unsafe partial class SharedMemory
{
    /// <summary>New memory, all zero.</summary>
    /// <param name="name">For messages.</param>
    /// <param name="size">Bytes.</param>
    public static SharedMemory Create(string name, long size)
    {
        var handle = Section.Create(size);
        try
        {
            return new SharedMemory(handle, size, writable: true);
        }
        catch (OsException e)
        {
            handle.Dispose();
            throw new OsException($"{name}: {e.Message}", e.Number);
        }
    }

    /// <summary>The size of memory that another process has created, in bytes, rounded up to pages.</summary>
    public static long SizeOf(SafeFileHandle handle)
    {
        byte* mapping = Section.Map(handle, Section.FILE_MAP_READ);
        if (mapping == null) throw OsException.Last("MapViewOfFile of shared memory");
        long size = Section.SizeOf(mapping);
        Section.Unmap(mapping);
        return size;
    }

    private static byte* Map(SafeFileHandle handle, long size, bool writable)
    {
        byte* start = Section.Map(handle, writable ? Section.FILE_MAP_READ | Section.FILE_MAP_WRITE : Section.FILE_MAP_READ);
        return start != null ? start : throw OsException.Last($"MapViewOfFile of {size} bytes of shared memory");
    }

    private void Unmap() => Section.Unmap(_start);
}
