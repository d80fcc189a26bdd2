using Manifold.Master;
using Manifold.Mpms;
using Xunit;

namespace Manifold.UnitTests.Master;

public class ChildProfileTests
{
    [Theory]
    [InlineData("prefork", "A=1", "A=1 DOTNET_TieredPGO=0")]
    [InlineData("inetd", "A=1", "A=1 DOTNET_TieredPGO=0")]
    [InlineData("prefork", "DOTNET_TieredPGO=1", "DOTNET_TieredPGO=1")]
    [InlineData("event", "A=1", "A=1")]
    public void Only_children_with_threads_profile_unless_the_operator_says_otherwise(string mpm, string own, string expected) =>
        Assert.Equal(expected, string.Join(' ', ChildProfile.Environment(own.Split(' '), Mpm.All[mpm])));
}
