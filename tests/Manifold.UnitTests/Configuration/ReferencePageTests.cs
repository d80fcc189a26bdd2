using Manifold.Httpd.Configuration;
using Xunit;

namespace Manifold.UnitTests.Configuration;

/// <summary>The reference page in docs is the one that the directive tables make.</summary>
public class ReferencePageTests
{
    [Fact]
    public void DocsAreCurrent()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Manifold.slnx"))) folder = Path.GetDirectoryName(folder);
        Assert.NotNull(folder);
        string page = File.ReadAllText(Path.Combine(folder, "docs/reference/directives.md"));
        string made = ReferencePage.Write(ModuleRegistry.Create());
        Assert.True(page == made, "run: artifacts/manifold/manifold -D DUMP_REFERENCE > docs/reference/directives.md");
    }
}
