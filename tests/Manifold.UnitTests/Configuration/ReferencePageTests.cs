using Manifold.Httpd.Control;
using Manifold.Httpd.Modules;
using Manifold.Httpd.Site;
using Manifold.Mpms;
using Xunit;

namespace Manifold.UnitTests.Configuration;

/// <summary>The generated parts of docs are those that the directive tables make.</summary>
public class ReferencePageTests
{
    private static readonly string s_docs = Path.Combine(Root(), "docs");

    /// <summary>For [MemberData].</summary>
    public static TheoryData<string> Mpms => [.. Mpm.All.Keys];

    [Fact]
    public void DocsAreCurrent()
    {
        string page = File.ReadAllText(Path.Combine(s_docs, "reference/directives.md"));
        Assert.True(page == ReferencePage.Write(BuiltInModules.Create()), "run ./build and docs/generate");
    }

    [Fact]
    public void TheIndexOfMpmsIsCurrent()
    {
        string page = File.ReadAllText(Path.Combine(s_docs, "mpm/README.md"));
        Assert.True(page == MpmPage.RenewIndex(page, BuiltInModules.Create()), "run ./build and docs/generate");
    }

    [Theory, MemberData(nameof(Mpms))]
    public void EveryMpmHasAPageThatIsCurrent(string name)
    {
        string file = Path.Combine(s_docs, "mpm", name + ".md");
        Assert.True(File.Exists(file), $"{name} has no page docs/mpm/{name}.md");
        string page = File.ReadAllText(file);
        Assert.Contains("<!-- measured -->", page, StringComparison.Ordinal);
        Assert.True(page == MpmPage.Renew(page, BuiltInModules.Create(), Module(name)), "run ./build and docs/generate");
        Assert.Contains($"]({name}.md)", File.ReadAllText(Path.Combine(s_docs, "mpm/README.md")), StringComparison.Ordinal);
    }

    [Fact]
    public void AnMpmListsItsOwnDirectivesAndThoseThatConcernIt()
    {
        string prefork = MpmPage.Renew("a\n<!-- directives -->\nb\n", BuiltInModules.Create(), Module("prefork"));
        Assert.StartsWith("a\n<!-- directives -->\n| Directive |", prefork, StringComparison.Ordinal);
        Assert.EndsWith("|\n<!-- /directives -->\nb\n", prefork, StringComparison.Ordinal);
        Assert.Contains("\n| [`MinSpareServers number`](../reference/directives.md#mpm_prefork_module) | `5` | ", prefork, StringComparison.Ordinal);
        Assert.Contains("[`Mutex ", prefork, StringComparison.Ordinal);
        Assert.DoesNotContain("[`Thread", prefork, StringComparison.Ordinal);
        string again = MpmPage.Renew(prefork, BuiltInModules.Create(), Module("event"));
        Assert.Contains("[`ThreadStackSize ", again, StringComparison.Ordinal);
        Assert.DoesNotContain("[`Mutex ", again, StringComparison.Ordinal);
        Assert.EndsWith("|\n<!-- /directives -->\nb\n", again, StringComparison.Ordinal);
        Assert.Throws<FormatException>(() => MpmPage.Renew("no place", BuiltInModules.Create(), Module("event")));
    }

    private static MpmModule Module(string name) => (MpmModule)BuiltInModules.Create().Find($"mpm_{name}_module")!;

    private static string Root()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Manifold.slnx"))) folder = Path.GetDirectoryName(folder);
        return folder ?? throw new InvalidOperationException("the tests do not run below the repository");
    }
}
