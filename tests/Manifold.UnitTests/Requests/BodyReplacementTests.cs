using Manifold.Httpd.Requests;
using Manifold.Httpd.Site;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Manifold.UnitTests.Requests;

/// <summary>A module that replaces the response's body in the hook for the head has all of it, whichever way it comes.</summary>
public sealed class BodyReplacementTests : IDisposable
{
    private readonly CollectModule _module = new();
    private readonly TestSite _site;

    public BodyReplacementTests()
    {
        _site = new TestSite("LoadModule collect_module x\n") { Later = TimeSpan.FromSeconds(10), Modules = [_module] };
    }

    public void Dispose()
    {
        _site.Dispose();
        _module.Dispose();
    }

    [Theory]
    [InlineData(10)]
    [InlineData(300_000)]
    public async Task Of_a_file(int length)
    {
        string text = new('x', length);
        _site.Write("a.txt", text);
        for (int i = 0; i < 2; i++) // the second time it is remembered
        {
            var response = await _site.Get("/a.txt");
            Assert.Equal(200, response.Status);
            Assert.Equal(text, await _module.Collected());
            Assert.Equal(0, response.Body.Sent);
        }
    }

    [Fact]
    public async Task Of_an_error()
    {
        var response = await _site.Get("/none");
        Assert.Equal(404, response.Status);
        Assert.Contains("</html>", await _module.Collected(), StringComparison.Ordinal);
        Assert.Equal(0, response.Body.Sent);
    }

    private sealed class CollectModule : RequestModule, IDisposable
    {
        private readonly MemoryStream _all = new();
        private StreamResponseBodyFeature? _body;

        public override string Identifier => "collect_module";

        public override string Source => "mod_collect.c";

        public override bool Concerns(SettingsBag settings) => true;

        public void Dispose() => _all.Dispose();

        public override void Head(Request request, Resource resource)
        {
            _all.SetLength(0);
            request.Body = _body = new StreamResponseBodyFeature(_all, request.Body);
        }

        public async Task<string> Collected()
        {
            await _body!.CompleteAsync();
            return System.Text.Encoding.UTF8.GetString(_all.ToArray());
        }
    }
}
