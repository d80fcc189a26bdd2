using Manifold.Contracts;
using Manifold.Shared;

namespace Manifold.Hosting;

/// <summary>The server as a service of inetd or systemd: there is neither on Windows.</summary>
internal static class InetdService
{
    /// <summary>The streams are no connection.</summary>
    public static bool KeepStreamsOffTheConnection() => false;

    /// <summary>Refuses.</summary>
    public static int Run(IServerProgram program, LoadedConfiguration configuration, ErrorLog log)
    {
        _ = (program, configuration, log);
        throw new RefusedException("-i serves a connection that inetd or systemd has accepted: there is neither on Windows.");
    }
}
