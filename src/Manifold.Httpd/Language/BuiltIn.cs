using System.Reflection;
using Manifold.Os;

namespace Manifold.Httpd.Language;

/// <summary>What holds when neither command line nor configuration says otherwise.</summary>
internal static class BuiltIn
{
    /// <summary>The text of -v and of the Server header.</summary>
    public static string ServerVersion => Manifold.Contracts.ServerVersion.Full;

    /// <summary>Which build this is: the text of "Server built".</summary>
    public static string Built =>
        typeof(BuiltIn).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    /// <summary>The httpd whose behaviour this server has: what IfVersion compares with.</summary>
    public const string HttpdVersion = "2.4.71";

    private static readonly string s_place = Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory).Replace(Path.DirectorySeparatorChar, '/');

    /// <summary>True for the executable of a system's package: its files are where such a system has them, not beside it.</summary>
    private static readonly bool s_isSystems = s_place is "/usr/sbin";

    /// <summary>Main configuration file below ServerRoot.</summary>
    public static string ConfigurationFile { get; } = s_isSystems ? "manifold.conf" : "conf/httpd.conf";

    /// <summary>Directory for run-time files below ServerRoot.</summary>
    public static string RuntimeDirectory { get; } = s_isSystems ? "/run" : "logs";

    /// <summary>Pid file below the run-time directory.</summary>
    public static string PidFile { get; } = s_isSystems ? "manifold.pid" : "httpd.pid";

    /// <summary>Error log below ServerRoot.</summary>
    public static string ErrorLog { get; } = s_isSystems ? "/var/log/manifold/error.log" : "logs/error_log";

    /// <summary>Identifier of the MPM when no LoadModule line names one.</summary>
    public static string Mpm { get; } = $"mpm_{Platform.OnlyMpm ?? "event"}_module";

    /// <summary>ServerRoot: the directory of the executable, or where a system's package has its configuration.</summary>
    public static string ServerRoot { get; } = s_isSystems ? "/etc/manifold" : s_place;
}
