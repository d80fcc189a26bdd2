using System.Text;
using Manifold.Connections;
using Xunit;

namespace Manifold.UnitTests.Connections;

/// <summary>Which lengths are plain.</summary>
public class RequestHeadTests
{
    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n\r\n", true)]
    [InlineData("POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\n", true)]
    [InlineData("POST / HTTP/1.1\r\nA: b\r\ncontent-LENGTH:\t 12 \r\n\r\n", true)]
    [InlineData("POST / HTTP/1.1\r\nContent-Length: +3\r\n\r\n", false)]
    [InlineData("POST / HTTP/1.1\r\nContent-Length: 0x3\r\n\r\n", false)]
    [InlineData("POST / HTTP/1.1\r\nContent-Length:\r\n\r\n", false)]
    [InlineData("POST / HTTP/1.1\r\nContent-Length: 3\r\nContent-Length: -3\r\n\r\n", false)]
    [InlineData("POST / HTTP/1.1\r\nContent-Length: 19\r\n\r\nContent-Length: abc", true)] // a body
    [InlineData("\r\nPOST / HTTP/1.1\r\nContent-Length: +3\r\n\r\n", false)]
    [InlineData("POST / HTTP/1.1\r\nX-Content-Length: +3\r\n\r\n", true)]
    public void OnlyDigits(string head, bool plain) => Assert.Equal(plain, RequestHead.HasPlainContentLength(Encoding.ASCII.GetBytes(head)));
}
