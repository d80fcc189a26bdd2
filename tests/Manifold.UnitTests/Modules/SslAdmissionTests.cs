using System.Net;
using System.Net.Security;
using Manifold.Tests;
using Manifold.UnitTests.Requests;
using Xunit;

namespace Manifold.UnitTests.Modules;

/// <summary>No host is reached over a connection that is not encrypted as the host wants it.</summary>
public sealed class SslAdmissionTests : IDisposable
{
    private const string A = "a.example", B = "b.example", Plain = "plain.example";

    private readonly TestSite _site = new() { Later = TimeSpan.FromSeconds(10) };

    public SslAdmissionTests()
    {
        File.WriteAllText(_site.Root + "/a.pem", TestCertificate.For(A).Both);
        File.WriteAllText(_site.Root + "/b.pem", TestCertificate.For(B).Both);
        _site.Text = "LoadModule ssl_module x\n" + Host(A, "SSLEngine on\nSSLCertificateFile a.pem") + Host("also." + A, "SSLEngine on\nSSLCertificateFile a.pem")
            + Host(B, "SSLEngine on\nSSLCertificateFile b.pem") + Host(Plain, "");
        _site.Write("page.txt", "page");
    }

    public void Dispose() => _site.Dispose();

    [Theory]
    [InlineData(A, A, 200)]
    [InlineData(A, "also." + A, 200)] // the same certificate and settings
    [InlineData(A, "unknown.example", 200)]
    [InlineData(A, B, 421)]
    [InlineData(A, Plain, 421)]
    [InlineData(B, A, 421)]
    [InlineData(B, B, 200)]
    [InlineData(null, A, 421)]
    [InlineData(null, Plain, 200)]
    public async Task A_host_is_served_over_its_own_encryption_only(string? named, string host, int status)
    {
        var connection = Connect(named);
        // The second time the connection remembers the host's server; when it was served, the target is remembered too.
        for (int i = 0; i < 3; i++) Assert.Equal(status, (await connection.Send("GET", "/page.txt", ("Host", host))).Status);
    }

    [Fact]
    public async Task What_the_host_has_in_its_memory_is_not_given_away_either()
    {
        for (int i = 0; i < 2; i++) Assert.Equal(200, (await Connect(B).Send("GET", "/page.txt", ("Host", B))).Status);
        Assert.Equal(1, _site.Site[_site.Site.Options.Select(new IPEndPoint(IPAddress.Loopback, 8080), B)].Cache.Count); // the short way is open
        var connection = Connect(A);
        for (int i = 0; i < 2; i++)
        {
            var refused = await connection.Send("GET", "/page.txt", ("Host", B));
            Assert.Equal(421, refused.Status);
            Assert.DoesNotContain("page", refused.Text, StringComparison.Ordinal);
        }
        Assert.Equal(200, (await connection.Send("GET", "/page.txt", ("Host", A))).Status); // the connection itself is as good as before
    }

    [Fact]
    public async Task A_host_in_the_target_counts_as_one_in_a_header() =>
        Assert.Equal(421, (await Connect(A).Send("GET", $"https://{B}/page.txt", ("Host", A))).Status);

    private TestConnection Connect(string? named)
    {
        var connection = _site.Connect();
        SslServerAuthenticationOptions? tls = null;
        if (named is not null) tls = _site.Site.Options.Tls!.OptionsFor(connection.Local, named);
        Assert.Equal(named is not null, tls is not null);
        connection.Tls = tls;
        return connection;
    }

    private static string Host(string name, string more) => $"<VirtualHost *:8080>\nServerName {name}\n{more}\n</VirtualHost>\n";
}
