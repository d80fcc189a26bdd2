using System.Runtime.InteropServices;
using System.Text;
using Manifold.Os;
using Microsoft.Win32.SafeHandles;

namespace Manifold.Httpd.Files;

/// <summary>Opens a file for reading; failure is a value. Never waits for a writer, should the name have become a pipe.</summary>
internal static partial class OpenFile
{
    private const int NonBlocking = 0x800, CloseOnExec = 0x80000; // O_RDONLY is 0; the same on x64 and arm64

    /// <summary>0 or the error number; the handle is invalid then.</summary>
    public static int ForReading(string path, out SafeFileHandle file)
    {
        int length = path.Length + 1;
        Span<byte> name = length <= 1024 ? stackalloc byte[1024] : new byte[length];
        name[Encoding.Latin1.GetBytes(path, name)] = 0;
        file = Open(ref MemoryMarshal.GetReference(name), NonBlocking | CloseOnExec);
        return file.IsInvalid ? Errno.Last : 0;
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true)]
    private static partial SafeFileHandle Open(ref byte path, int flags);
}
