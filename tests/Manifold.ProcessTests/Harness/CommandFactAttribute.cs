using Xunit;

namespace Manifold.ProcessTests.Harness;

/// <summary>A test that needs a command; ./test installs it where it can.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class CommandFactAttribute : FactAttribute
{
    public CommandFactAttribute(string path, string package)
    {
        if (!File.Exists(path)) Skip = $"{path} is not installed (Debian package {package})";
    }
}
