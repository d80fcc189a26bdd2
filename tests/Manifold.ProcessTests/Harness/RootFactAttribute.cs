using Xunit;

namespace Manifold.ProcessTests.Harness;

/// <summary>A test of what only a master that runs as root can do. Skipped, with that reason, for others.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RootFactAttribute : FactAttribute
{
    public RootFactAttribute()
    {
        if (!Posix.IsRoot) Skip = "needs root: the master drops privileges only when it has them";
    }
}

/// <summary>As <see cref="RootFactAttribute"/>, for several cases.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RootTheoryAttribute : TheoryAttribute
{
    public RootTheoryAttribute()
    {
        if (!Posix.IsRoot) Skip = "needs root: the master drops privileges only when it has them";
    }
}
