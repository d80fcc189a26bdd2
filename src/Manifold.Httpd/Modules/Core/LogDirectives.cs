using Manifold.Hosting;
using Manifold.Httpd.Configuration;
using Manifold.Shared;

namespace Manifold.Httpd.Modules.Core;

/// <summary>Where a server's error log goes and how much it says.</summary>
public sealed class ErrorLogSettings : ISettings<ErrorLogSettings>
{
    /// <summary>The log of this server; null when it has none of its own (the main server: the built-in default).</summary>
    public LogTarget? Target { get; internal set; }

    /// <summary>Thresholds; null when no LogLevel line was given.</summary>
    public LogLevels? Levels { get; internal set; }

    /// <inheritdoc/>
    public ErrorLogSettings Merge(ErrorLogSettings over) =>
        new() { Target = over.Target ?? Target, Levels = over.Levels ?? Levels };
}

/// <summary>Thresholds for records about requests to part of a server.</summary>
public sealed class DirectoryLogLevels : ISettings<DirectoryLogLevels>
{
    /// <summary>Thresholds; null when no LogLevel line was given.</summary>
    public LogLevels? Levels { get; internal set; }

    /// <inheritdoc/>
    public DirectoryLogLevels Merge(DirectoryLogLevels over) => over.Levels is null ? this : over;
}

/// <summary>Core directives for the error log.</summary>
internal static class LogDirectives
{
    public static readonly Directive[] Table =
    [
        new("ErrorLog", Arguments.One, Contexts.SV, "path||program||$command|syslog[:[facility][:tag]]", "file or program that takes the error log, or the system log",
            call => call.ServerSettings<ErrorLogSettings>().Target = call.Log(call.Args[0], allowSyslog: true)) { Default = BuiltIn.ErrorLog },
        new("LogLevel", Arguments.AtLeastOne, Contexts.SVD, "[module:]level ...", "how much the error log says", SetLevel)
            { Default = "warn" },
    ];

    private static void SetLevel(DirectiveCall call)
    {
        var levels = (call.Section is null ? call.ServerSettings<ErrorLogSettings>().Levels
            : call.DirectorySettings<DirectoryLogLevels>().Levels) ?? LogLevels.Default;
        var general = levels.General;
        var modules = levels.Modules.ToList();
        foreach (string word in call.Args)
        {
            int colon = word.IndexOf(':', StringComparison.Ordinal);
            var level = Level(call, word[(colon + 1)..]);
            if (colon < 0)
            {
                general = level;
                modules.Clear();
                continue;
            }
            var module = call.FindModule(word[..colon]) ?? throw call.Fail($"Cannot find module {word[..colon]}");
            modules.RemoveAll(known => known.Module == module.ShortName);
            modules.Add(new ModuleLogLevel(module.ShortName, level));
        }
        levels = new LogLevels(general, modules);
        if (call.Section is null) call.ServerSettings<ErrorLogSettings>().Levels = levels;
        else call.DirectorySettings<DirectoryLogLevels>().Levels = levels;
    }

    private static LogLevel Level(DirectiveCall call, string name) =>
        LogLevelNames.TryParse(name, out var level) ? level : throw call.Fail($"Log level keyword must be one of {LogLevelNames.All}");
}

/// <summary>The names of severities, as LogLevel and -e take them.</summary>
public static class LogLevelNames
{
    /// <summary>All of them, for messages.</summary>
    public const string All = "emerg/alert/crit/error/warn/notice/info/debug/trace1/.../trace8";

    private static readonly string[] s_names =
    [
        "emerg", "alert", "crit", "error", "warn", "notice", "info", "debug",
        "trace1", "trace2", "trace3", "trace4", "trace5", "trace6", "trace7", "trace8",
    ];

    /// <summary>The level of that name, in any case.</summary>
    public static bool TryParse(string name, out LogLevel level)
    {
        level = (LogLevel)Array.FindIndex(s_names, known => known.Equals(name, StringComparison.OrdinalIgnoreCase));
        return level >= 0;
    }
}
