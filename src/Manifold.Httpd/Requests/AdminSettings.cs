using Manifold.Httpd.Site;

namespace Manifold.Httpd.Requests;

/// <summary>Whom a server calls its administrator.</summary>
internal sealed class AdminSettings : ISettings<AdminSettings>
{
    /// <summary>Address or URL; null when none is set.</summary>
    public string? Admin { get; internal set; }

    /// <inheritdoc/>
    public AdminSettings Merge(AdminSettings over) => over.Admin is null ? this : over;
}
