namespace Manifold.Shared;

/// <summary>Exit codes of children and of the server; the numbers are httpd's.</summary>
public enum ExitCode
{
    /// <summary>Normal end.</summary>
    Ok = 0,
    /// <summary>The server could not start, or a command was refused.</summary>
    Failure = 1,
    /// <summary>The server could not be initialised.</summary>
    Init = 2,
    /// <summary>A child could not be initialised.</summary>
    ChildInit = 3,
    /// <summary>A child left because of a shortage (descriptors, memory, threads).</summary>
    ChildSick = 7,
    /// <summary>A child found what makes every child fail: the server ends, or the new generation is given up.</summary>
    ChildFatal = 15,
}
