namespace Manifold.Os;

/// <summary>A system call failed where no other outcome can be given: at start and in code whose failure is a bug.</summary>
public sealed class OsException : Exception
{
    /// <summary>Describes the failure of <paramref name="what"/>.</summary>
    public OsException(string what, int errno) : base($"{Errno.Numbered(errno)}: {what}") => Number = errno;

    /// <summary>The error number.</summary>
    public int Number { get; }

    /// <summary>Throws for the last system call on this thread.</summary>
    public static OsException Last(string what) => new(what, Errno.Last);
}
