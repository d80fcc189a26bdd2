using Manifold.Os;

namespace Manifold.Master;

/// <summary>
/// Starting a master that outlives its terminal: not on Windows, where a server stays in its console, as httpd does there; what runs without one is
/// a service.
/// </summary>
internal static class Detached
{
    private static readonly FileDescriptor s_nobody = new(-1);

    /// <summary>Nobody waits.</summary>
    public static bool IsAwaited => false;

    /// <summary>Never null: this process is the master.</summary>
    public static FileDescriptor? Receive() => s_nobody;

    /// <summary>Never called: see <see cref="Receive"/>.</summary>
    public static int Launch(IReadOnlyList<string> arguments) => throw new PlatformNotSupportedException($"A server of {arguments.Count} words cannot leave its console.");

    /// <summary>Nobody waits.</summary>
    public static void SayUp(FileDescriptor pipe) => pipe.Dispose();
}
