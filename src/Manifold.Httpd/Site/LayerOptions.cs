using System.Diagnostics.CodeAnalysis;
using Manifold.Contracts;
using Manifold.Httpd.Language;

namespace Manifold.Httpd.Site;

/// <summary>Translates a finished configuration into what the layer needs to know; all paths absolute, and texts .NET's.</summary>
internal static class LayerOptions
{
    public static ManifoldOptions From(ServerConfiguration configuration)
    {
        var settings = configuration.Main.Settings;
        var process = settings.Get<ProcessSettings>();
        var listen = settings.Get<ListenSettings>();
        var connection = settings.Get<ConnectionSettings>();
        var reading = settings.Get<RequestTimeoutSettings>();
        var defaults = new ManifoldOptions();
        return defaults with
        {
            Mpm = configuration.Mpm,
            Sizing = configuration.Sizing,
            Listen = listen.Addresses,
            ListenBacklog = listen.Backlog,
            SendBufferSize = listen.SendBufferSize,
            ReceiveBufferSize = listen.ReceiveBufferSize,
            ListenCoresBucketsRatio = listen.CoresBucketsRatio,
            User = Text(process.User),
            Group = Text(process.Group),
            Users = configuration.Users,
            ChrootDir = Text(process.ChrootDir),
            PidFile = Text(PidFile(configuration)),
            GracefulShutdownTimeout = process.GracefulShutdownTimeout,
            AcceptMutex = AcceptMutex(process),
            Timeout = connection.Timeout,
            KeepAliveTimeout = connection.KeepAliveTimeout,
            HeadTimeout = reading.Head ?? defaults.HeadTimeout,
            BodyTimeout = reading.Body ?? defaults.BodyTimeout,
            SeeRequestTail = process.SeeRequestTail,
            ThreadStackSize = process.ThreadStackSize,
            RuntimeDirectory = Text(configuration.RuntimeDirectory),
            CoreDumpDirectory = Text(process.CoreDumpDirectory),
            Logs = configuration.Logs,
            ErrorLog = configuration.ErrorLog,
        };
    }

    /// <summary>The pid file: a relative name is below ServerRoot, and without any it is in the run-time directory.</summary>
    public static string PidFile(ServerConfiguration configuration) => configuration.Main.Settings.Get<ProcessSettings>().PidFile is { } given
        ? Paths.Resolve(configuration.ServerRoot, given) : Paths.Resolve(configuration.RuntimeDirectory, BuiltIn.PidFile);

    [return: NotNullIfNotNull(nameof(bytes))]
    private static string? Text(string? bytes) => bytes is null ? null : ByteText.ToText(bytes);

    private static AcceptMutexOptions AcceptMutex(ProcessSettings process)
    {
        if (process.Mutexes.TryGetValue("mpm-accept", out var own)) return own;
        // "Mutex none" as the general default does not reach the accept mutex, which cannot do without.
        return process.Mutexes.TryGetValue("default", out var general) && general.Mechanism != "none" ? general : new AcceptMutexOptions();
    }
}
