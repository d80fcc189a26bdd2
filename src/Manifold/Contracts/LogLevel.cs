namespace Manifold.Contracts;

/// <summary>Severity of an error log record, as in httpd: a lower number is more severe.</summary>
public enum LogLevel
{
#pragma warning disable CS1591 // httpd's names
    Emerg, Alert, Crit, Error, Warn, Notice, Info, Debug, Trace1, Trace2, Trace3, Trace4, Trace5, Trace6, Trace7, Trace8,
#pragma warning restore CS1591
}

/// <summary>Which records are written: a general threshold and thresholds for single modules. Immutable.</summary>
/// <param name="General">Threshold of every module that is not named.</param>
/// <param name="Modules">Thresholds of single modules: few, so a list (a dictionary of own value types costs a starting child 10 ms).</param>
public sealed record LogLevels(LogLevel General, params IReadOnlyList<ModuleLogLevel> Modules)
{
    /// <summary>httpd's default: warn.</summary>
    public static LogLevels Default { get; } = new(LogLevel.Warn);

    /// <summary>The threshold for <paramref name="module"/>.</summary>
    public LogLevel For(string module)
    {
        for (int i = 0; i < Modules.Count; i++)
            if (Modules[i].Module == module) return Modules[i].Level;
        return General;
    }
}

/// <summary>The threshold of one module.</summary>
/// <param name="Module">Its short name: "core", "mpm_event".</param>
/// <param name="Level">The threshold.</param>
public sealed record ModuleLogLevel(string Module, LogLevel Level);
