using System.Security.Authentication;
using Manifold.Httpd.Modules.Ssl;
using Manifold.Tests;
using Manifold.UnitTests.Configuration;
using Xunit;

namespace Manifold.UnitTests.Modules;

/// <summary>The directives of ssl_module: what they refuse, what they set, what a virtual host inherits.</summary>
public class SslTests
{
    private const string Load = "LoadModule ssl_module x\n";
    private const string Prefix = "AH00526: Syntax error on line 2 of /srv/conf/httpd.conf:\n";

    private static readonly TestCertificate s_a = TestCertificate.For("a.example");
    private static readonly TestCertificate s_b = TestCertificate.For("b.example");

    [Theory]
    [InlineData("SSLEngine optional", "SSLEngine must be on or off")]
    [InlineData("SSLEngine", "SSLEngine takes one argument, TLS for this server; without it, on where there is a certificate and Listen says https")]
    [InlineData("SSLCertificateFile missing.pem", "SSLCertificateFile: file '/srv/missing.pem' cannot be read: No such file or directory")]
    [InlineData("SSLCertificateFile empty.pem", "SSLCertificateFile: file '/srv/empty.pem' is empty")]
    [InlineData("SSLCertificateKeyFile /srv/missing.key", "SSLCertificateKeyFile: file '/srv/missing.key' cannot be read: No such file or directory")]
    [InlineData("SSLCertificateChainFile empty.pem", "SSLCertificateChainFile: file '/srv/empty.pem' is empty")]
    [InlineData("SSLProtocol TLSv1.4", "SSLProtocol: Illegal protocol 'TLSv1.4'")]
    [InlineData("SSLProtocol all -SSLv9", "SSLProtocol: Illegal protocol '-SSLv9'")]
    [InlineData("SSLProtocol \"\"", "SSLProtocol: Illegal protocol ''")]
    [InlineData("SSLProtocol SSLv2", "SSLProtocol: Illegal protocol 'SSLv2'")]
    [InlineData("SSLProtocol +-TLSv1.2", "SSLProtocol: Illegal protocol '+-TLSv1.2'")]
    [InlineData("SSLProtocol -", "SSLProtocol: Illegal protocol '-'")]
    [InlineData("SSLProtocol -all", "SSLProtocol: No SSL protocols available")]
    [InlineData("SSLProtocol all -TLSv1.2 -TLSv1.3", "SSLProtocol: No SSL protocols available")]
    [InlineData("SSLProtocol TLSv1", "SSLProtocol: No SSL protocols available")]
    [InlineData("SSLSessionTickets maybe", "SSLSessionTickets must be On or Off")]
    [InlineData("<Directory />\nSSLEngine on\n</Directory>", "SSLEngine not allowed in <Directory> context", 3)]
    public void Errors_name_file_and_line(string text, string expected, int line = 2) =>
        Assert.Equal(Prefix.Replace("line 2", "line " + line, StringComparison.Ordinal) + expected, Reads.Error(Load + text, ("/srv/empty.pem", "")));

    [Fact]
    public void Without_the_module_its_directives_are_unknown() =>
        Assert.Contains("LoadModule ssl_module modules/mod_ssl.so", Reads.Error("SSLEngine on"), StringComparison.Ordinal);

    [Theory]
    [InlineData("all", SslProtocols.Tls12 | SslProtocols.Tls13)]
    [InlineData("ALL -tlsV1.2", SslProtocols.Tls13)]
    [InlineData("all -TLSv1.2", SslProtocols.Tls13)]
    [InlineData("all -TLSv1.3", SslProtocols.Tls12)]
    [InlineData("+TLSv1.3", SslProtocols.Tls13)]
    [InlineData("TLSv1.2", SslProtocols.Tls12)]
    [InlineData("TLSv1.2 +TLSv1.3", SslProtocols.Tls12 | SslProtocols.Tls13)]
    [InlineData("all -SSLv2 -SSLv3", SslProtocols.Tls12 | SslProtocols.Tls13)]
    [InlineData("-all +TLSv1.3", SslProtocols.Tls13)]
    [InlineData("-TLSv1.3 all", SslProtocols.Tls12 | SslProtocols.Tls13)]
    [InlineData("all -SSLv3 -TLSv1 -TLSv1.1", SslProtocols.Tls12 | SslProtocols.Tls13)]
    public void Protocols_are_added_and_taken_away(string words, SslProtocols expected)
    {
        var configuration = Reads.Read(Load + "SSLProtocol " + words);
        Assert.Equal(expected, configuration.Main.Settings.Get<SslSettings>().Protocols);
        Assert.Empty(configuration.Warnings);
    }

    [Fact]
    public void Old_protocols_that_are_asked_for_are_told_of()
    {
        var configuration = Reads.Read(Load + "SSLProtocol TLSv1.1 +TLSv1.2");
        Assert.Equal(SslProtocols.Tls12, configuration.Main.Settings.Get<SslSettings>().Protocols);
        Assert.Contains("TLSv1.1 is not offered any more", Assert.Single(configuration.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void A_second_certificate_is_told_of_and_the_first_stays()
    {
        var configuration = Reads.Read(Load + "SSLCertificateFile a.pem\nSSLCertificateFile b.pem", ("/srv/a.pem", s_a.Both), ("/srv/b.pem", s_b.Both));
        Assert.Equal("/srv/a.pem", configuration.Main.Settings.Get<SslSettings>().Certificate!.Path);
        Assert.Contains("a server has one certificate, and that is /srv/a.pem", Assert.Single(configuration.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void A_second_certificate_with_its_key_leaves_the_first_with_its_own()
    {
        var configuration = Reads.Read(Load + "SSLCertificateFile a.pem\nSSLCertificateKeyFile a.key\nSSLCertificateFile b.pem\nSSLCertificateKeyFile b.pem",
            ("/srv/a.pem", s_a.Certificate), ("/srv/a.key", s_a.Key), ("/srv/b.pem", s_b.Both));
        var settings = configuration.Main.Settings.Get<SslSettings>();
        Assert.Equal(("/srv/a.pem", "/srv/a.key", 2), (settings.Certificate!.Path, settings.Key!.Path, configuration.Warnings.Count));
        Assert.DoesNotContain("PRIVATE", settings.Key.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("all TLSv1.3")]
    [InlineData("TLSv1.2 TLSv1.3")]
    public void A_name_without_a_sign_replaces_others_and_is_told_of(string words)
    {
        var configuration = Reads.Read(Load + "SSLProtocol " + words);
        Assert.Equal(SslProtocols.Tls13, configuration.Main.Settings.Get<SslSettings>().Protocols);
        Assert.Contains("TLSv1.3 replaces what stands before it", Assert.Single(configuration.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_system_decides_is_accepted_and_told_of()
    {
        var configuration = Reads.Read(Load + "SSLCipherSuite HIGH:!aNULL\nSSLSessionCache shmcb:x(512000)\nSSLHonorCipherOrder on");
        Assert.Equal(3, configuration.Warnings.Count);
        Assert.All(configuration.Warnings, warning => Assert.Contains("has no effect", warning, StringComparison.Ordinal));
    }

    [Fact]
    public void A_virtual_host_inherits_what_it_does_not_say()
    {
        var host = Host("SSLEngine on\nSSLProtocol TLSv1.3\nSSLSessionTickets off\nSSLCertificateFile a.pem\nSSLCertificateKeyFile a.key\nSSLCertificateChainFile b.pem", "");
        Assert.Equal((true, SslProtocols.Tls13, false), (host.Engine, host.Protocols, host.Resumes));
        Assert.Equal(("/srv/a.pem", "/srv/a.key", "/srv/b.pem"), (host.Certificate?.Path, host.Key?.Path, host.Chain?.Path));
    }

    [Fact]
    public void A_virtual_host_overrides_what_it_says()
    {
        var host = Host("SSLEngine on\nSSLProtocol TLSv1.3\nSSLSessionTickets off", "SSLEngine off\nSSLProtocol TLSv1.2\nSSLSessionTickets on");
        Assert.Equal((false, SslProtocols.Tls12, true), (host.Engine, host.Protocols, host.Resumes));
    }

    [Fact]
    public void An_own_certificate_does_not_go_with_the_main_servers_key_or_chain()
    {
        var host = Host("SSLCertificateFile a.pem\nSSLCertificateKeyFile a.key\nSSLCertificateChainFile b.pem", "SSLCertificateFile b.pem");
        Assert.Equal(("/srv/b.pem", null, null), (host.Certificate?.Path, host.Key?.Path, host.Chain?.Path));
    }

    private static SslSettings Host(string main, string host)
    {
        var configuration = Reads.Read($"{Load}{main}\n<VirtualHost *:443>\n{host}\n</VirtualHost>",
            ("/srv/a.pem", s_a.Certificate), ("/srv/a.key", s_a.Key), ("/srv/b.pem", s_b.Both));
        return Assert.Single(configuration.Servers).Settings.Get<SslSettings>();
    }
}
