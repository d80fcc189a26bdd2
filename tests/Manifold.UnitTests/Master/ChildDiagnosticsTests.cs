using Manifold.Master;
using Xunit;

namespace Manifold.UnitTests.Master;

/// <summary>What the operator has set wins; the rest is off.</summary>
public class ChildDiagnosticsTests
{
    [Theory]
    [InlineData("A=1", "A=1 DOTNET_EnableDiagnostics_Debugger=0 DOTNET_EnableDiagnostics_Profiler=0 DOTNET_EnableDiagnostics_IPC=0")]
    [InlineData("DOTNET_EnableDiagnostics=1", "DOTNET_EnableDiagnostics=1")]
    [InlineData("COMPlus_EnableDiagnostics=0", "COMPlus_EnableDiagnostics=0")]
    [InlineData("DOTNET_EnableDiagnostics_IPC=1",
        "DOTNET_EnableDiagnostics_IPC=1 DOTNET_EnableDiagnostics_Debugger=0 DOTNET_EnableDiagnostics_Profiler=0")]
    public void TheEnvironmentOfAChild(string own, string expected) => Assert.Equal(expected, string.Join(' ', ChildDiagnostics.Environment(own.Split(' '))));

    [Fact]
    public void TheFilesOfThisProcessHaveItsStartTimeInTheirNames()
    {
        string[] files = ChildDiagnostics.FilesOf(Environment.ProcessId);
        Assert.All(files, file => Assert.Matches($"-{Environment.ProcessId}-[0-9]+-(in|out|socket)$", file));
        Assert.Equal(3, files.Length);
        Assert.Empty(ChildDiagnostics.FilesOf(0));
    }
}
