using System.Diagnostics;
using Xunit;

namespace Manifold.ProcessTests.Harness;

/// <summary>A theory that needs name spaces of its own, which not every container allows.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class NamespaceTheoryAttribute : TheoryAttribute
{
    public NamespaceTheoryAttribute() => Skip = Namespaces.Objection;
}

/// <summary>As <see cref="NamespaceTheoryAttribute"/>, for a single case.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class NamespaceFactAttribute : FactAttribute
{
    public NamespaceFactAttribute() => Skip = Namespaces.Objection;
}

internal static class Namespaces
{
    public static string? Objection { get; } = CanHave() ? null : "unshare --pid --mount is not allowed here";

    private static bool CanHave()
    {
        if (!Posix.IsRoot || !File.Exists("/usr/bin/unshare")) return false;
        using var tried = Process.Start(new ProcessStartInfo("/usr/bin/unshare", ["--pid", "--fork", "--mount-proc", "true"]) { RedirectStandardError = true })!;
        tried.WaitForExit();
        return tried.ExitCode == 0;
    }
}
