using Microsoft.Win32.SafeHandles;

namespace Manifold.Os;

/// <summary>
/// Memory that several processes share: a section of the paging file, mapped. Its size never changes. Any thread may use the memory; nobody may
/// use it after <see cref="Dispose"/>.
/// </summary>
internal sealed unsafe class SharedMemory : IDisposable
{
    private byte* _start;

    private SharedMemory(SafeFileHandle handle, long size, bool writable)
    {
        _start = Section.Map(handle, writable ? Section.FILE_MAP_READ | Section.FILE_MAP_WRITE : Section.FILE_MAP_READ);
        if (_start == null) throw OsException.Last($"MapViewOfFile of {size} bytes of shared memory");
        (Size, Descriptor) = (size, handle);
    }

    /// <summary>The handle, owned by this object; a child gets a duplicate of it.</summary>
    public SafeFileHandle Descriptor { get; }

    /// <summary>Bytes.</summary>
    public long Size { get; }

    /// <summary>The first byte, aligned to a page.</summary>
    public byte* Start => _start != null ? _start : throw new ObjectDisposedException(nameof(SharedMemory));

    /// <summary>All bytes.</summary>
    public Span<byte> Span => new(Start, checked((int)Size));

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

    /// <summary>
    /// Maps memory that another process has created; <paramref name="handle"/> then belongs to the new object. Throws, and leaves the handle
    /// to the caller, when it is smaller than <paramref name="size"/>.
    /// </summary>
    public static SharedMemory Attach(SafeFileHandle handle, long size, bool writable = true)
    {
        long length = SizeOf(handle);
        if (length < size) throw new OsException($"shared memory has {length} bytes instead of {size}", Errno.EINVAL);
        return new SharedMemory(handle, size, writable);
    }

    /// <summary>Unmaps the memory and closes the handle.</summary>
    public void Dispose()
    {
        if (_start == null) return;
        Section.Unmap(_start);
        _start = null;
        Descriptor.Dispose();
    }
}
