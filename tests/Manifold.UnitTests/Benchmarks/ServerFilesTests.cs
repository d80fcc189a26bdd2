using Manifold.Bench;
using Manifold.Mpms;
using Manifold.UnitTests.Configuration;
using Xunit;

namespace Manifold.UnitTests.Benchmarks;

public class ServerFilesTests
{
    private static readonly Lodging s_place = new("/srv/1", 4711), s_other = new("/srv/2", 4712), s_secured = s_place with { Tls = true };

    public static TheoryData<string, int> Sizes
    {
        get
        {
            var sizes = new TheoryData<string, int>();
            foreach (var mpm in Subject.Mpms)
                foreach (int connections in new[] { 0, 32, 232, 1032 }) sizes.Add(mpm.Name, connections);
            return sizes;
        }
    }

    /// <summary>Every MPM takes the size that it is given, without correcting anything, and has room for so many.</summary>
    [Theory]
    [MemberData(nameof(Sizes))]
    public void Every_MPM_accepts_its_size(string mpm, int connections)
    {
        var subject = (MpmSubject)Subject.Find(mpm)!;
        var configuration = Reads.Read(string.Join('\n', [$"LoadModule mpm_{mpm}_module -", .. subject.Directives(connections)]));
        Assert.Equal(mpm, configuration.Mpm);
        Assert.Empty(configuration.Warnings);
        if (!Mpm.All[mpm].IsAsync) Assert.InRange(configuration.Sizing.MaxRequestWorkers, connections == 0 ? 100 : connections, int.MaxValue);
        if (connections > 0 && subject.Children(new Setup(connections)) is > 1 and var children) Assert.Equal(children, configuration.Sizing.StartServers);
    }

    [Fact]
    public void Manifold_and_httpd_read_the_same_text_but_for_place_and_port()
    {
        string one = ServerFiles.Httpd(s_place, "event", logs: true, ["ThreadsPerChild 40"]), two = ServerFiles.Httpd(s_other, "event", logs: true, ["ThreadsPerChild 40"]);
        Assert.Equal(two, one.Replace("/srv/1", "/srv/2", StringComparison.Ordinal).Replace("4711", "4712", StringComparison.Ordinal));
        Assert.Contains("\nListen 127.0.0.1:4711\n", one, StringComparison.Ordinal);
        Assert.Contains("\nThreadsPerChild 40\n", one, StringComparison.Ordinal);
    }

    [Fact]
    public void Everyone_logs_or_nobody()
    {
        Assert.Contains("\nCustomLog \"/srv/1/logs/access.log\" combined\n", ServerFiles.Httpd(s_place, "event", logs: true, []), StringComparison.Ordinal);
        Assert.DoesNotContain("CustomLog", ServerFiles.Httpd(s_place, "event", logs: false, []), StringComparison.Ordinal);
        Assert.Contains("access_log /srv/1/logs/access.log line;", ServerFiles.Nginx(s_place, 2, logs: true), StringComparison.Ordinal);
        Assert.Contains("access_log off;", ServerFiles.Nginx(s_place, 2, logs: false), StringComparison.Ordinal);
    }

    [Fact]
    public void With_TLS_Manifold_and_httpd_have_the_certificate_of_the_site()
    {
        string[] lines = ServerFiles.Httpd(s_secured, "event", logs: true, []).Split('\n');
        Assert.Contains("Listen 127.0.0.1:4711 https", lines);
        Assert.Contains("LoadModule ssl_module /usr/lib/apache2/modules/mod_ssl.so", lines);
        Assert.Contains("SSLEngine on", lines);
        Assert.Contains("SSLCertificateFile \"/srv/1/conf/cert.pem\"", lines);
        Assert.Contains("SSLCertificateKeyFile \"/srv/1/conf/key.pem\"", lines);
    }

    [Fact]
    public void With_TLS_nginx_has_it_too_and_the_version_that_the_others_have()
    {
        string text = ServerFiles.Nginx(s_secured, 2, logs: true);
        Assert.Contains("listen 127.0.0.1:4711 ssl;", text, StringComparison.Ordinal);
        Assert.Contains("ssl_protocols TLSv1.2 TLSv1.3;", text, StringComparison.Ordinal);
        Assert.Contains("ssl_certificate /srv/1/conf/cert.pem;", text, StringComparison.Ordinal);
        Assert.Contains("ssl_certificate_key /srv/1/conf/key.pem;", text, StringComparison.Ordinal);
        Assert.Equal(text.Count(c => c == '{'), text.Count(c => c == '}'));
    }

    [Fact]
    public void Without_TLS_there_is_nothing_of_it()
    {
        foreach (string text in new[] { ServerFiles.Httpd(s_place, "event", logs: true, []), ServerFiles.Nginx(s_place, 2, logs: true) })
        {
            Assert.DoesNotContain("ssl", text, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("https", text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Nginx_keeps_connections_as_long_as_the_others()
    {
        string text = ServerFiles.Nginx(s_place, 2, logs: true);
        Assert.Contains("worker_processes 2;", text, StringComparison.Ordinal);
        Assert.Contains("listen 127.0.0.1:4711;", text, StringComparison.Ordinal);
        Assert.Contains("keepalive_timeout 600;", text, StringComparison.Ordinal);
        Assert.Equal(text.Count(c => c == '{'), text.Count(c => c == '}'));
    }
}
