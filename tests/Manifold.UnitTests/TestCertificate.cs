using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Manifold.Tests;

/// <summary>A self-signed certificate for a host, as PEM. The process tests use it too.</summary>
internal sealed record TestCertificate(string Host, string Certificate, string Key)
{
    /// <summary>Certificate and key in one file's text.</summary>
    public string Both => Certificate + "\n" + Key;

    public static TestCertificate For(string host)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=" + host, key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(host);
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30));
        return new TestCertificate(host, certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }
}
