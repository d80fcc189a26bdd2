using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Manifold.Bench;
using Xunit;

namespace Manifold.UnitTests.Benchmarks;

public class SiteTests
{
    [Fact]
    public void The_certificate_is_for_this_machine_and_fits_its_key()
    {
        using var site = new Site();
        var place = site.Lodge("nginx", tls: true);
        using var certificate = X509Certificate2.CreateFromPemFile(place.Certificate, place.Key); // which throws when they do not fit
        Assert.True(certificate.HasPrivateKey);
        Assert.True(certificate.MatchesHostname("localhost"));
        Assert.True(certificate.MatchesHostname("127.0.0.1"));
        Assert.True(certificate.NotBefore < DateTime.Now.AddDays(-1) && certificate.NotAfter > DateTime.Now.AddDays(1));
        using var key = certificate.GetECDsaPublicKey()!;
        Assert.Equal(ECCurve.NamedCurves.nistP256.Oid.Value, key.ExportParameters(includePrivateParameters: false).Curve.Oid.Value);
    }

    /// <summary>What nothing but its own certificate can vouch for is accepted when that is trusted, and refused otherwise.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Who_trusts_it_accepts_it(bool trusted)
    {
        using var certificate = X509Certificate2.CreateFromPem(SiteCertificate.Create().Certificate);
        using var other = X509Certificate2.CreateFromPem(SiteCertificate.Create().Certificate);
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(trusted ? certificate : other);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        Assert.Equal(trusted, chain.Build(certificate));
    }

    [Fact]
    public void All_servers_of_a_site_have_the_same_and_may_read_it()
    {
        using var site = new Site();
        Lodging one = site.Lodge("nginx", tls: true), other = site.Lodge("httpd event", tls: true);
        Assert.Equal(File.ReadAllText(one.Certificate), File.ReadAllText(other.Certificate));
        Assert.Equal(File.ReadAllText(one.Key), File.ReadAllText(other.Key));
        foreach (string file in new[] { one.Certificate, one.Key }) Assert.True(File.GetUnixFileMode(file).HasFlag(UnixFileMode.OtherRead), file);
    }

    [Fact]
    public void Without_TLS_there_is_none()
    {
        using var site = new Site();
        var place = site.Lodge("nginx");
        Assert.False(File.Exists(place.Certificate) || File.Exists(place.Key));
        Assert.Equal($"http://127.0.0.1:{place.Port}/index.html", place.At(Site.Index).ToString());
        Assert.Equal("https", (place with { Tls = true }).At(Site.Index).Scheme);
    }
}
