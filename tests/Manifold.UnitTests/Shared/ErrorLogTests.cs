using System.Text;
using Manifold.Contracts;
using Manifold.Shared;
using Xunit;

namespace Manifold.UnitTests.Shared;

/// <summary>A record of the error log is one line of printable ASCII, whatever is in it.</summary>
public class ErrorLogTests
{
    [Theory]
    [InlineData("plain \"text\" <b>", "plain \"text\" <b>")]
    [InlineData("a\nb\r\tc\v\b", "a\\nb\\r\\tc\\v\\b")]
    [InlineData("\u001b[31m\u007f\u0000", "\\x1b[31m\\x7f\\x00")]
    [InlineData("\u009b\u00c2\u009b\u00e9", "\\x9b\\xc2\\x9b\\xe9")]
    [InlineData("\u202e", "\\xe2\\x80\\xae")]
    [InlineData("\ud83d\ude00", "\\xf0\\x9f\\x98\\x80")]
    [InlineData("C:\\x", "C:\\\\x")]
    public void Records_are_printable(string message, string expected) =>
        Assert.Equal($"[now] [core:warn] [pid 1:tid 2] {expected}\n", Encoding.Latin1.GetString(ErrorLog.Format("[now] ", "core", LogLevel.Warn, 1, 2, message)));

    [Fact]
    public void Records_are_not_too_long()
    {
        byte[] line = ErrorLog.Format("", "core", LogLevel.Warn, 1, 2, new string('\u202e', 10_000));
        Assert.Equal(8192, line.Length);
        Assert.Equal((byte)'\n', line[^1]);
    }
}
