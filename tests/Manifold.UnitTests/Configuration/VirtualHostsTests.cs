using System.Net;
using System.Net.Sockets;
using Manifold.Contracts;
using Manifold.Httpd.Language;
using Xunit;

namespace Manifold.UnitTests.Configuration;

public class VirtualHostsTests
{
    private const string Text = """
        ServerName main.example
        <VirtualHost *:80>
        ServerName a.example
        ServerAlias www.a.example *.wild.example
        </VirtualHost>
        <VirtualHost *:80 [2001:db8::1]:80>
        ServerName b.example
        ServerAlias x.wild.example ?.b.example
        </VirtualHost>
        <VirtualHost 10.0.0.1:80>
        ServerName exact.example
        </VirtualHost>
        <VirtualHost 10.0.0.1>
        </VirtualHost>
        <VirtualHost _default_:8080>
        ServerName https://port.example:8443
        </VirtualHost>
        <VirtualHost known.example:80 unknown.example:80>
        </VirtualHost>
        """;

    [Theory]
    [InlineData("192.0.2.1:80", "a.example", "a.example")]
    [InlineData("192.0.2.1:80", "B.Example.:99", "b.example")]
    [InlineData("192.0.2.1:80", "WWW.a.example", "a.example")]
    [InlineData("192.0.2.1:80", "x.wild.example", "a.example")] // the earlier wildcard wins
    [InlineData("192.0.2.1:80", "y.z.wild.example", "a.example")]
    [InlineData("192.0.2.1:80", "q.b.example", "b.example")]
    [InlineData("192.0.2.1:80", "qq.b.example", "a.example")]
    [InlineData("192.0.2.1:80", "main.example", "a.example")] // the main server is no candidate
    [InlineData("192.0.2.1:80", "", "a.example")]
    [InlineData("[::ffff:10.0.0.1]:80", "b.example", "exact.example")] // an exact address hides the others
    [InlineData("10.0.0.1:81", "b.example", "10.0.0.1")]
    [InlineData("[2001:db8::1]:80", "a.example", "b.example")]
    [InlineData("192.0.2.1:8080", "a.example", "port.example")]
    [InlineData("192.0.2.1:81", "a.example", "main.example")]
    [InlineData("192.0.2.7:80", "a.example", "known.example")]
    public void Selects(string local, string host, string expected) =>
        Assert.Equal(expected, Reads.Read(Text).VirtualHosts.Select(IPEndPoint.Parse(local), host).Name);

    /// <summary>A name that nobody answers for now, and one that nobody has: only the second is no host.</summary>
    [Theory]
    [InlineData(SocketError.TryAgain, true)]
    [InlineData(SocketError.NoRecovery, true)]
    [InlineData(SocketError.HostNotFound, false)]
    [InlineData(SocketError.NoData, false)]
    public void A_name_that_cannot_be_looked_up_is_refused(SocketError error, bool refused)
    {
        var live = new LiveSurroundings(_ => throw new SocketException((int)error));
        if (refused) Assert.StartsWith("AH00547: cannot resolve the host name www.example: ", Assert.Throws<RefusedException>(() => live.Addresses("www.example")).Message, StringComparison.Ordinal);
        else Assert.Empty(live.Addresses("www.example"));
    }

    [Fact]
    public void Looking_up_allocates_nothing()
    {
        var hosts = Reads.Read(Text).VirtualHosts;
        var local = IPEndPoint.Parse("[::ffff:192.0.2.1]:80");
        hosts.Select(local, "y.wild.example:80");
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++) hosts.Select(local, "y.wild.example:80");
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Warns_about_names()
    {
        var files = Reads.With("<VirtualHost unknown.example:80>\n</VirtualHost>");
        files.Host = "box";
        var configuration = Reads.Read(files);
        Assert.Equal(2, configuration.Warnings.Count);
        Assert.StartsWith("AH00558: manifold: Could not reliably determine", configuration.Warnings[0], StringComparison.Ordinal);
        Assert.StartsWith("AH00547: Could not resolve host name unknown.example", configuration.Warnings[1], StringComparison.Ordinal);
    }
}
