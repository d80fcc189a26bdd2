using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Manifold.Bench;

/// <summary>A certificate that nobody has signed but itself, and its key: ECDSA on P-256, for localhost and 127.0.0.1. Thrown away with the site.</summary>
/// <param name="Certificate">As PEM.</param>
/// <param name="Key">As PEM, without a password.</param>
internal sealed record SiteCertificate(string Certificate, string Key)
{
    private static readonly TimeSpan s_valid = TimeSpan.FromDays(7); // before and after now: longer than any run

    public static SiteCertificate Create()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow - s_valid, DateTimeOffset.UtcNow + s_valid);
        return new SiteCertificate(certificate.ExportCertificatePem() + "\n", key.ExportPkcs8PrivateKeyPem() + "\n");
    }
}
