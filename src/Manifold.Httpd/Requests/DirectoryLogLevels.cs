using Manifold.Contracts;
using Manifold.Httpd.Site;

namespace Manifold.Httpd.Requests;

/// <summary>Thresholds for records about requests to part of a server.</summary>
internal sealed class DirectoryLogLevels : ISettings<DirectoryLogLevels>
{
    /// <summary>Thresholds; null when no LogLevel line was given.</summary>
    public LogLevels? Levels { get; internal set; }

    /// <inheritdoc/>
    public DirectoryLogLevels Merge(DirectoryLogLevels over) => over.Levels is null ? this : over;
}
