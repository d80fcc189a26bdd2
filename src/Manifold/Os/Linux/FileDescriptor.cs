using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Manifold.Os;

/// <summary>
/// The one owner of a descriptor. Every descriptor that the layer creates is close-on-exec; a child inherits only what the master
/// names when it spawns the child.
/// </summary>
public sealed partial class FileDescriptor : SafeHandleMinusOneIsInvalid
{
    /// <summary>Takes ownership of <paramref name="fd"/>.</summary>
    public FileDescriptor(int fd) : base(ownsHandle: true) => SetHandle(fd);

    /// <summary>The number. Valid as long as the owner has not been disposed, for which the caller must vouch.</summary>
    public int Number => (int)handle;

    /// <summary>What to wait for until it can be read: the descriptor itself.</summary>
    public int WaitNumber => Number;

    /// <summary>Takes ownership of an inherited descriptor and makes it close-on-exec again. Throws when it is not open.</summary>
    public static FileDescriptor Inherited(int fd)
    {
        if (Fcntl(fd, F_SETFD, FD_CLOEXEC) < 0) throw OsException.Last($"inherited descriptor {fd}");
        return new FileDescriptor(fd);
    }

    /// <summary>Whether a program that this process becomes has the descriptor, too.</summary>
    internal static void SetInherited(int fd, bool inherited)
    {
        if (Fcntl(fd, F_SETFD, inherited ? 0 : FD_CLOEXEC) < 0) throw OsException.Last($"descriptor {fd}");
    }

    /// <summary>Gives the descriptor away to a handle of the file API, which owns it from now on.</summary>
    public SafeFileHandle ToFileHandle()
    {
        int fd = Number;
        SetHandleAsInvalid();
        return new SafeFileHandle(fd, ownsHandle: true);
    }

    /// <summary>How many descriptors the process may have open (the soft limit).</summary>
    public static unsafe int Limit
    {
        get
        {
            ulong* limit = stackalloc ulong[2];
            return GetLimit(RLIMIT_NOFILE, limit) == 0 ? (int)Math.Min(limit[0], int.MaxValue) : int.MaxValue;
        }
    }

    /// <summary>The number that the next descriptor gets: about as many are open. When there is none, a number that none has.</summary>
    public static int LowestFree
    {
        get
        {
            try
            {
                using var probe = new EventFd();
                return probe.Number;
            }
            catch (OsException)
            {
                return int.MaxValue;
            }
        }
    }

    /// <summary>How many descriptors the process has open; more than it can have, when there is not even one to count them with. Reads a directory: not for every
    /// request.</summary>
    public static int CountOpen
    {
        get
        {
            try
            {
                return Directory.EnumerateFileSystemEntries("/proc/self/fd").Count() - 1;
            }
            catch (IOException)
            {
                return int.MaxValue;
            }
        }
    }

    /// <summary>A second descriptor for the same open file, close-on-exec.</summary>
    public FileDescriptor Duplicate() => new(Duplicate(Number));

    /// <summary>The number of a second descriptor for the open file of <paramref name="fd"/>, close-on-exec; the caller owns it.</summary>
    public static int Duplicate(int fd)
    {
        int copy = Fcntl(fd, F_DUPFD_CLOEXEC, 3);
        return copy >= 0 ? copy : throw OsException.Last("dup");
    }

    /// <summary>Makes reads and writes on the open file wait, or not, for every process that shares it.</summary>
    public void SetBlocking(bool blocking) => SetBlocking(Number, blocking);

    /// <summary>As above, for a descriptor that somebody else owns.</summary>
    public static void SetBlocking(int fd, bool blocking)
    {
        int flags = Fcntl(fd, F_GETFL, 0);
        if (flags < 0 || Fcntl(fd, F_SETFL, blocking ? flags & ~O_NONBLOCK : flags | O_NONBLOCK) < 0) throw OsException.Last("O_NONBLOCK");
    }

    /// <summary>Makes <paramref name="number"/> another descriptor for the open file of <paramref name="source"/>; whatever it was is closed. Only the
    /// standard streams are inherited.</summary>
    public static void Become(int number, int source)
    {
        if (number != source && Dup3(source, number, number > 2 ? O_CLOEXEC : 0) < 0) throw OsException.Last("dup3");
    }

    /// <summary>What a descriptor stands for, as /proc names it: a path, "socket:[4711]"; null when it is not open.</summary>
    public static string? Target(int fd) => new FileInfo($"/proc/self/fd/{fd}").LinkTarget;

    /// <summary>
    /// Opens or creates a log file; null when that fails (see <see cref="Errno.Last"/>). Does not wait, and writing does not: a named pipe that nobody reads is
    /// refused (ENXIO).
    /// </summary>
    public static FileDescriptor? OpenForAppending(string path)
    {
        int fd = OpenCall(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0x1A4 /* 0644 */);
        // A socket has no other way, and the pipe of another user lets nobody open it.
        if (fd < 0 && Errno.Last is Errno.ENXIO or Errno.EACCES && NamedNumber(path) is { } number) fd = Fcntl(number, F_DUPFD_CLOEXEC, 3);
        return fd >= 0 ? new FileDescriptor(fd) : null;
    }

    /// <summary>The descriptor of this process that a path means; null when it means something else.</summary>
    private static int? NamedNumber(string path) => path switch
    {
        "/dev/stdout" => 1,
        "/dev/stderr" => 2,
        _ => (path.StartsWith("/dev/fd/", StringComparison.Ordinal) || path.StartsWith("/proc/self/fd/", StringComparison.Ordinal))
            && int.TryParse(path.AsSpan(path.LastIndexOf('/') + 1), System.Globalization.NumberStyles.None, null, out int number) ? number : null,
    };

    /// <inheritdoc/>
    protected override bool ReleaseHandle() => Close((int)handle) == 0;

    private const int F_SETFD = 2, F_GETFL = 3, F_SETFL = 4, F_DUPFD_CLOEXEC = 1030, FD_CLOEXEC = 1, O_NONBLOCK = 0x800;
    private const int RLIMIT_NOFILE = 7;
    private const int O_WRONLY = 1, O_CREAT = 0x40, O_NOCTTY = 0x100, O_APPEND = 0x400, O_CLOEXEC = 0x80000;

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenCall(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "dup3", SetLastError = true)]
    private static partial int Dup3(int source, int number, int flags);

    [LibraryImport("libc", EntryPoint = "getrlimit")]
    private static unsafe partial int GetLimit(int resource, ulong* limit);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int fd);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Fcntl(int fd, int command, int argument);
}
