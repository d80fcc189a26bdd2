using System.Text;
using Manifold.Heads;
using Xunit;

namespace Manifold.UnitTests.Connections;

/// <summary>What is no request.</summary>
public class RequestHeadTests
{
    [Theory]
    [InlineData("", false)]
    [InlineData("\r\n\r\n", false)]
    [InlineData("GET /x", false)]
    [InlineData("GET /x HTTP/1.1", false)]
    [InlineData("\r\nGET /x HTTP/1.1\r\n", false)]
    [InlineData("GET /x HTTP/1.0\nHost: a", false)]
    [InlineData("GET /x HTTP/1.1\r\nHost: a\r\n\r\nno name\r\n", false)] // a body
    [InlineData("GET /x\r\n", true)]
    [InlineData("GET /x\n", true)]
    [InlineData("PRI * HTTP/2.0\r\n", true)]
    [InlineData("\u0016\u0003\u0001", true)]
    [InlineData("GET /x HTTP/1.1\r\nno name\r\n", true)]
    [InlineData("GET /x HTTP/1.1\r\nHost: a\r\n: a\r\n", true)]
    public void LinesOfNoRequest(string head, bool isForeign) => Assert.Equal(isForeign, RequestHead.HasForeignLine(Encoding.Latin1.GetBytes(head)));
}
