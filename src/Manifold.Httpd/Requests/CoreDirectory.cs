using Manifold.Httpd.Expressions;
using Manifold.Httpd.Site;

namespace Manifold.Httpd.Requests;

/// <summary>How the server's own name is made for URLs that point to itself.</summary>
public enum CanonicalName
{
    /// <summary>From the client's Host header.</summary>
    Off,
    /// <summary>From ServerName.</summary>
    On,
    /// <summary>By the name of the address that the client came to.</summary>
    Dns,
}

/// <summary>The signature under generated pages.</summary>
public enum Signature
{
    /// <summary>None.</summary>
    Off,
    /// <summary>Server version, name and port.</summary>
    On,
    /// <summary>The same with a link to the administrator.</summary>
    EMail,
}

/// <summary>Core's per-directory settings; null = not set here.</summary>
public sealed class CoreDirectory : ISettings<CoreDirectory>
{
#pragma warning disable CS1591 // named after their directives
    public DirectoryOptions? Options { get; set; }
    public DirectoryOptions OptionsAdded { get; set; }
    public DirectoryOptions OptionsRemoved { get; set; }
    internal Dictionary<int, ErrorDocument?> ErrorDocuments { get; init; } = [];
    public TextExpression? Handler { get; set; }
    public string? ForceType { get; set; }
    public string[]? OutputFilters { get; set; }
    public string[]? InputFilters { get; set; }
    public ETagParts? ETag { get; set; }
    public ETagParts ETagAdded { get; set; }
    public ETagParts ETagRemoved { get; set; }
    public bool? AcceptPathInfo { get; set; }
    public bool PathInfoDefault { get; set; }
    public bool? Sendfile { get; set; }
    public Signature? Signature { get; set; }
    public CanonicalName? CanonicalName { get; set; }
    public string? DefaultCharset { get; set; }
    public HostnameLookups? Lookups { get; set; }
    public bool? PhysicalPort { get; set; }
    public bool? ContentDigest { get; set; }
    public bool? QualifiesRedirectUrl { get; set; }
    public int? MaxRanges { get; set; }
    public int? MaxRangeOverlaps { get; set; }
    public int? MaxRangeReversals { get; set; }
#pragma warning restore CS1591

    /// <summary>The options in force.</summary>
    public DirectoryOptions Effective => ((Options ?? DirectoryOptions.FollowSymLinks) | OptionsAdded) & ~OptionsRemoved;

    /// <summary>The ETag's parts in force.</summary>
    public ETagParts EffectiveETag => ((ETag ?? (ETagParts.MTime | ETagParts.Size)) | ETagAdded) & ~ETagRemoved;

    internal RangeLimits RangeLimits => new(MaxRanges ?? 200, MaxRangeOverlaps ?? 20, MaxRangeReversals ?? 20);

    /// <inheritdoc/>
    public CoreDirectory Merge(CoreDirectory over)
    {
        bool replaced = over.Options is not null, tagReplaced = over.ETag is not null;
        var documents = new Dictionary<int, ErrorDocument?>(ErrorDocuments);
        foreach (var (status, document) in over.ErrorDocuments) documents[status] = document;
        return new CoreDirectory
        {
            Options = over.Options ?? Options,
            OptionsAdded = replaced ? over.OptionsAdded : (OptionsAdded & ~over.OptionsRemoved) | over.OptionsAdded,
            OptionsRemoved = replaced ? over.OptionsRemoved : (OptionsRemoved & ~over.OptionsAdded) | over.OptionsRemoved,
            ErrorDocuments = documents,
            Handler = over.Handler ?? Handler,
            ForceType = over.ForceType ?? ForceType,
            OutputFilters = over.OutputFilters ?? OutputFilters,
            InputFilters = over.InputFilters ?? InputFilters,
            Sendfile = over.Sendfile ?? Sendfile,
            ETag = over.ETag ?? ETag,
            ETagAdded = tagReplaced ? over.ETagAdded : (ETagAdded & ~over.ETagRemoved) | over.ETagAdded,
            ETagRemoved = tagReplaced ? over.ETagRemoved : (ETagRemoved & ~over.ETagAdded) | over.ETagRemoved,
            AcceptPathInfo = over.PathInfoDefault ? null : over.AcceptPathInfo ?? AcceptPathInfo,
            Signature = over.Signature ?? Signature,
            CanonicalName = over.CanonicalName ?? CanonicalName,
            DefaultCharset = over.DefaultCharset ?? DefaultCharset,
            Lookups = over.Lookups ?? Lookups,
            PhysicalPort = over.PhysicalPort ?? PhysicalPort,
            ContentDigest = over.ContentDigest ?? ContentDigest,
            QualifiesRedirectUrl = over.QualifiesRedirectUrl ?? QualifiesRedirectUrl,
            MaxRanges = over.MaxRanges ?? MaxRanges,
            MaxRangeOverlaps = over.MaxRangeOverlaps ?? MaxRangeOverlaps,
            MaxRangeReversals = over.MaxRangeReversals ?? MaxRangeReversals,
        };
    }
}

/// <summary>Core's server-wide settings that requests need; null = not set here.</summary>
internal sealed class CoreRequests : ISettings<CoreRequests>
{
#pragma warning disable CS1591 // named after their directives
    public string? DocumentRoot { get; set; }
    public string? ServerTokens { get; set; }
    public TraceMode? Trace { get; set; }
    public EncodedSlashes? EncodedSlashes { get; set; }
    public bool? MergeSlashes { get; set; }
    public int? MostLookUps { get; set; }
#pragma warning restore CS1591

    /// <inheritdoc/>
    public CoreRequests Merge(CoreRequests over) => new()
    {
        DocumentRoot = over.DocumentRoot ?? DocumentRoot,
        ServerTokens = over.ServerTokens ?? ServerTokens,
        Trace = over.Trace ?? Trace,
        EncodedSlashes = over.EncodedSlashes ?? EncodedSlashes,
        MergeSlashes = over.MergeSlashes ?? MergeSlashes,
        MostLookUps = over.MostLookUps ?? MostLookUps,
    };
}

/// <summary>What TRACE does.</summary>
internal enum TraceMode
{
    /// <summary>Echoes the request.</summary>
    On,
    /// <summary>405.</summary>
    Off,
    /// <summary>Echoes, a body is allowed.</summary>
    Extended,
}
