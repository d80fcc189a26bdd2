using Manifold.Httpd.Site;

namespace Manifold.Httpd.Requests;

/// <summary>Which protocol a server speaks, and which methods it knows beyond the usual ones.</summary>
internal sealed class ProtocolSettings : ISettings<ProtocolSettings>
{
    /// <summary>"http" or "https"; null where Protocol does not say.</summary>
    public string? Protocol { get; internal set; }

    /// <summary>Methods of RegisterHttpMethod.</summary>
    internal HashSet<string> Methods { get; init; } = [];

    /// <inheritdoc/>
    public ProtocolSettings Merge(ProtocolSettings over) => new() { Protocol = over.Protocol ?? Protocol, Methods = [.. Methods, .. over.Methods] };
}
