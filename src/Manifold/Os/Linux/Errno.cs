using System.Runtime.InteropServices;

namespace Manifold.Os;

/// <summary>The error numbers of Linux (x64 and arm64 share them) that the layer tells apart, and their texts.</summary>
public static class Errno
{
#pragma warning disable CS1591 // the kernel's names
    public const int EPERM = 1, ENOENT = 2, ESRCH = 3, EINTR = 4, EIO = 5, EBADF = 9, ECHILD = 10, EAGAIN = 11, ENOMEM = 12, EACCES = 13, ENXIO = 6,
        EEXIST = 17, EINVAL = 22, ENFILE = 23, EMFILE = 24, ENOSPC = 28, EPIPE = 32, ENAMETOOLONG = 36, ELOOP = 40, EPROTO = 71,
        ENOTSUP = 95, EADDRINUSE = 98, ENETDOWN = 100, ENETUNREACH = 101, ECONNABORTED = 103, ECONNRESET = 104, ENOBUFS = 105, ETOOMANYREFS = 109,
        ETIMEDOUT = 110, EHOSTDOWN = 112, EHOSTUNREACH = 113, ENOTDIR = 20, EISDIR = 21, EOWNERDEAD = 130;
#pragma warning restore CS1591

    /// <summary>The error of the last system call on this thread that was declared with SetLastError.</summary>
    public static int Last => Marshal.GetLastPInvokeError();

    /// <summary>Number and text as the error log has them: "(13)Permission denied".</summary>
    public static string Numbered(int errno) => $"({errno}){Text(errno)}";

    /// <summary>The system's text for <paramref name="errno"/>, such as "Permission denied".</summary>
    public static string Text(int errno) => Marshal.GetPInvokeErrorMessage(errno);
}
