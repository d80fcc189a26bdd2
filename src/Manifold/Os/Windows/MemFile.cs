using Microsoft.Win32.SafeHandles;

namespace Manifold.Os;

/// <summary>Content that nobody can change any more: a section of which only a handle for reading is left. Its length stands in front.</summary>
internal static unsafe class MemFile
{
    /// <summary>A section with <paramref name="content"/> that nobody can change any more, its creator included.</summary>
    public static SafeFileHandle CreateSnapshot(string name, ReadOnlySpan<byte> content)
    {
        using var section = Section.Create(content.Length + 8L);
        byte* mapping = Section.Map(section, Section.FILE_MAP_WRITE);
        if (mapping == null) throw OsException.Last($"MapViewOfFile: {name}");
        *(long*)mapping = content.Length;
        content.CopyTo(new Span<byte>(mapping + 8, content.Length));
        Section.Unmap(mapping);
        return Section.ReadOnly(section);
    }

    /// <summary>Memory of another process cannot be found by its name here.</summary>
    public static SafeFileHandle? Find(int pid, string name)
    {
        _ = (pid, name);
        return null;
    }

    /// <summary>The whole content of a snapshot. Throws when it could still be changed.</summary>
    public static byte[] ReadSnapshot(SafeFileHandle handle) => MapSnapshot(handle).ToArray();

    /// <summary>The same without a copy: in memory that all who have the section share, mapped for the life of this process. The caller may close the handle.</summary>
    public static ReadOnlyMemory<byte> MapSnapshot(SafeFileHandle handle)
    {
        byte* mapping = Section.Map(handle, Section.FILE_MAP_WRITE);
        if (mapping != null)
        {
            Section.Unmap(mapping);
            throw new OsException("snapshot is not sealed", Errno.EINVAL);
        }
        long size = SharedMemory.SizeOf(handle);
        var memory = SharedMemory.Attach(handle, size, writable: false);
        long length = *(long*)memory.Start;
        if (length < 0 || length > size - 8) throw new OsException("snapshot ends early", Errno.EIO);
        return new MappedBytes(memory, 8, checked((int)length)).Memory;
    }
}
