using Microsoft.Win32.SafeHandles;

namespace Manifold.Os;

/// <summary>
/// Memory that several processes share, mapped. Its size never changes: whoever could shrink it would kill every process that reads it. Children do
/// not inherit it by themselves; whoever starts a child passes it on. Any thread may use the memory; nobody may use it after <see cref="Dispose"/>.
/// </summary>
internal sealed unsafe partial class SharedMemory : IDisposable
{
    private byte* _start;

    private SharedMemory(SafeFileHandle handle, long size, bool writable)
    {
        _start = Map(handle, size, writable);
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

    /// <summary>
    /// Maps memory that another process has created; <paramref name="handle"/> then belongs to the new object. Throws, and leaves the handle
    /// to the caller, when it is smaller than <paramref name="size"/> or could still be shrunk.
    /// </summary>
    public static SharedMemory Attach(SafeFileHandle handle, long size, bool writable = true)
    {
        long length = SizeOf(handle);
        if (length < size) throw new OsException($"shared memory has {length} bytes instead of {size}", Errno.EINVAL);
        return new SharedMemory(handle, size, writable);
    }

    /// <summary>Unmaps the memory and closes the descriptor.</summary>
    public void Dispose()
    {
        if (_start == null) return;
        Unmap();
        _start = null;
        Descriptor.Dispose();
    }
}
