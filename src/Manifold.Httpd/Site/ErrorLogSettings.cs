using Manifold.Contracts;

namespace Manifold.Httpd.Site;

/// <summary>Where a server's error log goes and how much it says.</summary>
internal sealed class ErrorLogSettings : ISettings<ErrorLogSettings>
{
    /// <summary>The log of this server; null when it has none of its own (the main server: the built-in default).</summary>
    public LogTarget? Target { get; internal set; }

    /// <summary>Thresholds; null when no LogLevel line was given.</summary>
    public LogLevels? Levels { get; internal set; }

    /// <inheritdoc/>
    public ErrorLogSettings Merge(ErrorLogSettings over) => new()
    {
        Target = over.Target ?? Target,
        Levels = over.Levels ?? Levels,
    };
}
