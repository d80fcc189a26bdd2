using Manifold.Contracts;
using Manifold.Httpd.Language;
using Manifold.Httpd.Requests;
using Manifold.Httpd.Site;

namespace Manifold.Httpd.Modules.Core;

/// <summary>Core directives for the error log.</summary>
internal static class LogDirectives
{
    public static readonly Directive[] Table =
    [
        new("ErrorLog", Arguments.One, Contexts.SV, "path||program||$command|syslog[:[facility][:tag]]", "file or program that takes the error log, or the system log",
            call => call.ServerSettings<ErrorLogSettings>().Target = call.Log(call.Args[0], allowSyslog: true)) { Default = BuiltIn.ErrorLog },
        new("ErrorLogFormat", Arguments.OneOrTwo, Contexts.SV, "[connection|request] format", "how a record of the error log looks, or a line that is written once about a connection or request",
            SetFormat),
        new("LogLevel", Arguments.AtLeastOne, Contexts.SVD, "[module:]level ...", "how much the error log says", SetLevel)
            { Default = "warn" },
    ];

    private static void SetFormat(DirectiveCall call)
    {
        var settings = call.ServerSettings<ErrorLogFormats>();
        // An empty word is no format, and what stands before it no kind.
        bool isMain = call.Args.Count == 1 || call.Args[1].Length == 0;
        var kind = isMain ? null : call.Args[0].ToLowerInvariant() switch
        {
            "connection" => settings.ConnectionLines,
            "request" => settings.RequestLines,
            _ => throw call.Fail("ErrorLogFormat type must be one of request, connection"),
        };
        var format = ErrorLogFormat.Parse(call.Args[isMain ? 0 : 1], isMain, out string? error) ?? throw call.Fail(error!);
        if (isMain) settings.Format = format;
        else kind!.Add(format);
    }

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
internal static class LogLevelNames
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
