using Manifold.Httpd.Site;

namespace Manifold.Httpd.Requests;

/// <summary>The names of a server's per-directory files.</summary>
internal sealed class AccessFiles : ISettings<AccessFiles>
{
    private static readonly string[] s_standard = [".htaccess"];

    internal string[]? Set { get; set; }

    /// <summary>The names, to be tried in this order in each directory.</summary>
    public IReadOnlyList<string> Names => Set ?? s_standard;

    /// <inheritdoc/>
    public AccessFiles Merge(AccessFiles over) => over.Set is null ? this : over;
}
