using Manifold.Contracts;

namespace Manifold.Httpd.Control;

/// <summary>Services of the Windows kind do not exist here; who asks for one is told so.</summary>
internal static class ServiceCommand
{
    /// <summary>Null when the command line asks nothing of a service; throws <see cref="RefusedException"/> when it does.</summary>
    public static int? Run(CommandLine options)
    {
        string? windows = options.Verb switch
        {
            ControlVerb.Shutdown => "-k shutdown",
            ControlVerb.Install => "-k install",
            ControlVerb.Uninstall => "-k uninstall",
            ControlVerb.Config => "-k config",
            ControlVerb.RunService => "-k runservice",
            _ => options.Service is null ? null : "-n",
        };
        return windows is null ? null : throw new RefusedException(
            $"{windows} exists on Windows only. On this system -k takes start, stop, restart, graceful and graceful-stop.");
    }
}
