namespace Manifold.Os;

/// <summary>What differs between the systems without being a call.</summary>
public static class Platform
{
    /// <summary>The only MPM that runs on this system; null when all do.</summary>
    public static string? OnlyMpm => "winnt";

    /// <summary>True when log lines can go to the system's log.</summary>
    public static bool HasSystemLog => false;

    /// <summary>True when children can run as another user than the master.</summary>
    public static bool HasAccounts => false;

    /// <summary>True when several sockets may listen on one address, and the kernel spreads connections over them.</summary>
    public static bool HasReusePort => false;

    /// <summary>Process slots that the scoreboard has at least: a child for each generation that has not finished. The system commits all of it at once.</summary>
    internal const int LeastSlots = 64;

    /// <summary>The number of the address family of IPv6.</summary>
    internal const int AF_INET6 = 23;

    /// <summary>Where the calls of sockets are.</summary>
    internal const string SocketLibrary = "ws2_32";

    /// <summary>getnameinfo: an address without a name has none.</summary>
    internal const int NI_NAMEREQD = 4;
}
