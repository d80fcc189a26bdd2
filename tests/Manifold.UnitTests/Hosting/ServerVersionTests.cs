using Manifold.Contracts;
using Xunit;

namespace Manifold.UnitTests.Hosting;

public sealed class ServerVersionTests
{
    [Fact]
    public void The_version_in_the_code_is_that_of_the_assembly()
    {
        string built = typeof(ServerVersion).Assembly.GetName().Version!.ToString(3);
        Assert.Equal(ServerVersion.Number, built);
    }
}
