using System.Runtime.InteropServices;

namespace Manifold.Os;

/// <summary>The errors that the layer tells apart, by the names of Linux and the numbers of Windows (system and Winsock), and their texts.</summary>
public static class Errno
{
#pragma warning disable CS1591 // the kernel's names
    public const int EPERM = 1314, ENOENT = 2, ESRCH = 1168, EINTR = 10004, EIO = 1117, EBADF = 6, ECHILD = 128, EAGAIN = 10035, ENOMEM = 8, EACCES = 5,
        EEXIST = 183, EINVAL = 87, ENFILE = 4, EMFILE = 10024, ENOSPC = 112, EPIPE = 109, ENAMETOOLONG = 206, ELOOP = 1921, EPROTO = 10043,
        ENOTSUP = 50, EADDRINUSE = 10048, ENETDOWN = 10050, ENETUNREACH = 10051, ECONNABORTED = 10053, ECONNRESET = 10054, ENOBUFS = 10055, ETOOMANYREFS = 10059,
        ETIMEDOUT = 10060, EHOSTDOWN = 10064, EHOSTUNREACH = 10065, ENOTDIR = 3, EISDIR = 267, EOWNERDEAD = 735;
#pragma warning restore CS1591

    /// <summary>The error of the last system call on this thread that was declared with SetLastError.</summary>
    public static int Last => Marshal.GetLastPInvokeError();

    /// <summary>Number and text as the error log has them: "(OS 5)Access is denied.".</summary>
    public static string Numbered(int errno) => $"(OS {errno}){Text(errno)}";

    /// <summary>The system's text for <paramref name="errno"/>, such as "Access is denied.".</summary>
    public static string Text(int errno) => Marshal.GetPInvokeErrorMessage(errno);
}
