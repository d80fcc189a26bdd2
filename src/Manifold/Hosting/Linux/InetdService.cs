using Manifold.Contracts;
using Manifold.Os;
using Manifold.Shared;

namespace Manifold.Hosting;

/// <summary>
/// The server as a service of inetd or systemd: there is no master; the connection came as descriptor 0, perhaps as 1 and 2 too. It is
/// served in this process, to its end, and the process ends. Nothing but the answers may ever be written to it.
/// </summary>
internal static class InetdService
{
    /// <summary>
    /// Points standard output and error elsewhere if they are the connection, and the copies that the runtime makes of all three at its
    /// start. To be called first of all; true when standard error was the connection.
    /// </summary>
    public static bool KeepStreamsOffTheConnection()
    {
        string? connection = FileDescriptor.Target(0);
        if (connection is null || !connection.StartsWith("socket:", StringComparison.Ordinal)) return false;
        bool errors = FileDescriptor.Target(2) == connection;
        using var nothing = Nothing();
        foreach (string entry in Directory.GetFiles("/proc/self/fd"))
        {
            int number = int.Parse(Path.GetFileName(entry));
            if (number != 0 && FileDescriptor.Target(number) == connection) FileDescriptor.Become(number, (int)nothing.DangerousGetHandle());
        }
        return errors;
    }

    public static int Run(IServerProgram program, LoadedConfiguration configuration, ErrorLog log)
    {
        using var connection = TakeConnection();
        // One child for one connection, whatever MPM the configuration names; ports and pid file are the affair of others.
        var options = configuration.Options with { Mpm = "inetd", Listen = [], PidFile = null };
        return SingleProcess.Run(program, configuration with { Options = options, Warnings = [] }, log, () => { }, connection);
    }

    /// <summary>Takes the connection away from descriptor 0, so that it has one owner and closing it closes it.</summary>
    private static FileDescriptor TakeConnection()
    {
        var connection = new FileDescriptor(FileDescriptor.Duplicate(0));
        if (ConnectionSocket.Adopt(connection) is { } objection)
        {
            connection.Dispose();
            throw new RefusedException($"-i serves the connection that inetd or systemd gives as descriptor 0, but {objection}.");
        }
        using var nothing = Nothing();
        FileDescriptor.Become(0, (int)nothing.DangerousGetHandle());
        return connection;
    }

    private static Microsoft.Win32.SafeHandles.SafeFileHandle Nothing() => File.OpenHandle("/dev/null", FileMode.Open, FileAccess.ReadWrite);
}
