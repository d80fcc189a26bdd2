using System.Runtime.InteropServices;
using Manifold.Os;
using Microsoft.Win32.SafeHandles;

namespace Manifold.Httpd.Requests;

/// <summary>Opens a file for reading; failure is a value. Never waits for a writer, should the name have become a pipe.</summary>
internal static partial class OpenFile
{
    private const int NonBlocking = 0x800, CloseOnExec = 0x80000; // O_RDONLY is 0; the same on x64 and arm64

    /// <summary>0 or the error number; the handle is invalid then.</summary>
    public static int ForReading(string path, out SafeFileHandle file)
    {
        file = Open(path, NonBlocking | CloseOnExec);
        return file.IsInvalid ? Errno.Last : 0;
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle Open(string path, int flags);
}
