namespace Manifold.Os;

/// <summary>What differs between the systems without being a call.</summary>
public static class Platform
{
    /// <summary>The only MPM that runs on this system; null when all do.</summary>
    public static string? OnlyMpm => null;

    /// <summary>True when log lines can go to the system's log.</summary>
    public static bool HasSystemLog => true;

    /// <summary>True when children can run as another user than the master.</summary>
    public static bool HasAccounts => true;

    /// <summary>True when several sockets may listen on one address, and the kernel spreads connections over them.</summary>
    public static bool HasReusePort => true;

    /// <summary>Process slots that the scoreboard has at least: room for two populations of any MPM.</summary>
    internal const int LeastSlots = 1024;

    /// <summary>The number of the address family of IPv6.</summary>
    internal const int AF_INET6 = 10;

    /// <summary>Where the calls of sockets are.</summary>
    internal const string SocketLibrary = "libc";

    /// <summary>getnameinfo: an address without a name has none.</summary>
    internal const int NI_NAMEREQD = 8;
}
