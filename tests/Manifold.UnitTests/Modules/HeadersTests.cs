using Manifold.Httpd.Language;
using Manifold.UnitTests.Requests;
using Xunit;

namespace Manifold.UnitTests.Modules;

/// <summary>Header, RequestHeader and Expires. Files are asked for twice: the second time the file cache answers.</summary>
public sealed class HeadersTests : IDisposable
{
    private readonly TestSite _site = new() { Later = TimeSpan.FromSeconds(10) };

    public void Dispose() => _site.Dispose();

    private async Task<TestResponse> Get(string configuration, string target = "/a.txt", params (string, string)[] headers)
    {
        _site.Write("a.txt", "x");
        _site.Text = "LoadModule headers_module x\nLoadModule setenvif_module x\nLoadModule expires_module x\n" + configuration;
        var first = await _site.Get(target, headers);
        var second = await _site.Get(target, headers);
        Assert.Null(first.Error);
        Assert.Equal(Lasting(first), Lasting(second));
        return second;

        static IEnumerable<string> Lasting(TestResponse response) => // a second may have begun between them
            response.Headers.Where(field => field.Key is not ("X-Time" or "Date" or "Expires")).Select(field => $"{field.Key}: {field.Value}");
    }

    [Theory]
    [InlineData("Header set X a", "a")]
    [InlineData("Header set X a\nHeader set X b", "b")]
    [InlineData("Header set X a\nHeader append X b", "a, b")]
    [InlineData("Header append X b", "b")]
    [InlineData("Header set X a\nHeader add X b", "a,b")]
    [InlineData("Header set X a\nHeader merge X a\nHeader merge X b\nHeader merge X b", "a, b")]
    [InlineData("Header set X a\nHeader unset X", null)]
    [InlineData("Header set X a\nHeader setifempty X b", "a")]
    [InlineData("Header setifempty X b", "b")]
    [InlineData("Header set X aXbXc\nHeader edit X X- nothing", "aXbXc")]
    [InlineData("Header set X a-b-c\nHeader edit X - +", "a+b-c")]
    [InlineData("Header set X a-b-c\nHeader edit* X ([a-z])- $1$1", "aabbc")]
    [InlineData("Header set X \"100%% of %{V}e\"", "100% of seen")]
    [InlineData("Header set X %{NONE}e", "(null)")]
    [InlineData("Header set X a env=V", "a")]
    [InlineData("Header set X a env=!V", null)]
    [InlineData("Header set X a \"expr=%{REQUEST_URI} =~ /txt$/\"", "a")]
    [InlineData("Header set X a \"expr=%{REQUEST_STATUS} -ge 400\"", null)]
    [InlineData("Header always set X a", "a")]
    [InlineData("Header onsuccess set X: a", "a")]
    [InlineData("Header echo ^X$", "from client")]
    [InlineData("RequestHeader set X changed\nHeader echo ^X$", "changed")]
    [InlineData("RequestHeader append X more\nHeader echo ^X$", "from client, more")]
    [InlineData("RequestHeader unset X\nHeader echo ^X$", null)]
    [InlineData("RequestHeader edit X client c\nHeader echo ^X$", "from c")]
    [InlineData("<Location />\nHeader set X inner\n</Location>\nHeader set X outer", "inner")]
    public async Task Fields(string lines, string? value) =>
        Assert.Equal(value, (await Get("SetEnvIf Request_URI . V=seen\n" + lines, headers: [("X", "from client")]))["X"]);

    [Fact]
    public async Task Changes_reach_heads_without_body()
    {
        _site.Write("a.txt", "x");
        _site.Text = "LoadModule headers_module x\nHeader set X a";
        Assert.Equal("a", (await _site.Connect().Send("HEAD", "/a.txt"))["X"]);
        string tag = (await _site.Get("/a.txt"))["ETag"]!;
        var unchanged = await _site.Get("/a.txt", ("If-None-Match", tag));
        Assert.Equal((304, "a"), (unchanged.Status, unchanged["X"]));
        Assert.Equal("a", (await _site.Get("/a.txt", ("Range", "bytes=0-0")))["X"]);
        Assert.Equal("a", (await _site.Connect().Send("OPTIONS", "/a.txt"))["X"]);
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("always ", "a")]
    public async Task Pages_of_the_server_itself_get_what_is_always_set(string always, string? value)
    {
        var missing = await Get($"Header {always}set X a\nRedirect /old /new", "/none");
        Assert.Equal((404, value), (missing.Status, missing["X"]));
        Assert.Equal(value, (await _site.Get("/old"))["X"]);
        Assert.Equal(value, (await _site.Connect().Send("HEAD", "/none"))["X"]);
    }

    [Fact]
    public async Task An_error_document_is_a_success_of_its_own()
    {
        _site.Write("gone.txt", "gone");
        var response = await Get("Header set X a\nErrorDocument 404 /gone.txt", "/none");
        Assert.Equal((404, "a", "gone"), (response.Status, response["X"], response.Text));
    }

    [Fact]
    public async Task Values_of_clients_cannot_break_a_field()
    {
        var response = await Get("SetEnvIf Request_URI (.*) V=$1\nHeader always set X \"%{V}e\"", "/a%0d%0aY:%20b%C3%A4");
        Assert.Equal("/a  Y: b\u00c3\u00a4", response["X"]);
    }

    [Fact]
    public async Task Times() => Assert.Matches("^t=1[0-9]{15} D=[0-9]+$", (await Get("Header set X-Time \"%t %D\""))["X-Time"]);

    [Theory]
    [InlineData("Header set", "at least two arguments")]
    [InlineData("Header put X a", "has no action 'put'")]
    [InlineData("RequestHeader echo X", "has no action 'echo'")]
    [InlineData("Header set X", "needs a value")]
    [InlineData("Header edit X a", "needs a regular expression and a replacement")]
    [InlineData("Header edit X ( b", "could not be compiled")]
    [InlineData("Header set \"A B\" 1", "is no name of a field")]
    [InlineData("Header set X %q", "Unrecognized header format %q")]
    [InlineData("Header set X a late", "is no condition")]
    [InlineData("Header set X expr=%{NOPE}", "Variable 'NOPE' does not exist")]
    [InlineData("Header set X a env=V b", "too many arguments")]
    [InlineData("ExpiresDefault \"access plus 1 eon\"", "unrecognized unit eon")]
    [InlineData("ExpiresDefault \"access plus one day\"", "numeric value expected at one")]
    [InlineData("ExpiresDefault X5", "bad expires code")]
    public void Mistakes(string line, string complaint)
    {
        _site.Text = "LoadModule headers_module x\nLoadModule expires_module x\n" + line;
        Assert.Contains(complaint, Assert.Throws<ConfigurationException>(() => _site.Load()).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ExpiresDefault A60", 60)]
    [InlineData("ExpiresDefault \"access plus 1 hour 2 minutes\"", 3720)]
    [InlineData("ExpiresDefault \"now 1 week\"", 604800)]
    [InlineData("ExpiresDefault \"access plus 1 year\"\nExpiresByType text/plain \"access plus 1 month\"", 2592000)]
    [InlineData("ExpiresByType text/* A5", 5)]
    [InlineData("ExpiresByType image/png A5", -1)]
    [InlineData("ExpiresDefault M60", 0)] // the file changed long ago
    [InlineData("ExpiresActive Off\nExpiresDefault A60", -1)]
    [InlineData("ExpiresDefault A60\nLoadModule headers_module x\nHeader set Cache-Control no-store", -2)]
    public async Task Expiry(string lines, int seconds)
    {
        _site.Write("a.txt", "x");
        _site.Text = "LoadModule headers_module x\nLoadModule expires_module x\nExpiresActive On\n" + lines;
        await _site.Get("/a.txt");
        var response = await _site.Get("/a.txt");
        Assert.Equal(seconds switch { -1 => null, -2 => "no-store", _ => $"max-age={seconds}" }, response["Cache-Control"]);
        Assert.Equal(seconds == -1, response["Expires"] is null);
        var missing = await _site.Get("/none");
        Assert.Equal((404, null), (missing.Status, missing["Expires"]));
    }
}
