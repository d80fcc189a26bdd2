using Xunit;

namespace Manifold.ProcessTests.Harness;

/// <summary>A test that needs curl; ./test installs it where it can.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class CurlFactAttribute : FactAttribute
{
    private static readonly bool s_present =
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(directory => File.Exists(Path.Combine(directory, "curl")));

    public CurlFactAttribute()
    {
        if (!s_present) Skip = "curl is not installed";
    }
}
