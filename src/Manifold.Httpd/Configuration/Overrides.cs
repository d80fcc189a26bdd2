using Manifold.Httpd.Modules.Core;

namespace Manifold.Httpd.Configuration;

/// <summary>
/// What per-directory files below a directory may hold (AllowOverride, AllowOverrideList). null = not set here. Written while the
/// configuration is read, shared by all threads afterwards.
/// </summary>
public sealed class Overrides : ISettings<Overrides>
{
    /// <summary>The groups of directives that are allowed; 0 = none.</summary>
    public Contexts? Groups { get; internal set; }

    /// <summary>Which words Options may have when the group Options is allowed.</summary>
    internal DirectoryOptions Options { get; set; } = DirectoryOptions.Every;

    /// <summary>A directive that is not allowed is skipped with a warning instead of failing the request.</summary>
    internal bool ForgivesForbidden { get; set; }

    /// <summary>A directive that does not exist is skipped with a warning instead of failing the request.</summary>
    internal bool ForgivesUnknown { get; set; }

    /// <summary>Directives that are allowed whatever their group is.</summary>
    internal HashSet<string>? Listed { get; set; }

    /// <summary>
    /// False when per-directory files need not even be looked for. Where nobody has said anything they are looked for, as httpd does, and allowed nothing: a
    /// file that somebody has put there to protect a directory makes the request fail and is not passed over.
    /// </summary>
    public bool Any => Groups != 0 || Listed is { Count: > 0 };

    /// <summary>True when a per-directory file may hold the directive; that it may stand in such a file at all has been checked.</summary>
    public bool Allow(Directive directive) =>
        (directive.Contexts & (Groups ?? 0)) != 0 || Listed?.Contains(directive.Shown) == true;

    /// <inheritdoc/>
    public Overrides Merge(Overrides over)
    {
        var groups = over.Groups is null ? this : over;
        return new Overrides
        {
            Groups = groups.Groups,
            Options = groups.Options,
            ForgivesForbidden = groups.ForgivesForbidden,
            ForgivesUnknown = groups.ForgivesUnknown,
            Listed = over.Listed ?? Listed,
        };
    }

    /// <summary>The names of the groups in <paramref name="contexts"/>, in httpd's order.</summary>
    internal static IEnumerable<string> GroupNames(Contexts contexts)
    {
        foreach (var group in (Contexts[])[Contexts.AuthConfig, Contexts.Limit, Contexts.Options, Contexts.FileInfo, Contexts.Indexes])
            if ((contexts & group) != 0) yield return group.ToString();
    }
}
