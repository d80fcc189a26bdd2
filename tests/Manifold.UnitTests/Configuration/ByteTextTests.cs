using Manifold.Httpd.Language;
using Xunit;

namespace Manifold.UnitTests.Configuration;

public sealed class ByteTextTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("caf\u00e9", "caf\u00c3\u00a9")]
    [InlineData("\u20ac", "\u00e2\u0082\u00ac")]
    [InlineData("\ud83d\ude00", "\u00f0\u009f\u0098\u0080")]
    public void A_text_is_its_bytes_and_back(string text, string bytes)
    {
        Assert.Equal(bytes, ByteText.FromText(text));
        Assert.Equal(text, ByteText.ToText(bytes));
    }

    [Fact]
    public void A_byte_that_is_no_text_stays_a_byte() => Assert.Equal([(byte)'a', 0xe9, 0xff], ByteText.ToBytes("a\u00e9\u00ff"));
}
