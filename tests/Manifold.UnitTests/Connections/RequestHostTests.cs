using System.Text;
using Manifold.Heads;
using Xunit;

namespace Manifold.UnitTests.Connections;

public class RequestHostTests
{
    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: a.example\r\n\r\n", "a.example")]
    [InlineData("GET / HTTP/1.1\r\nX: 1\r\nhOsT:\t a.example:80 \r\nHost: b\r\n\r\n", "a.example:80")]
    [InlineData("\r\n\r\nGET / HTTP/1.1\r\nHost:a\r\n\r\n", "a")]
    [InlineData("GET / HTTP/1.1\nHost: a\n\n", "a")]
    [InlineData("GET http://b.example:81/x?y HTTP/1.1\r\nHost: a\r\n\r\n", "b.example:81")]
    [InlineData("GET http://b.example?y HTTP/1.1\r\nHost: a\r\n\r\n", "b.example")]
    [InlineData("GET /x?u=http://b/ HTTP/1.1\r\nHost: a\r\n\r\n", "a")]
    [InlineData("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", "a")]
    [InlineData("GET / HTTP/1.0\r\n\r\nHost: a\r\n\r\n", "")]
    [InlineData("GET / HTTP/1.1\r\nXHost: a\r\nHosts: b\r\n Host: c\r\n\r\n", "")]
    [InlineData("GET / HTTP/1.1\r\nHost:\r\n\r\n", "")]
    public void The_host_is_found_wherever_the_head_is_cut(string head, string expected)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(head);
        var scan = default(HostScan);
        int known = -1;
        for (int come = 0; come <= bytes.Length && known < 0; come++)
        {
            if (!RequestHead.TryFindHost(bytes.AsSpan(0, come), ref scan, out var host)) continue;
            Assert.Equal(expected, Encoding.Latin1.GetString(host));
            known = come;
        }
        Assert.True(known > 0);
        var atOnce = default(HostScan);
        Assert.True(RequestHead.TryFindHost(bytes, ref atOnce, out var same));
        Assert.Equal(expected, Encoding.Latin1.GetString(same));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\r\n\r\n")]
    [InlineData("GET http://a/ HTTP/1.1")]
    [InlineData("GET / HTTP/1.1\r\nHost: a.exam")]
    [InlineData("GET / HTTP/1.1\r\nX: y\r\n")]
    public void An_incomplete_head_is_not_judged(string head)
    {
        var scan = default(HostScan);
        Assert.False(RequestHead.TryFindHost(Encoding.Latin1.GetBytes(head), ref scan, out _));
    }
}
