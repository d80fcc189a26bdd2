using Manifold.Httpd.Requests;
using Xunit;

namespace Manifold.UnitTests.Requests;

/// <summary>Access and fix-up may wait, for the request itself and for what is looked up for it; only a condition cannot.</summary>
public sealed class WaitingHookTests : IDisposable
{
    private readonly WaitModule _module = new();
    private readonly TestSite _site;

    public WaitingHookTests()
    {
        _site = new TestSite { Later = TimeSpan.FromSeconds(10), Modules = [_module] };
        _site.Text = "LoadModule wait_module x\nLoadModule headers_module x\nDirectoryIndex none.html index.txt\n";
        _site.Write("a.txt", "one");
        _site.Write("d/index.txt", "two");
    }

    public void Dispose()
    {
        _site.Dispose();
        _module.Dispose();
    }

    [Theory]
    [InlineData("/a.txt", Outcome.Declined, Outcome.Declined, 200)]
    [InlineData("/a.txt", Outcome.Ok, Outcome.Declined, 200)]
    [InlineData("/a.txt", 403, Outcome.Declined, 403)]
    [InlineData("/a.txt", Outcome.Declined, 410, 410)]
    [InlineData("/d/", Outcome.Declined, Outcome.Declined, 200)]
    public async Task The_answer_comes_when_the_hook_has_decided(string target, int access, int fixup, int status)
    {
        _module.Start();
        var answer = _site.Get(target);
        await _module.Asked(1);
        Assert.False(answer.IsCompleted);
        _module.AccessDecision.SetResult(access);
        if (access <= 0)
        {
            await _module.Asked(2);
            Assert.False(answer.IsCompleted);
        }
        _module.FixupDecision.SetResult(fixup);
        var response = await answer;
        Assert.Equal(status, response.Status);
        if (status == 200) Assert.Equal(target == "/d/" ? "two" : "one", response.Text);
    }

    [Fact]
    public async Task What_it_throws_is_an_error_of_the_request()
    {
        _module.Start();
        var answer = _site.Get("/a.txt");
        _module.AccessDecision.SetException(new InvalidOperationException("the directory of users is gone"));
        _module.FixupDecision.SetResult(Outcome.Declined);
        Assert.Equal(500, (await answer).Status);
        Assert.Contains("the directory of users is gone", File.ReadAllText(_site.Root + "/errors"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_a_condition_asks_a_hook_that_waits_refuses()
    {
        _site.Text += "<Location /asks.txt>\n<If \"-U '/a.txt'\">\nHeader set X-Open yes\n</If>\n<Else>\nHeader set X-Open no\n</Else>\n</Location>\n";
        _site.Write("asks.txt", "three");
        Assert.Equal("yes", (await _site.Get("/asks.txt"))["X-Open"]);
        _module.Start(ignoresThatItCannot: true);
        _module.OnlyFor = "/a.txt";
        Assert.Equal("no", (await _site.Get("/asks.txt"))["X-Open"]);
        Assert.Contains("wait_module waits for an answer about /a.txt", File.ReadAllText(_site.Root + "/errors"), StringComparison.Ordinal);
        _module.Start();
        Assert.Equal("yes", (await _site.Get("/asks.txt"))["X-Open"]); // it asks whether it may
    }

    private sealed class WaitModule : RequestModule, IDisposable
    {
        private readonly SemaphoreSlim _asked = new(0);
        private bool _waits;
        private bool _ignores;

        public TaskCompletionSource<int> AccessDecision { get; private set; } = new();

        public TaskCompletionSource<int> FixupDecision { get; private set; } = new();

        public string? OnlyFor { get; set; }

        public override string Identifier => "wait_module";

        public override string Source => "mod_wait.c";

        public void Dispose() => _asked.Dispose();

        public void Start(bool ignoresThatItCannot = false)
        {
            (AccessDecision, FixupDecision) = (new(TaskCreationOptions.RunContinuationsAsynchronously), new(TaskCreationOptions.RunContinuationsAsynchronously));
            (_waits, _ignores) = (true, ignoresThatItCannot);
        }

        public async Task Asked(int times)
        {
            if (!await _asked.WaitAsync(TimeSpan.FromSeconds(20))) throw new TimeoutException($"hook {times} was not asked");
        }

        public override ValueTask<int> Access(Request request, Resource resource) => Decide(request, resource, AccessDecision);

        public override ValueTask<int> Fixup(Request request, Resource resource) => Decide(request, resource, FixupDecision);

        private ValueTask<int> Decide(Request request, Resource resource, TaskCompletionSource<int> decision)
        {
            if (!_waits || (!request.CanWait && !_ignores) || (OnlyFor is not null && resource.Path != OnlyFor)) return new(Outcome.Declined);
            _asked.Release();
            return new(decision.Task);
        }
    }
}
