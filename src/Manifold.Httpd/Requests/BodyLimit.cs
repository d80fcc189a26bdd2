using Manifold.Httpd.Site;

namespace Manifold.Httpd.Requests;

/// <summary>Limit of a request's body, for a directory.</summary>
internal sealed class BodyLimit : ISettings<BodyLimit>
{
    internal long? SetBytes { get; set; }

    /// <summary>Bytes of the body; 0 = unlimited.</summary>
    public long Bytes => SetBytes ?? 1 << 30;

    /// <inheritdoc/>
    public BodyLimit Merge(BodyLimit over) => over.SetBytes is null ? this : over;
}
