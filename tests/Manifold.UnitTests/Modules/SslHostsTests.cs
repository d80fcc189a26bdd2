using System.Net;
using System.Security.Authentication;
using Manifold.Httpd.Language;
using Manifold.Httpd.Modules.Ssl;
using Manifold.Httpd.Site;
using Manifold.Shared;
using Manifold.Tests;
using Manifold.UnitTests.Configuration;
using Xunit;

namespace Manifold.UnitTests.Modules;

/// <summary>Which connections are encrypted, and with whose certificate.</summary>
public class SslHostsTests
{
    private const string Load = "ServerName main.example\nLoadModule ssl_module x\n";

    private static readonly TestCertificate s_a = TestCertificate.For("a.example");
    private static readonly TestCertificate s_b = TestCertificate.For("b.example");
    private static readonly IPEndPoint s_port443 = new(IPAddress.Loopback, 443);
    private static readonly IPEndPoint s_port80 = new(IPAddress.Loopback, 80);

    [Fact]
    public void The_host_that_the_client_names_chooses_the_certificate()
    {
        var hosts = From("Listen 443", Host("a", "*:443"), Host("b", "*:443"))!;
        Assert.Equal("CN=a.example", Subject(hosts, "a.example"));
        Assert.Equal("CN=b.example", Subject(hosts, "b.example"));
        Assert.Equal("CN=b.example", Subject(hosts, "B.EXAMPLE"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("unknown.example")]
    [InlineData("127.0.0.1")]
    [InlineData("b.example.")]
    public void No_host_or_an_unknown_one_gets_the_first_or_its_own(string host)
    {
        var hosts = From("Listen 443", Host("a", "*:443"), Host("b", "*:443"))!;
        Assert.Equal(host.StartsWith('b') ? "CN=b.example" : "CN=a.example", Subject(hosts, host));
    }

    [Fact]
    public void The_first_host_of_an_address_decides_whether_it_is_encrypted()
    {
        const string plain = "<VirtualHost *:443>\nServerName plain.example\n</VirtualHost>\n";
        Assert.Null(From("Listen 443", plain, Host("a", "*:443"))!.OptionsFor(s_port443, "a.example"));
        // And a plain host that is not the first gets the first one's encryption; Admission refuses its requests.
        Assert.Equal("CN=a.example", Subject(From("Listen 443", Host("a", "*:443"), plain)!, "plain.example"));
    }

    [Fact]
    public void Another_address_is_plain()
    {
        var hosts = From("Listen 80\nListen 443", "<VirtualHost *:80>\nServerName a.example\n</VirtualHost>\n", Host("a", "*:443"))!;
        Assert.Null(hosts.OptionsFor(s_port80, ""));
        Assert.Null(hosts.OptionsFor(s_port80, "a.example"));
        Assert.NotNull(hosts.OptionsFor(s_port443, ""));
    }

    [Fact]
    public void Servers_that_are_encrypted_in_the_same_way_share_one_object()
    {
        string also = Host("a", "*:443").Replace("ServerName a.example", "ServerName also.example", StringComparison.Ordinal);
        string older = Host("a", "*:443", "SSLProtocol TLSv1.2").Replace("ServerName a.example", "ServerName older.example", StringComparison.Ordinal);
        var hosts = From("Listen 443", Host("a", "*:443"), also, older)!;
        Assert.Same(hosts.OptionsFor(s_port443, "a.example"), hosts.OptionsFor(s_port443, "also.example"));
        Assert.Same(hosts.OptionsFor(s_port443, ""), hosts.OptionsFor(s_port443, "also.example"));
        Assert.NotSame(hosts.OptionsFor(s_port443, "a.example"), hosts.OptionsFor(s_port443, "older.example"));
        Assert.Equal(SslProtocols.Tls12, hosts.OptionsFor(s_port443, "older.example")!.EnabledSslProtocols);
    }

    [Theory]
    [InlineData("Listen 444 https", "", true)]
    [InlineData("Listen 444 https", "SSLEngine off", false)]
    [InlineData("Listen 444", "", false)]
    [InlineData("Listen 444", "SSLEngine on", true)]
    [InlineData("Listen 80\nListen 444 https", "", true)]
    public void Where_a_listener_says_https_a_certificate_is_enough(string listen, string engine, bool encrypted)
    {
        var hosts = From(listen, Host("a", "*:444", engine, on: false));
        Assert.Equal(encrypted, hosts?.OptionsFor(new IPEndPoint(IPAddress.Loopback, 444), "a.example") is not null);
    }

    [Fact]
    public void The_main_server_can_be_encrypted()
    {
        Assert.NotNull(From("Listen 443 https\nSSLCertificateFile a.pem")!.OptionsFor(s_port443, ""));
        Assert.Null(From("Listen 443 https\nListen 80\nSSLCertificateFile a.pem")); // it is the main server of both
        Assert.Null(From("Listen 443 https"));
    }

    [Fact]
    public void Without_the_module_nothing_is_encrypted() => Assert.Null(SslHosts.From(Reads.Read("Listen 443 https"), new ErrorLog()));

    [Fact]
    public void A_key_that_does_not_fit_is_refused_and_both_files_are_named()
    {
        string message = Refused("SSLEngine on\nSSLCertificateFile a.pem\nSSLCertificateKeyFile b.pem");
        Assert.StartsWith("AH02577: SSLCertificateFile '/srv/a.pem' and SSLCertificateKeyFile '/srv/b.pem' cannot be used together: ", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("garbage.pem", "a.key")]
    [InlineData("a.crt", "garbage.pem")]
    [InlineData("a.key", "a.key")]
    [InlineData("a.crt", "a.crt")]
    [InlineData("broken.pem", "a.key")]
    public void What_is_no_certificate_or_no_key_is_refused(string certificate, string key)
    {
        string message = Refused($"SSLEngine on\nSSLCertificateFile {certificate}\nSSLCertificateKeyFile {key}");
        Assert.StartsWith($"AH02577: SSLCertificateFile '/srv/{certificate}' and SSLCertificateKeyFile '/srv/{key}' cannot", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_chain_that_is_none_is_refused() =>
        Assert.StartsWith("AH02577: ", Refused("SSLEngine on\nSSLCertificateFile a.pem\nSSLCertificateChainFile broken.pem"), StringComparison.Ordinal);

    [Fact]
    public void An_engine_without_certificate_is_refused()
    {
        Assert.Equal("AH02572: Failed to configure at least one certificate and key for main.example", Refused("SSLEngine on"));
        Assert.Equal("AH02572: Failed to configure at least one certificate and key for x.example (/srv/conf/httpd.conf:4)",
            Refused("Listen 443\n<VirtualHost *:443>\nServerName x.example\nSSLEngine on\n</VirtualHost>"));
    }

    [Fact]
    public void Perchild_is_refused() =>
        Assert.StartsWith("SSLEngine: perchild reads a request's Host", Refused("LoadModule mpm_perchild_module x\nSSLEngine on\nSSLCertificateFile a.pem"), StringComparison.Ordinal);

    private static string Host(string name, string address, string more = "", bool on = true) =>
        $"<VirtualHost {address}>\nServerName {name}.example\n{(on ? "SSLEngine on\n" : "")}SSLCertificateFile {name}.pem\n{more}\n</VirtualHost>\n";

    private static string? Subject(SslHosts hosts, string host) =>
        hosts.OptionsFor(s_port443, host)?.ServerCertificateContext!.TargetCertificate.Subject;

    private static SslHosts? From(string main, params string[] hosts) => SslHosts.From(Read(main + "\n" + string.Concat(hosts)), new ErrorLog());

    private static string Refused(string text) => Assert.Throws<ConfigurationException>(() => SslHosts.Check(Read(text))).Message;

    private static ServerConfiguration Read(string text) => Reads.Read(Load + text,
        ("/srv/a.pem", s_a.Both), ("/srv/b.pem", s_b.Both), ("/srv/a.crt", s_a.Certificate), ("/srv/a.key", s_a.Key), ("/srv/garbage.pem", "garbage"),
        ("/srv/broken.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"));
}
