using Xunit;

namespace Manifold.ProcessTests.Harness;

/// <summary>A test of what only a native executable does: one file that can be replaced and packed. Where there is no linker ./build makes the other kind.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class NativeFactAttribute : FactAttribute
{
    public NativeFactAttribute() => Skip = Reason;

    /// <summary>Why such a test is skipped; null when it is not.</summary>
    public static string? Reason { get; } = File.Exists(Path.GetDirectoryName(ServerExecutable.Path) + "/Manifold.Httpd.dll") ? "the server is not a native executable (./build had no linker)" : null;
}

/// <summary>As <see cref="NativeFactAttribute"/>, for several cases.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class NativeTheoryAttribute : TheoryAttribute
{
    public NativeTheoryAttribute() => Skip = NativeFactAttribute.Reason;
}
