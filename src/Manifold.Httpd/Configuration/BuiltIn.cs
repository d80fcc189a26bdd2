using System.Reflection;
using Manifold.Os;

namespace Manifold.Httpd.Configuration;

/// <summary>What holds when neither command line nor configuration says otherwise.</summary>
public static class BuiltIn
{
    /// <summary>The text of -v and of the Server header.</summary>
    public static string ServerVersion => Manifold.Contracts.ServerVersion.Full;

    /// <summary>Which build this is: the text of "Server built".</summary>
    public static string Built =>
        typeof(BuiltIn).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    /// <summary>The httpd whose behaviour this server has: what IfVersion compares with.</summary>
    public const string HttpdVersion = "2.4.71";

    /// <summary>Main configuration file below ServerRoot.</summary>
    public const string ConfigurationFile = "conf/httpd.conf";

    /// <summary>Directory for run-time files below ServerRoot.</summary>
    public const string RuntimeDirectory = "logs";

    /// <summary>Pid file below the run-time directory.</summary>
    public const string PidFile = "httpd.pid";

    /// <summary>Error log below ServerRoot.</summary>
    public const string ErrorLog = "logs/error_log";

    /// <summary>Identifier of the MPM when no LoadModule line names one.</summary>
    public static string Mpm { get; } = $"mpm_{Platform.OnlyMpm ?? "event"}_module";

    /// <summary>ServerRoot: the directory of the executable.</summary>
    public static string ServerRoot { get; } = Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory).Replace(Path.DirectorySeparatorChar, '/');
}
