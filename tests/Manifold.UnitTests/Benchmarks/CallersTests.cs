using System.Net.Sockets;
using System.Text;
using Manifold.Bench;
using Xunit;

namespace Manifold.UnitTests.Benchmarks;

public class CallersTests
{
    private const string Head = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n";

    [Theory]
    [InlineData(Head + "\r\npage", true)]
    [InlineData(Head + "Connection: keep-alive\r\n\r\npage", true)]
    [InlineData(Head + "connection: Close\r\n\r\npage", false)]
    [InlineData(Head + "\r\npag", null)]
    [InlineData(Head + "\r", null)]
    [InlineData("", null)]
    public void An_answer_is_complete_or_not_and_says_whether_the_connection_goes_on(string answer, bool? expected) =>
        Assert.Equal(expected, Callers.Read(Encoding.ASCII.GetBytes(answer)));

    [Fact]
    public void Anything_but_the_page_is_an_error() =>
        Assert.Throws<SocketException>(() => Callers.Read("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n"u8));
}
