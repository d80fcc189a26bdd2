using System.Security.Authentication;
using Manifold.Httpd.Site;

namespace Manifold.Httpd.Modules.Ssl;

/// <summary>A PEM file, as it was when the configuration was read.</summary>
internal sealed record PemFile(string Path, string Text)
{
    /// <summary>The path only: the text may be a key.</summary>
    public override string ToString() => Path;
}

/// <summary>What mod_ssl knows of a server; null where no directive has said anything.</summary>
internal sealed class SslSettings : ISettings<SslSettings>
{
    public bool? Engine { get; set; }
    public PemFile? Certificate { get; set; }
    public PemFile? Key { get; set; }
    public PemFile? Chain { get; set; }
    public SslProtocols? Protocols { get; set; }
    public bool? Resumes { get; set; }

    public SslSettings Merge(SslSettings over) => new()
    {
        Engine = over.Engine ?? Engine,
        Certificate = over.Certificate ?? Certificate,
        // A server's own certificate does not go with another's key or chain.
        Key = over.Key ?? (over.Certificate is null ? Key : null),
        Chain = over.Chain ?? (over.Certificate is null ? Chain : null),
        Protocols = over.Protocols ?? Protocols,
        Resumes = over.Resumes ?? Resumes,
    };
}

/// <summary>What SSLOptions can switch on that means something here.</summary>
[Flags]
internal enum SslOptions
{
    None = 0, StdEnvVars = 1, ExportCertData = 2,
}

/// <summary>What mod_ssl knows of a directory.</summary>
internal sealed class SslDirectory : ISettings<SslDirectory>
{
    public bool Required { get; set; }

    /// <summary>Options without a sign, which replace those of outer places; null where none is said.</summary>
    public SslOptions? Options { get; set; }
    public SslOptions Added { get; set; }
    public SslOptions Removed { get; set; }

    public SslOptions Effective => ((Options ?? SslOptions.None) | Added) & ~Removed;

    public SslDirectory Merge(SslDirectory over) => new()
    {
        Required = Required || over.Required,
        Options = over.Options ?? Options,
        Added = over.Options is not null ? over.Added : (Added & ~over.Removed) | over.Added,
        Removed = over.Options is not null ? over.Removed : (Removed & ~over.Added) | over.Removed,
    };
}
