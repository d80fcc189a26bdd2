using Manifold.Httpd.Language;

namespace Manifold.Httpd.Site;

/// <summary>
/// What per-directory files below a directory may hold (AllowOverride, AllowOverrideList). null = not set here. Written while the
/// configuration is read, shared by all threads afterwards.
/// </summary>
public sealed class Overrides : ISettings<Overrides>, IOverrides
{
    /// <summary>The groups of directives that are allowed; 0 = none.</summary>
    public Contexts? Groups { get; internal set; }

    /// <summary>Which words Options may have when the group Options is allowed.</summary>
    internal DirectoryOptions Options { get; set; } = DirectoryOptions.Every;

    /// <inheritdoc/>
    public bool ForgivesForbidden { get; internal set; }

    /// <inheritdoc/>
    public bool ForgivesUnknown { get; internal set; }

    /// <summary>Directives that are allowed whatever their group is.</summary>
    internal HashSet<string>? Listed { get; set; }

    /// <summary>
    /// False when per-directory files need not even be looked for. Where nobody has said anything they are looked for, as httpd does, and allowed nothing: a
    /// file that somebody has put there to protect a directory makes the request fail and is not passed over.
    /// </summary>
    public bool Any => Groups != 0 || Listed is { Count: > 0 };

    /// <inheritdoc/>
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
}
