using Manifold.Contracts;
using Manifold.Os;

namespace Manifold.Shared;

/// <summary>
/// What failed, by its name, for the error log and for whoever started the server. What the runtime says of a shortage names an exception, not
/// what is short. Pure.
/// </summary>
internal static class FailureWords
{
    public static string Of(Exception e) => e switch
    {
        OsException or RefusedException or InvalidDataException or IOException or UnauthorizedAccessException => e.Message,
        OutOfMemoryException when e.StackTrace?.Contains("Thread.Start", StringComparison.Ordinal) == true =>
            "the system starts no further thread: out of memory, or at the limit of tasks (ulimit -u, pids.max)",
        OutOfMemoryException => Errno.Numbered(Errno.ENOMEM),
        TypeInitializationException { InnerException: { } cause } => Of(cause),
        _ => e.ToString(),
    };
}
