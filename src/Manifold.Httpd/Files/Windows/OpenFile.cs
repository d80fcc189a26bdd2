using System.Runtime.InteropServices;
using Manifold.Httpd.Language;
using Manifold.Os;
using Microsoft.Win32.SafeHandles;

namespace Manifold.Httpd.Files;

/// <summary>Opens a file for reading; failure is a value. Others may write, rename and delete it meanwhile, as on Unix.</summary>
internal static partial class OpenFile
{
    private const uint GENERIC_READ = 0x80000000;
    private const int ShareAll = 7, OPEN_EXISTING = 3, ERROR_INVALID_NAME = 123, ERROR_DIRECTORY = 267, ERROR_BAD_NETPATH = 53, ERROR_SHARING_VIOLATION = 32;

    /// <summary>0 or the error number; the handle is invalid then.</summary>
    public static int ForReading(string path, out SafeFileHandle file) => Open(path, GENERIC_READ, 0, out file);

    /// <summary>Opens what there is by a name that stands for a file and nothing else. 0 or the error number.</summary>
    internal static int Open(string path, uint access, int flags, out SafeFileHandle file)
    {
        path = ByteText.ToText(path);
        if (!TrueName.IsPlain(path))
        {
            file = new SafeFileHandle();
            return Errno.ENOENT;
        }
        file = Create(path, access, ShareAll, 0, OPEN_EXISTING, flags, 0);
        return !file.IsInvalid ? 0 : Errno.Last switch
        {
            ERROR_INVALID_NAME or ERROR_BAD_NETPATH => Errno.ENOENT,
            ERROR_DIRECTORY => Errno.ENOTDIR,
            ERROR_SHARING_VIOLATION => Errno.EACCES,
            var error => error,
        };
    }

    [LibraryImport("kernel32", EntryPoint = "CreateFileW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    private static partial SafeFileHandle Create(string path, uint access, int share, nint security, int disposition, int flags, nint template);
}
