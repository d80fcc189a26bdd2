using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Manifold.Os.Locks;

/// <summary>
/// The file under a file lock. It has no name for longer than a moment, so nothing is left over after a crash and nobody else can open it.
/// Not opened with .NET's file API, which puts an advisory lock of its own on what it opens.
/// </summary>
internal static partial class LockFile
{
    private const int O_RDWR = 2, O_CREAT = 0x40, O_EXCL = 0x80, O_CLOEXEC = 0x80000;

    /// <summary>Creates the file, removes its name, and gives it to <paramref name="owner"/>, who must be able to open it again.</summary>
    public static SafeFileHandle Create(string path, uint? owner)
    {
        _ = Unlink(path); // left over from a master that died in between
        var handle = Open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0x180 /* 0600 */);
        if (handle.IsInvalid) throw OsException.Last($"cannot create lock file {path}");
        if (Unlink(path) == 0 && (owner is not uint uid || ChangeOwner(handle, uid, uint.MaxValue) == 0)) return handle;
        var failure = OsException.Last($"cannot prepare lock file {path}");
        handle.Dispose();
        throw failure;
    }

    /// <summary>A new open file description of the same file.</summary>
    public static SafeFileHandle Reopen(SafeFileHandle handle)
    {
        bool added = false;
        handle.DangerousAddRef(ref added);
        try
        {
            return OpenExisting($"/proc/self/fd/{handle.DangerousGetHandle()}");
        }
        finally
        {
            if (added) handle.DangerousRelease();
        }
    }

    /// <summary>Opens a file, or a descriptor of some process by its name under /proc.</summary>
    public static SafeFileHandle OpenExisting(string path)
    {
        var handle = Open(path, O_RDWR | O_CLOEXEC, 0);
        return handle.IsInvalid ? throw OsException.Last($"cannot open {path}") : handle;
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle Open(string path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "unlink", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Unlink(string path);

    [LibraryImport("libc", EntryPoint = "fchown", SetLastError = true)]
    private static partial int ChangeOwner(SafeFileHandle fd, uint uid, uint gid);
}
