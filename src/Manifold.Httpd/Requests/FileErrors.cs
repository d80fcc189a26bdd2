using Manifold.Os;

namespace Manifold.Httpd.Requests;

/// <summary>What a failure of the file system means for the client. Pure.</summary>
internal static class FileErrors
{
    /// <summary>True when the server has run out of something: it says nothing of the file, and it passes.</summary>
    public static bool IsShortage(int errno) => errno is Errno.EMFILE or Errno.ENFILE or Errno.ENOMEM;

    /// <summary>The status for a name that could not be looked at or opened.</summary>
    public static int StatusOf(int errno) => errno switch
    {
        Errno.ENOENT or Errno.ENOTDIR => 404,
        _ => IsShortage(errno) ? 503 : 403,
    };
}
