namespace Manifold.Populations;

/// <summary>Which of httpd's families an MPM's numbers follow.</summary>
public enum SizingKind
{
    /// <summary>Spare servers of one thread each.</summary>
    Prefork,
    /// <summary>Spare threads in processes of a fixed number of threads.</summary>
    Worker,
    /// <summary>As <see cref="Worker"/>, with more threads allowed in a process.</summary>
    Event,
    /// <summary>One process whose threads grow.</summary>
    Netware,
    /// <summary>One process whose threads grow, and end after a number of connections.</summary>
    Beos,
    /// <summary>A fixed number of processes whose threads grow.</summary>
    MpmtOs2,
    /// <summary>A fixed number of processes, of several users, whose threads grow.</summary>
    Perchild,
    /// <summary>A fixed number of processes with a fixed number of threads in several pools.</summary>
    Pipeline,
    /// <summary>A fixed number of processes with some reactors each, and threads that grow with those that are kept.</summary>
    Percore,
    /// <summary>A server of one thread for each connection.</summary>
    Inetd,
    /// <summary>One process with a fixed number of threads.</summary>
    Winnt,
}
