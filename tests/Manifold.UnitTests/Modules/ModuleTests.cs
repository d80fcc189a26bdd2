using System.Net;
using Manifold.Httpd.Language;
using Manifold.Httpd.Matching;
using Manifold.UnitTests.Requests;
using Xunit;

namespace Manifold.UnitTests.Modules;

public sealed class ModuleTests : IDisposable
{
    private readonly TestSite _site = new();

    public void Dispose() => _site.Dispose();

    [Theory]
    [InlineData("Require all granted", 200)]
    [InlineData("Require all denied", 403)]
    [InlineData("Require ip 10.1", 200)]
    [InlineData("Require ip 10.2 10.1.2.0/24", 200)]
    [InlineData("Require ip 10.1.2.0/255.255.255.0", 200)]
    [InlineData("Require ip 192.168 ::1", 403)]
    [InlineData("Require local", 403)]
    [InlineData("Require method POST", 403)]
    [InlineData("Require expr %{REQUEST_METHOD} == 'GET'", 200)]
    [InlineData("Require expr \"%{REQUEST_URI} in {'/b.txt', '/c.txt'}\"", 403)]
    [InlineData("<RequireAll>\nRequire all granted\nRequire not expr -R '10'\n</RequireAll>", 403)]
    [InlineData("Require method GET POST", 200)]
    [InlineData("Require env friend", 403)]
    [InlineData("Require ip 1.1.1.1\nRequire method GET", 200)]
    [InlineData("<RequireAll>\nRequire ip 10\nRequire method POST\n</RequireAll>", 403)]
    [InlineData("<RequireAll>\nRequire all granted\nRequire not ip 10.1.2.3\n</RequireAll>", 403)]
    [InlineData("<RequireAll>\nRequire all granted\nRequire not ip 10.1.2.4\n</RequireAll>", 200)]
    [InlineData("<RequireAll>\nRequire all granted\n<RequireNone>\nRequire ip 10\nRequire ip 11\n</RequireNone>\n</RequireAll>", 403)]
    [InlineData("<RequireAny>\nRequire ip 11\n<RequireAll>\nRequire ip 10\nRequire method GET\n</RequireAll>\n</RequireAny>", 200)]
    public async Task Require(string rules, int status)
    {
        _site.Write("a.txt", "x");
        _site.Text = $"<Location />\n{rules}\n</Location>";
        Assert.Equal(status, (await _site.Get("/a.txt")).Status);
    }

    [Theory]
    [InlineData("Off", 200, null)]
    [InlineData("On", 302, "http://test.example/d/start.txt")]
    [InlineData("permanent", 301, "http://test.example/d/start.txt")]
    [InlineData("308", 308, "http://test.example/d/start.txt")]
    public async Task Redirects_to_index_files(string word, int status, string? location)
    {
        _site.Write("d/start.txt", "x");
        _site.Text = $"DirectoryIndex none.txt start.txt\nDirectoryIndexRedirect {word}";
        var response = await _site.Get("/d/?q");
        Assert.Equal((status, location), (response.Status, response["Location"]));
    }

    // What httpd 2.4.71 answers to GET, HEAD and POST.
    [Theory]
    [InlineData("<Limit POST>\nRequire all denied\n</Limit>", 200, 200, 403)]
    [InlineData("Require all denied\n<Limit POST>\nRequire all granted\n</Limit>", 403, 403, 200)]
    [InlineData("Require all granted\n<Limit POST>\nRequire all denied\n</Limit>", 200, 200, 200)]
    [InlineData("<LimitExcept GET>\nRequire all denied\n</LimitExcept>", 200, 200, 403)]
    [InlineData("<LimitExcept POST OPTIONS>\nRequire ip 10.2\n</LimitExcept>", 403, 403, 200)]
    [InlineData("<Limit POST>\n<RequireAll>\nRequire all denied\n</RequireAll>\n</Limit>", 200, 200, 403)]
    [InlineData("<RequireAll>\nRequire all granted\n<Limit POST>\nRequire all denied\n</Limit>\n</RequireAll>", 200, 200, 403)]
    [InlineData("<Limit GET POST>\nRequire method HEAD\n</Limit>", 200, 200, 403)]
    public async Task Limits(string rules, params int[] statuses)
    {
        _site.Write("a.txt", "x");
        _site.Text = $"<Location />\n{rules}\n</Location>";
        string[] methods = ["GET", "HEAD", "POST"];
        for (int i = 0; i < methods.Length; i++) Assert.Equal(statuses[i], (await _site.Connect().Send(methods[i], "/a.txt")).Status);
    }

    [Theory]
    [InlineData("", 403)]
    [InlineData("AuthMerging And", 403)]
    [InlineData("AuthMerging Or", 200)]
    public async Task Merging(string merging, int status)
    {
        _site.Write("a.txt", "x");
        _site.Text = $"<Directory />\nRequire all granted\n</Directory>\n<Location />\n{merging}\nRequire all denied\n</Location>";
        Assert.Equal(status, (await _site.Get("/a.txt")).Status);
    }

    [Fact]
    public async Task Refusal_covers_files_behind_an_index()
    {
        _site.Write("index.html", "x");
        _site.Text = "<Files index.html>\nRequire all denied\n</Files>";
        Assert.Equal(403, (await _site.Get("/")).Status);
    }

    [Theory]
    [InlineData("<Location />\nRequire magic\n</Location>", "Unknown Authz provider: magic")]
    [InlineData("<Location />\nRequire not ip 1.2.3.4\n</Location>", "negative")]
    [InlineData("<Location />\n<RequireAll>\nRequire not ip 1.2.3.4\n</RequireAll>\n</Location>", "negative")]
    [InlineData("<Location />\nRequire ip 300.1\n</Location>", "appears to be invalid")]
    [InlineData("<Location />\nRequire all perhaps\n</Location>", "granted or denied")]
    [InlineData("<Else>\n</Else>", "needs an <If> or <ElseIf> before it")]
    [InlineData("<If true>\n</If>\n<Else>\n</Else>\n<ElseIf true>\n</ElseIf>", "<ElseIf> needs an <If>")]
    [InlineData("<If true>\n</If>\n<Else true>\n</Else>", "<Else takes no arguments")]
    [InlineData("<If %{X} == 1>\n</If>", "Cannot parse condition clause: Variable 'X' does not exist")]
    [InlineData("<Location />\nRequire expr %{REQUEST_URI}\n</Location>", "Cannot parse condition clause: a comparison is missing")]
    [InlineData("CustomLog access common \"expr=-q\"", "Cannot parse condition clause: Unary operator '-q' does not exist")]
    [InlineData("<Location />\n<Limit TRACE>\n</Limit>\n</Location>", "see TraceEnable")]
    [InlineData("<Location />\n<Limit GET>\n<LimitExcept PUT>\n</LimitExcept>\n</Limit>\n</Location>", "cannot stand in <Limit>")]
    [InlineData("<Limit GET>\n</Limit>", "<Limit not allowed here")]
    [InlineData("Options +Indexes FollowSymLinks", "must start with + or -")]
    [InlineData("DirectoryIndexRedirect 404", "DirectoryIndexRedirect must be")]
    [InlineData("Options Everything", "Illegal option Everything")]
    [InlineData("DocumentRoot missing", "is not a directory")]
    [InlineData("LogFormat \"%Z\"", "%Z")]
    [InlineData("CustomLog access \"%{x\"", "Ran off end")]
    [InlineData("Redirect 301 /a", "needs a path and a URL")]
    [InlineData("Redirect gone /a http://x/", "no URL")]
    [InlineData("AliasMatch ( /x", "could not be compiled")]
    public void Mistakes_are_refused(string configuration, string message)
    {
        _site.Text = configuration;
        var error = Assert.Throws<ConfigurationException>(() => _site.Load());
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Contains("Syntax error on line", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Options Indexes")]
    [InlineData("EnableMMAP On")]
    [InlineData("BufferedLogs On")]
    [InlineData("RLimitCPU 10 max")]
    [InlineData("DefaultType text/plain")]
    public void What_has_no_effect_warns(string configuration)
    {
        _site.Text = configuration;
        _site.Load();
        Assert.Contains(_site.Warnings, warning => warning.Contains("has no effect", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("10.1", "10.1.255.1", true)]
    [InlineData("10.1", "10.2.0.1", false)]
    [InlineData("10.1.2.3", "::ffff:10.1.2.3", true)]
    [InlineData("10.0.0.0/9", "10.127.0.1", true)]
    [InlineData("10.0.0.0/9", "10.128.0.1", false)]
    [InlineData("2001:db8::/33", "2001:db8:7fff::1", true)]
    [InlineData("2001:db8::/33", "2001:db8:8000::1", false)]
    [InlineData("0.0.0.0/0.0.0.0", "8.8.8.8", true)]
    [InlineData("10.1.2.3/255.0.255.0", "10.9.2.9", true)]
    [InlineData("10.1.2.3/255.0.255.0", "10.9.3.9", false)]
    public void Address_ranges(string range, string address, bool inside)
    {
        Assert.True(AddressRange.TryParse(range, out var parsed));
        Assert.Equal(inside, parsed.Contains(IPAddress.Parse(address)));
    }

    [Theory]
    [InlineData("10.1/16")]
    [InlineData("1.2.3.4.5")]
    [InlineData("0.0.0.0/0")]
    [InlineData("::ffff:10.1.2.3")]
    [InlineData("[::1]")]
    [InlineData("fe80::1%1")]
    [InlineData("::1/129")]
    [InlineData("host")]
    public void No_address_range(string text) => Assert.False(AddressRange.TryParse(text, out _));

    [Theory]
    [InlineData("a.html", "text/html", null, null)]
    [InlineData("A.HTML", "text/html", null, null)]
    [InlineData("a.aa.zzz", "application/aa", null, null)]
    [InlineData("a.html.aa", "application/aa", null, null)]
    [InlineData("a.html.de.fr", "text/html", "de, fr", null)]
    [InlineData("a.html.utf8", "text/html; charset=utf-8", null, null)]
    [InlineData("a.txt.gz", "text/plain", null, "x-gzip")]
    [InlineData("a.gone", null, null, null)]
    [InlineData(".html", null, null, null)]
    [InlineData("noext", null, null, null)]
    public async Task Types_from_extensions(string name, string? type, string? language, string? encoding)
    {
        File.WriteAllText(_site.Root + "/conf/mime.types", "# comment\ntext/html\t\thtml htm\ntext/plain txt\nimage/gone gone\n");
        _site.Text = """
            TypesConfig conf/mime.types
            AddType application/aa .aa
            AddLanguage de .de
            AddLanguage fr fr
            AddCharset utf-8 .utf8
            AddEncoding x-gzip .gz
            <Directory />
            RemoveType .gone
            </Directory>
            """;
        _site.Write(name, "x");
        var response = await _site.Get("/" + name);
        Assert.Equal((200, type, language, encoding),
            (response.Status, response["Content-Type"], response["Content-Language"], response["Content-Encoding"]));
    }

    [Fact]
    public async Task Types_file_is_read_once()
    {
        File.WriteAllText(_site.Root + "/conf/mime.types", "application/xx xx");
        _site.Text = "TypesConfig conf/mime.types";
        _site.Write("a.xx", "x");
        Assert.NotNull(_site.Application);
        File.Delete(_site.Root + "/conf/mime.types");
        Assert.Equal("application/xx", (await _site.Get("/a.xx"))["Content-Type"]);
    }

    [Theory]
    [InlineData("Alias /x DOCS/real", "/x/a.txt", 200)]
    [InlineData("Alias /x DOCS/real", "/xa.txt", 404)]
    [InlineData("Alias /x/ DOCS/real/", "/x/a.txt", 200)]
    [InlineData("AliasMatch ^/v[0-9]+/(.*) DOCS/real/$1", "/v12/a.txt", 200)]
    [InlineData("<Location /y>\nAlias DOCS/real/a.txt\n</Location>", "/y", 200)]
    [InlineData("FallbackResource /real/a.txt", "/nothing/at/all", 200)]
    [InlineData("DirectorySlash Off", "/real", 404)]
    [InlineData("DirectoryIndex nope a.txt", "/real/", 200)]
    [InlineData("DirectoryIndex disabled", "/", 404)]
    [InlineData("DirectoryIndex /real/a.txt", "/", 200)]
    [InlineData("AcceptPathInfo On", "/real/a.txt/more", 200)]
    [InlineData("AllowEncodedSlashes On", "/real%2fa.txt", 200)]
    [InlineData("TraceEnable Off", "/real/a.txt", 200)]
    [InlineData("<Location /real>\nSetHandler unknown\n</Location>", "/real/a.txt", 403)]
    [InlineData("<Location /real>\nSetHandler unknown\n</Location>", "/real/missing", 404)]
    [InlineData("<Location /real>\nSetHandler default-handler\n</Location>", "/real/a.txt", 200)]
    [InlineData("AddHandler php-script .txt", "/real/a.txt", 403)]
    [InlineData("AddHandler php-script .txt\n<Location /real>\nSetHandler none\n</Location>", "/real/a.txt", 403)]
    [InlineData("AddType application/x-httpd-php .txt", "/real/a.txt", 403)]
    [InlineData("<Location /real>\nForceType application/x-httpd-php\n</Location>", "/real/a.txt", 403)]
    public async Task Mapping(string configuration, string target, int status)
    {
        _site.Write("real/a.txt", "content");
        _site.Write("index.html", "index");
        _site.Text = configuration.Replace("DOCS", _site.Docs, StringComparison.Ordinal);
        var response = await _site.Get(target);
        Assert.Equal(status, response.Status);
        if (status == 200) Assert.Equal("content", response.Text);
    }

    [Theory]
    [InlineData("Redirect /old http://new.example/x", "/old/a%20b?q=1", 302, "http://new.example/x/a%20b?q=1")]
    [InlineData("Redirect permanent /old /new", "/old", 301, "http://test.example/new")]
    [InlineData("Redirect 307 /old /new", "/older", 404, null)]
    [InlineData("Redirect gone /old", "/old/x", 410, null)]
    [InlineData("RedirectMatch 303 ^/n/([0-9]+)$ /number/$1", "/n/12", 303, "http://test.example/number/12")]
    [InlineData("RedirectMatch ^/n/(.*)$ /number/$1", "/n/a%0d%0aX:y", 302, "http://test.example/number/a%0d%0aX:y")]
    [InlineData("<Location /old>\nRedirect permanent http://new.example/\n</Location>", "/old/x", 301, "http://new.example/")]
    [InlineData("RedirectPermanent /old http://new.example/\nAlias /old /tmp", "/old", 301, "http://new.example/")]
    public async Task Redirects(string configuration, string target, int status, string? location)
    {
        _site.Text = configuration;
        var response = await _site.Get(target);
        Assert.Equal((status, location), (response.Status, response["Location"]));
    }
}
