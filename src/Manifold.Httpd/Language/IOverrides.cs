namespace Manifold.Httpd.Language;

/// <summary>What a per-directory file (.htaccess) may hold. Read by any thread.</summary>
public interface IOverrides
{
    /// <summary>A directive that is not allowed is skipped with a warning instead of failing the request.</summary>
    bool ForgivesForbidden { get; }

    /// <summary>A directive that does not exist is skipped with a warning instead of failing the request.</summary>
    bool ForgivesUnknown { get; }

    /// <summary>True when a per-directory file may hold the directive; that it may stand in such a file at all has been checked.</summary>
    bool Allow(Directive directive);
}
