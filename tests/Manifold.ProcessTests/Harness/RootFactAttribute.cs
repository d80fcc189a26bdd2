using Xunit;

namespace Manifold.ProcessTests.Harness;

/// <summary>A test of what only root can do. Skipped, with that reason, for others.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RootFactAttribute : FactAttribute
{
    public RootFactAttribute()
    {
        if (!Posix.IsRoot) Skip = "needs root: only a master that has privileges drops them, and only root makes namespaces";
    }
}

/// <summary>As <see cref="RootFactAttribute"/>, for several cases.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RootTheoryAttribute : TheoryAttribute
{
    public RootTheoryAttribute()
    {
        if (!Posix.IsRoot) Skip = "needs root: only a master that has privileges drops them, and only root makes namespaces";
    }
}
