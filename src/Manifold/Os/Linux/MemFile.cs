using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Manifold.Os;

/// <summary>What can no longer be done to an anonymous file.</summary>
[Flags]
internal enum Seals
{
    /// <summary>Everything can be done.</summary>
    None = 0,
    /// <summary>No seal can be added.</summary>
    Seal = 1,
    /// <summary>It cannot become shorter.</summary>
    Shrink = 2,
    /// <summary>It cannot become longer.</summary>
    Grow = 4,
    /// <summary>It cannot be written.</summary>
    Write = 8,
}

/// <summary>Anonymous files in memory (memfd). Created close-on-exec.</summary>
internal static partial class MemFile
{
    private const uint MFD_CLOEXEC = 1, MFD_ALLOW_SEALING = 2;
    private const int F_ADD_SEALS = 1033, F_GET_SEALS = 1034;

    /// <summary>An empty file.</summary>
    public static SafeFileHandle Create(string name)
    {
        var handle = CreateCall(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
        return handle.IsInvalid ? throw OsException.Last($"memfd_create({name})") : handle;
    }

    /// <summary>A file with <paramref name="content"/> that nobody can change any more, its creator included.</summary>
    public static SafeFileHandle CreateSnapshot(string name, ReadOnlySpan<byte> content)
    {
        var handle = Create(name);
        try
        {
            Write(handle, content, name);
            Seal(handle, Seals.Write | Seals.Shrink | Seals.Grow | Seals.Seal);
            return handle;
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    private static unsafe void Write(SafeFileHandle handle, ReadOnlySpan<byte> content, string name)
    {
        fixed (byte* start = content)
        {
            for (nint written = 0; written < content.Length;)
            {
                nint n = WriteCall(handle, start + written, content.Length - written, written);
                if (n > 0) written += n;
                else if (n == 0 || Errno.Last != Errno.EINTR) throw OsException.Last($"pwrite({name})");
            }
        }
    }

    /// <summary>The whole content of a snapshot. Throws when it could still be changed. Does not move the shared file position.</summary>
    public static byte[] ReadSnapshot(SafeFileHandle handle)
    {
        DemandSeals(handle);
        byte[] content = new byte[RandomAccess.GetLength(handle)];
        for (int read = 0; read < content.Length;)
        {
            int count = RandomAccess.Read(handle, content.AsSpan(read), read);
            if (count == 0) throw new OsException("snapshot ends early", Errno.EIO);
            read += count;
        }
        return content;
    }

    /// <summary>The same without a copy: in memory that all who have the file share, mapped for the life of this process. The caller may close the handle.</summary>
    public static ReadOnlyMemory<byte> MapSnapshot(SafeFileHandle handle)
    {
        DemandSeals(handle);
        int length = checked((int)RandomAccess.GetLength(handle));
        return length == 0 ? default : new MappedBytes(SharedMemory.Attach(handle, length, writable: false), 0, length).Memory;
    }

    private static void DemandSeals(SafeFileHandle handle)
    {
        const Seals Needed = Seals.Write | Seals.Shrink | Seals.Grow;
        if ((SealsOf(handle) & Needed) != Needed) throw new OsException("snapshot is not sealed", Errno.EINVAL);
    }

    /// <summary>The file of this name that another process has open, to read; null when there is none, or none that we may see.</summary>
    public static SafeFileHandle? Find(int pid, string name)
    {
        try
        {
            foreach (string entry in Directory.EnumerateFiles($"/proc/{pid}/fd"))
            {
                if (new FileInfo(entry).LinkTarget == $"/memfd:{name} (deleted)") return File.OpenHandle(entry, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Another user's, or it has ended.
        }
        return null;
    }

    /// <summary>Makes the file <paramref name="length"/> bytes long, new bytes zero.</summary>
    public static void SetLength(SafeFileHandle handle, long length)
    {
        if (Truncate(handle, (nint)length) != 0) throw OsException.Last($"ftruncate to {length} bytes of shared memory");
    }

    /// <summary>Adds seals. <see cref="Seals.Write"/> needs that nobody has mapped the file for writing.</summary>
    public static void Seal(SafeFileHandle handle, Seals seals)
    {
        if (Control(handle, F_ADD_SEALS, (nint)seals) != 0) throw OsException.Last($"cannot seal ({seals}) shared memory");
    }

    /// <summary>The seals; none for a file that is not anonymous.</summary>
    public static Seals SealsOf(SafeFileHandle handle)
    {
        int seals = Control(handle, F_GET_SEALS, 0);
        if (seals >= 0) return (Seals)seals;
        return Errno.Last == Errno.EINVAL ? Seals.None : throw OsException.Last("cannot ask for the seals of shared memory");
    }

    [LibraryImport("libc", EntryPoint = "memfd_create", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle CreateCall(string name, uint flags);

    [LibraryImport("libc", EntryPoint = "pwrite", SetLastError = true)]
    private static unsafe partial nint WriteCall(SafeFileHandle fd, byte* bytes, nint count, nint offset);

    [LibraryImport("libc", EntryPoint = "ftruncate", SetLastError = true)]
    private static partial int Truncate(SafeFileHandle fd, nint length);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Control(SafeFileHandle fd, int command, nint argument);
}
