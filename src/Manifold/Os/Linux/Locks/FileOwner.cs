using Microsoft.Win32.SafeHandles;

namespace Manifold.Os.Locks;

/// <summary>
/// A record lock by which a file says which living process it belongs to: nobody waits for it, and the kernel knows who has it. Given up when the process
/// ends or closes any descriptor of the file.
/// </summary>
internal static partial class FileOwner
{
    private const int F_GETLK = 5, F_SETLK = 6;
    private const short F_WRLCK = 1, F_UNLCK = 2;

    /// <summary>Makes an open file this process's for as long as it stays open; 0 or the errno.</summary>
    public static int Claim(SafeFileHandle file)
    {
        var range = new FcntlLock.RecordRange { Type = F_WRLCK }; // from the start, length 0 = to the end
        return FcntlLock.Control(file, F_SETLK, ref range) == 0 ? 0 : Errno.Last;
    }

    /// <summary>True when a file is the process's.</summary>
    public static bool Is(int pid, string path)
    {
        try
        {
            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var range = new FcntlLock.RecordRange { Type = F_WRLCK };
            return FcntlLock.Control(file, F_GETLK, ref range) == 0 && range.Type != F_UNLCK && range.Pid == pid;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
