using Microsoft.Win32.SafeHandles;

namespace Manifold.Os.Locks;

/// <summary>By which a file says which living process it belongs to. On Windows a server is known by its events.</summary>
internal static class FileOwner
{
    /// <summary>Closes the file: an open one could not be read by programs that do not expect a writer. Returns 0.</summary>
    public static int Claim(SafeFileHandle file)
    {
        file.Dispose();
        return 0;
    }

    /// <summary>True when a file may be the process's: it is a server.</summary>
    public static bool Is(int pid, string path)
    {
        _ = path;
        return ServerSignals.IsServer(pid);
    }
}
