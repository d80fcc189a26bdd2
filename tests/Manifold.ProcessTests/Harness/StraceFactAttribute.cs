using Xunit;

namespace Manifold.ProcessTests.Harness;

/// <summary>A test that attaches strace to a server.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class StraceFactAttribute : FactAttribute
{
    public StraceFactAttribute()
    {
        if (!File.Exists("/usr/bin/strace")) Skip = "/usr/bin/strace is not installed (Debian package strace)";
        else if (!Posix.IsRoot) Skip = "needs root: only root may trace any process";
    }
}
