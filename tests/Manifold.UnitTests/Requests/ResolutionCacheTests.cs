using System.Diagnostics;
using Manifold.Httpd.Files;
using Manifold.Httpd.Requests;
using Xunit;

namespace Manifold.UnitTests.Requests;

public sealed class ResolutionCacheTests : IDisposable
{
    private readonly TestSite _site = new() { Later = TimeSpan.FromSeconds(10) };

    public void Dispose() => _site.Dispose();

    private async Task Fill(params string[] targets)
    {
        foreach (string target in targets) Assert.Equal(200, (await _site.Get(target)).Status);
    }

    private ResolutionCache Cache => _site.Site.Main.Cache;

    [Fact]
    public async Task Changes_show_at_the_next_request()
    {
        string path = _site.Write("a.txt", "one");
        _site.Write("b.txt", "other");
        await Fill("/a.txt", "/b.txt");
        Assert.Equal(2, Cache.Count);
        Assert.Equal("one", (await _site.Get("/a.txt")).Text);

        File.WriteAllText(path, "two");
        Assert.Equal("two", (await _site.Get("/a.txt")).Text);
        File.SetLastWriteTimeUtc(path, new DateTime(2024, 1, 2, 3, 4, 5, DateTimeKind.Utc));
        Assert.Equal("two", (await _site.Get("/a.txt")).Text);
        File.Move(_site.Docs + "/b.txt", path, overwrite: true);
        Assert.Equal("other", (await _site.Get("/a.txt")).Text);
        Assert.Equal(404, (await _site.Get("/b.txt")).Status);
        File.Delete(path);
        Assert.Equal(404, (await _site.Get("/a.txt")).Status);
    }

    [Fact]
    public async Task Who_came_before_the_file_system_was_asked_shares_its_answer()
    {
        string path = _site.Write("a.txt", "one");
        await Fill("/a.txt");
        long before = Stopwatch.GetTimestamp();
        Assert.NotNull(Cache.Find("/a.txt", before));
        File.WriteAllText(path, "two");
        Assert.NotNull(Cache.Find("/a.txt", before)); // was right at a moment after it had come
        Assert.Null(Cache.Find("/a.txt", Stopwatch.GetTimestamp()));
        Assert.Null(Cache.Find("/a.txt", before));
    }

    [Fact]
    public async Task Fresh_files_are_not_remembered()
    {
        _site.Later = default;
        _site.Write("a.txt", "one");
        Assert.StartsWith("\"", (await _site.Get("/a.txt"))["ETag"], StringComparison.Ordinal);
        Assert.Equal(0, Cache.Count);
    }

    [Fact]
    public async Task Bigger_files_are_remembered_without_content()
    {
        string path = _site.Write("big.txt", new string('a', 200_000));
        await Fill("/big.txt");
        Assert.Equal(200_000, (await _site.Get("/big.txt")).Body.Sent);
        Assert.Equal((1, true), (Cache.Count, Cache.Room.Bytes < 1000));
        Assert.Equal("aa", (await _site.Get("/big.txt", ("Range", "bytes=1-2"))).Text);
        File.WriteAllText(path, new string('b', 100_000));
        Assert.Equal(100_000, (await _site.Get("/big.txt")).Body.Sent);
    }

    [Fact]
    public void Many_threads_see_every_change()
    {
        string path = _site.Write("a.txt", "0000");
        Assert.NotNull(_site.Application);
        int written = 0;
        bool stop = false;
        var readers = Enumerable.Range(0, 4).Select(_ => new Thread(() =>
        {
            var connection = _site.Connect();
            while (!Volatile.Read(ref stop))
            {
                int before = Volatile.Read(ref written);
                int seen = int.Parse(connection.Send("GET", "/a.txt").GetAwaiter().GetResult().Text);
                Assert.InRange(seen, before, 9999);
            }
        })).ToList();
        readers.ForEach(thread => thread.Start());
        for (int i = 1; i <= 300; i++)
        {
            File.WriteAllText(path + ".new", i.ToString("0000"));
            File.Move(path + ".new", path, overwrite: true);
            Volatile.Write(ref written, i);
        }
        stop = true;
        readers.ForEach(thread => thread.Join());
    }

    [Fact]
    public async Task Queries_share_an_entry_and_are_logged()
    {
        _site.Write("a.txt", "one");
        await Fill("/a.txt?v=1", "/a.txt?v=2", "/a.txt");
        Assert.Equal(1, Cache.Count);
        Assert.Contains("GET /a.txt?v=2 HTTP/1.1", _site.AccessLog, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Earlier_index_candidate_shows_when_it_appears()
    {
        _site.Text = "DirectoryIndex first.html index.html";
        _site.Write("index.html", "index");
        await Fill("/");
        Assert.Equal(1, Cache.Count);
        _site.Write("first.html", "first");
        Assert.Equal("first", (await _site.Get("/")).Text);
    }

    [Theory]
    [InlineData("<Location /a.txt>\nRequire ip 10.1\n</Location>")]
    [InlineData("<Directory />\nOptions None\n</Directory>")]
    [InlineData("<LocationMatch \"^/(?<name>.*)$\">\nAddDefaultCharset Off\n</LocationMatch>")]
    public async Task What_depends_on_the_request_is_not_remembered(string configuration)
    {
        _site.Text = configuration;
        _site.Write("a.txt", "one");
        await Fill("/a.txt");
        Assert.Equal(0, Cache.Count);
    }

    [Fact]
    public async Task Link_that_moves_is_noticed()
    {
        _site.Write("one/a.txt", "one");
        _site.Write("two/a.txt", "two");
        Directory.CreateSymbolicLink(_site.Docs + "/now", _site.Docs + "/one");
        await Fill("/now/a.txt");
        Directory.Delete(_site.Docs + "/now");
        Directory.CreateSymbolicLink(_site.Docs + "/now", _site.Docs + "/two");
        Assert.Equal("two", (await _site.Get("/now/a.txt")).Text);
    }

    [Fact]
    public async Task Cache_stays_within_its_bounds()
    {
        _site.Write("a.txt", new string('x', 1000));
        Assert.NotNull(_site.Application);
        var stat = new FileStat(1, 1, 1000, 1, 1, 0x81a4, 0);
        var cache = new ResolutionCache(new CacheRoom(10, 5000));
        var connection = _site.Connect();
        await connection.Send("GET", "/a.txt");
        var resource = Cache.Find("/a.txt", long.MaxValue)!.Resource;
        for (int i = 0; i < 1000; i++)
        {
            var entity = new FileEntity(resource, stat, DateTime.UtcNow, null) { Content = new byte[1000] };
            cache.Add(new Resolution("/" + i, resource, entity));
            Assert.InRange(cache.Room.Bytes, 0, 5000);
            Assert.InRange(cache.Count, 0, 10);
        }
    }

    [Fact]
    public async Task Caches_of_all_hosts_share_the_bounds_and_who_is_used_stays()
    {
        _site.Write("a.txt", "x");
        await Fill("/a.txt");
        var resource = Cache.Find("/a.txt", 0)!.Resource;
        var room = new CacheRoom(10, 50_000);
        var (busy, idle) = (new ResolutionCache(room), new ResolutionCache(room));
        Resolution New(string target) => new(target, resource, entity: null);
        busy.Add(New("/busy"));
        idle.Add(New("/idle"));
        for (int i = 0; i < 1000; i++)
        {
            var cache = new ResolutionCache(room);
            cache.Add(New("/one"));
            Assert.Equal(1, cache.Count);
            Assert.NotNull(busy.Find("/busy", 0));
            Assert.InRange(room.Bytes, 0, 10 * 512);
        }
        Assert.Equal((1, 0), (busy.Count, idle.Count));
    }

    [Fact]
    public async Task What_a_handler_answers_for_is_remembered_and_the_handler_called_each_time()
    {
        using var site = Counting("<Location /count>\nSetHandler count\n</Location>");
        for (int i = 1; i <= 3; i++) Assert.Equal($"{i}", (await site.Get("/count?x=" + i))["X-Count"]);
        Assert.Equal(1, site.Site.Main.Cache.Count);
        Assert.Equal("4", (await site.Connect().Send("POST", "/count"))["X-Count"]);
        Assert.Equal(500, (await site.Get("/count?fail")).Status);
    }

    [Fact]
    public async Task File_that_appears_where_a_handler_answers_is_seen_at_the_next_request()
    {
        using var site = Counting("<Location /count>\nSetHandler count\n</Location>");
        Assert.Null((await site.Get("/count"))["X-File"]);
        site.Write("count", "a file");
        Assert.Equal("6", (await site.Get("/count"))["X-File"]);
        File.Delete(site.Docs + "/count");
        Assert.Null((await site.Get("/count"))["X-File"]);
    }

    [Fact]
    public async Task Path_that_a_module_has_claimed_is_no_file_but_sections_hold()
    {
        using var site = Counting("<Location /claimed>\nSetHandler count\nRequire all denied\n</Location>\n<If \"%{QUERY_STRING} == 'no'\">\nSetHandler none\n</If>\n" +
            "<Location /claimed/open>\nRequire all granted\n</Location>");
        site.Write("claimed/open", "a file");
        Assert.Equal(403, (await site.Get("/claimed/shut")).Status);
        Assert.Equal(200, (await site.Get("/claimed/open")).Status);
        Assert.Null((await site.Get("/claimed/open"))["X-File"]);
        Assert.Equal(404, (await site.Get("/claimed/open?no")).Status);
    }

    [Fact]
    public async Task Conditions_and_connection_headers_hold_for_hits()
    {
        _site.Write("a.txt", "one");
        await Fill("/a.txt");
        var connection = _site.Connect();
        var first = await connection.Send("GET", "/a.txt", ("Connection", "keep-alive"));
        Assert.Equal(("timeout=5, max=100", "Keep-Alive"), (first["Keep-Alive"], first["Connection"]));
        Assert.Equal(304, (await connection.Send("GET", "/a.txt", ("If-None-Match", first["ETag"]!))).Status);
        connection.IsDraining = true;
        Assert.Equal("close", (await connection.Send("GET", "/a.txt"))["Connection"]);
    }

    private static TestSite Counting(string configuration) => new("LoadModule count_module x\n" + configuration) { Modules = [new CountModule()] };

    /// <summary>A handler that counts its calls, and claims what lies below /claimed.</summary>
    private sealed class CountModule : RequestModule
    {
        private int _calls;

        public override string Identifier => "count_module";

        public override string Source => "mod_count.c";

        public override IEnumerable<KeyValuePair<string, RequestHandler>> Handlers => [new("count", Count)];

        public override int Translate(Request request, Resource resource) =>
            resource.Path.StartsWith("/claimed/", StringComparison.Ordinal) ? Outcome.Ok : Outcome.Declined;

        private ValueTask<int> Count(Request request)
        {
            if (request.Query == "fail") throw new InvalidOperationException("failed");
            request.ResponseHeaders["X-Count"] = $"{++_calls}";
            if (request.Resource.Stat.Exists) request.ResponseHeaders["X-File"] = $"{request.Resource.Stat.Size}";
            request.ResponseHeaders.ContentLength = 0;
            return new(Outcome.Ok);
        }
    }
}
