using Xunit;

namespace Manifold.WineTests.Harness;

/// <summary>A test that needs Wine and what ./test publishes for Windows; without them it is skipped, with the reason.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class WineFactAttribute : FactAttribute
{
    public WineFactAttribute()
    {
        if (Wine.Missing is { } reason) Skip = reason;
    }
}
