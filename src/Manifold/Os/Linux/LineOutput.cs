using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Manifold.Os;

/// <summary>Appends to a log file, or to the non-blocking end of a pipe to a log program.</summary>
internal static partial class LineOutput
{
    private const int POLLOUT = 4;

    /// <summary>Writes all bytes, or as many as the reader of a pipe takes while none of them keeps it waiting longer than the patience. False = not all.</summary>
    public static unsafe bool Write(SafeFileHandle handle, ReadOnlySpan<byte> bytes, int patienceMs)
    {
        fixed (byte* start = bytes)
        {
            byte* at = start;
            nint left = bytes.Length;
            while (left > 0)
            {
                nint written = WriteCall(handle, at, left);
                if (written >= 0)
                {
                    at += written;
                    left -= written;
                    continue;
                }
                int errno = Errno.Last;
                if (errno == Errno.EINTR) continue;
                if (errno == Errno.EAGAIN && WaitForRoom(handle, patienceMs)) continue;
                return false;
            }
        }
        return true;
    }

    private static unsafe bool WaitForRoom(SafeFileHandle handle, int patienceMs)
    {
        bool added = false;
        handle.DangerousAddRef(ref added);
        try
        {
            long wait = (long)POLLOUT << 32 | (uint)handle.DangerousGetHandle(); // struct pollfd { int fd; short events; short revents; }
            return PollCall(&wait, 1, patienceMs) > 0;
        }
        finally
        {
            if (added) handle.DangerousRelease();
        }
    }

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static unsafe partial nint WriteCall(SafeFileHandle handle, byte* buffer, nint count);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static unsafe partial int PollCall(long* fds, nuint count, int timeout);
}
