using System.Collections;
using System.Reflection;
using System.Runtime.CompilerServices;
using Manifold.Contracts;
using Manifold.Httpd.Requests;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Manifold.UnitTests.Requests;

/// <summary>A look-up changes nothing of the request that asks: every field of it is compared, whatever the place does that is looked up.</summary>
public sealed class LookUpTests : IDisposable
{
    // Whatever a place can do to a request.
    private const string Everything = """
            SetEnvIf Request_URI . EARLY=sub
            SetEnv LATE sub
            RequestHeader append X-Asked sub
            RequestHeader set User-Agent sub
            Header set X-Answer sub
            Header always set X-Always sub
            Header note X-Answer noted
            LogLevel trace8
            <If "%{HTTP:X-Vary} != 'y'">
                SetEnv CONDITIONAL sub
            </If>
        """;

    private readonly TestSite _site;
    private readonly SpyModule _spy = new();

    public LookUpTests()
    {
        _site = new TestSite { Later = TimeSpan.FromSeconds(10), Modules = [_spy] };
        _site.Text = $"""
            LoadModule spy_module x
            LoadModule env_module x
            LoadModule setenvif_module x
            LoadModule headers_module x
            DirectoryIndex none.html missing.html
            SetEnvIf X-Given (.*) GIVEN=$1
            <LocationMatch "^/looked/">
            {Everything}
            </LocationMatch>
            <FilesMatch "^(?<name>none|missing|page)\.">
            {Everything}
            </FilesMatch>
            <Location /looked/moved>
                Redirect 301 /elsewhere
            </Location>
            <Location /looked/denied>
                Require all denied
            </Location>
            <Location /looked/asks>
                <If "-U '/looked/page.txt' && -F '{_site.Docs}/looked/page.txt'">
                    RequestHeader append X-Asked twice
                </If>
            </Location>
            <LocationMatch "^/spy/$">
                SetHandler spy
            </LocationMatch>
            """;
        _site.Write("looked/page.txt", "x");
        _site.Write("looked/asks", "x");
        _site.Write("looked/dir/page.txt", "x");
        _site.Write("spy/x", "x");
    }

    public void Dispose() => _site.Dispose();

    [Theory]
    [InlineData("-U", "/looked/page.txt?q=1", true)]
    [InlineData("-U", "/looked/none.txt", true)]
    [InlineData("-U", "/looked/dir/", true)]
    [InlineData("-U", "/looked/dir", true)] // a redirect is no refusal
    [InlineData("-U", "/looked/moved", true)]
    [InlineData("-U", "/looked/denied", false)]
    [InlineData("-U", "/looked/asks", true)]
    [InlineData("-U", "/looked/%zz", false)]
    [InlineData("-F", "looked/page.txt", true)]
    [InlineData("-F", "looked/none.txt", false)]
    [InlineData("-F", "looked/dir/", false)]
    [InlineData("-F", "looked", false)]
    public async Task A_condition_leaves_the_request_as_it_was(string kind, string name, bool holds)
    {
        bool? answer = null;
        _spy.Look = request =>
        {
            answer = kind == "-U" ? LookUp.IsOpen(request, name) : LookUp.IsOpenFile(request, $"{_site.Docs}/{name}");
        };
        await Ask("/spy/");
        Assert.Equal(holds, answer);
    }

    [Fact]
    public async Task Indexes_that_are_not_there_leave_the_request_as_it_was() => await Ask("/spy/");

    [Fact]
    public async Task An_index_is_looked_up_without_the_variables_of_its_own_name_and_leaves_what_it_has_set()
    {
        _site.Text = "LoadModule spy_module x\nLoadModule env_module x\nLoadModule setenvif_module x\nLoadModule headers_module x\nDirectoryIndex none.html index.html\n" +
            "SetEnvIf Request_URI index EARLY=index\nSetEnvIf Request_URI /$ ASKED=dir\nHeader set X-Seen \"%{EARLY}e %{ASKED}e %{LATE}e %{OWN}e\"\n" +
            "<Files none.html>\nSetEnv LATE none\n</Files>\n<Files index.html>\nSetEnvIf Request_URI . OWN=index\nSetEnv LATE index\nRequestHeader append X-Asked index\n</Files>";
        _site.Write("d/index.html", "x");
        for (int i = 0; i < 3; i++) Assert.Equal("(null) dir index (null)", (await _site.Get("/d/"))["X-Seen"]);
        Assert.Equal(1, _site.Site.Main.Cache.Count); // the later ones went the short way
        Assert.Equal("index (null) index index", (await _site.Get("/d/index.html"))["X-Seen"]);
    }

    private async Task Ask(string target)
    {
        var response = await _site.Get(target, ("X-Given", "it"), ("X-Asked", "client"), ("User-Agent", "a"), ("Accept", "text/*"));
        Assert.Equal(200, response.Status);
        Assert.NotNull(_spy.Before);
        foreach (var (field, value) in _spy.Before) Assert.Equal((field, value), (field, _spy.After![field]));
    }

    /// <summary>Tells all that a request is: before the modules behind it and, in its handler, afterwards.</summary>
    private sealed class SpyModule : RequestModule
    {
        public Action<Request>? Look { get; set; }

        public SortedDictionary<string, string>? Before { get; private set; }

        public SortedDictionary<string, string>? After { get; private set; }

        public override string Identifier => "spy_module";

        public override string Source => "mod_spy.c";

        public override IEnumerable<KeyValuePair<string, RequestHandler>> Handlers => [new("spy", Answer)];

        public override ValueTask<int> Fixup(Request request, Resource resource)
        {
            if (request.IsLookUp || resource.Handler != "spy") return new(Outcome.Declined);
            request.Report("spy", LogLevel.Error, "the first line, for which names are given");
            Before = Snapshot(request);
            return new(Outcome.Declined);
        }

        private ValueTask<int> Answer(Request request)
        {
            Look?.Invoke(request);
            After = Snapshot(request);
            request.ResponseHeaders.ContentLength = 0;
            return new(Outcome.Ok);
        }

        private static SortedDictionary<string, string> Snapshot(Request request)
        {
            var all = new SortedDictionary<string, string>();
            foreach (var field in typeof(Request).GetFields(BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public))
                all[field.Name] = Told(field.GetValue(request));
            foreach (var property in typeof(Resource).GetProperties(BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public))
                all["Resource." + property.Name] = Told(property.GetValue(request.Resource));
            return all;
        }

        private static string Told(object? value) => value switch
        {
            null => "",
            IHeaderDictionary fields => string.Join("; ", fields.OrderBy(field => field.Key).Select(field => $"{field.Key}: {string.Join(" | ", field.Value.ToArray())}")),
            Dictionary<string, string> { Count: 0 } => "",
            Dictionary<string, string> words => string.Join("; ", words.OrderBy(word => word.Key).Select(word => $"{word.Key}={word.Value}")),
            string or ValueType => value.ToString()!,
            IEnumerable<string> names => string.Join(", ", names),
            IEnumerable or not null => $"{value.GetType().Name} {RuntimeHelpers.GetHashCode(value)}",
        };
    }
}
