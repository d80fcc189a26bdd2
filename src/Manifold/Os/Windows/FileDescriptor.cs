using Microsoft.Win32.SafeHandles;

namespace Manifold.Os;

/// <summary>
/// The one owner of a handle. No handle that the layer creates is inheritable; a child gets only what the master duplicates into it.
/// </summary>
public class FileDescriptor : SafeHandleMinusOneIsInvalid
{
    /// <summary>Takes ownership of <paramref name="fd"/>, a kernel handle's number.</summary>
    public FileDescriptor(int fd) : base(ownsHandle: true) => SetHandle(fd == -1 ? -1 : Kernel.Handle(fd));

    /// <summary>The number. Valid as long as the owner has not been disposed, for which the caller must vouch.</summary>
    public int Number => (int)handle;

    /// <summary>What to wait for until it can be read.</summary>
    public virtual int WaitNumber => Kernel.WaitNumber(handle);

    /// <summary>Takes ownership of a handle that the master has made for this process. Throws when it is not open.</summary>
    public static FileDescriptor Inherited(int fd)
    {
        if (!Kernel.SetInformation(Kernel.Handle(fd), Kernel.HANDLE_FLAG_INHERIT, 0)) throw OsException.Last($"inherited handle {fd}");
        return new FileDescriptor(fd);
    }

    /// <summary>Gives the handle away to a handle of the file API, which owns it from now on.</summary>
    public SafeFileHandle ToFileHandle()
    {
        nint given = handle;
        SetHandleAsInvalid();
        return new SafeFileHandle(given, ownsHandle: true);
    }

    /// <summary>How many handles the process may have open: the system's constant, far above what memory allows.</summary>
    public static int Limit => 1 << 24;

    /// <summary>About how many are open; too few to matter beside <see cref="Limit"/>.</summary>
    public static int LowestFree => 0;

    /// <summary>As <see cref="LowestFree"/>.</summary>
    public static int CountOpen => 0;

    /// <summary>A second handle for the same object.</summary>
    public FileDescriptor Duplicate() => new(Duplicate(Number));

    /// <summary>The number of a second handle for the object of <paramref name="fd"/>; the caller owns it. Not for sockets.</summary>
    public static int Duplicate(int fd) => (int)Kernel.Duplicate(Kernel.Handle(fd));

    /// <summary>Makes <paramref name="number"/> stand for another file: needed by inetd alone, which is not there on Windows.</summary>
    public static void Become(int number, int source) => throw new PlatformNotSupportedException($"Descriptor {number} cannot become {source} on Windows.");

    /// <summary>Opens or creates a log file, so that every write appends; null when that fails (see <see cref="Errno.Last"/>).</summary>
    public static FileDescriptor? OpenForAppending(string path)
    {
        nint file = Kernel.CreateFile(path == "/dev/null" ? "NUL" : path, FILE_APPEND_DATA | SYNCHRONIZE, ShareAll, 0, OPEN_ALWAYS, FILE_ATTRIBUTE_NORMAL, 0);
        return file != -1 ? new FileDescriptor((int)file) : null;
    }

    /// <summary>Never called: sockets never wait here (<see cref="ConnectionSocket"/>).</summary>
    public static void SetBlocking(int fd, bool blocking) => throw new PlatformNotSupportedException($"Socket {fd} cannot be made to wait: {blocking}.");

    /// <inheritdoc/>
    protected override bool ReleaseHandle() => Kernel.Close(handle);

    private const uint FILE_APPEND_DATA = 4, SYNCHRONIZE = 0x100000;
    private const int ShareAll = 7, OPEN_ALWAYS = 4, FILE_ATTRIBUTE_NORMAL = 0x80;
}
