using Manifold.UnitTests.Requests;
using Xunit;

namespace Manifold.UnitTests.Matching;

/// <summary>Wherever an expression stands: when it is given up, its request fails, by name, and the next one is served.</summary>
public sealed class AbandonedMatchTests : IDisposable
{
    private static readonly string s_long = new string('a', 60) + "!";
    private readonly TestSite _site = new();

    public void Dispose() => _site.Dispose();

    [Theory]
    [InlineData("<LocationMatch \"^/(a+)+$\">\nRequire all denied\n</LocationMatch>")]
    [InlineData("<FilesMatch \"^(a+)+$\">\nRequire all denied\n</FilesMatch>")]
    [InlineData("<DirectoryMatch \"/(a+)+$\">\nRequire all denied\n</DirectoryMatch>")]
    [InlineData("AliasMatch \"^/(a+)+$\" /x")]
    [InlineData("RedirectMatch \"^/(a+)+$\" /x")]
    [InlineData("SetEnvIf Request_URI \"^/(a+)+$\" x")]
    [InlineData("BrowserMatch \"^(a+)+$\" x")]
    [InlineData("SetEnvIf ^X-a+b \"(a+)+$\" x")]
    [InlineData("<If \"%{REQUEST_URI} =~ m#^/(a+)+$#\">\nRequire all denied\n</If>")]
    [InlineData("<Location />\nRequire expr \"%{HTTP_USER_AGENT} =~ /^(a+)+$/\"\n</Location>")]
    [InlineData("SetEnvIfExpr \"%{HTTP_USER_AGENT} =~ /^(a+)+$/\" x")]
    [InlineData("Header set X ENDLESS\nHeader edit X ^(a+)+$ b")]
    [InlineData("Header always set X ENDLESS\nHeader always edit* X ^(a+)+$ b")]
    [InlineData("Header set X y \"expr=%{HTTP_USER_AGENT} =~ /^(a+)+$/\"")]
    [InlineData("RequestHeader edit User-Agent ^(a+)+$ b")]
    [InlineData("Header always set X ENDLESS\nHeader always edit X ^(a+)+$ b\nErrorDocument 500 /ok.txt")]
    public async Task A_request_fails_by_an_endless_expression(string directives)
    {
        _site.Write(s_long, "content");
        _site.Write("ok.txt", "fine");
        _site.Text = "LoadModule setenvif_module x\nLoadModule headers_module x\n" + directives.Replace("ENDLESS", s_long, StringComparison.Ordinal);
        for (int i = 0; i < 2; i++) // the second time from what is remembered
        {
            Assert.Equal(500, (await _site.Get("/" + s_long, ("User-Agent", s_long), ("X-aab", s_long))).Status);
        }
        string errors = File.ReadAllText(_site.Root + "/errors");
        Assert.Contains("was given up", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
        if (!directives.Contains("ENDLESS", StringComparison.Ordinal) && !directives.Contains("Require expr", StringComparison.Ordinal)) Assert.Equal(200, (await _site.Get("/ok.txt", ("User-Agent", "x"))).Status);
    }
}
