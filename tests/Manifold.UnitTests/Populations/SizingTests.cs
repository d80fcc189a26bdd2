using Manifold.Contracts;
using Manifold.Mpms;
using Xunit;

namespace Manifold.UnitTests.Populations;

public class SizingTests
{
    [Fact]
    public void Defaults()
    {
        var prefork = Mpm.All["prefork"].Complete(new Sizing());
        Assert.Equal((5, 5, 10, 256, 256, 1, 1), (prefork.StartServers, prefork.MinSpareServers, prefork.MaxSpareServers, prefork.ServerLimit,
            prefork.MaxRequestWorkers, prefork.ThreadsPerChild, prefork.ThreadLimit));
        foreach (string mpm in new[] { "worker", "event" })
        {
            var threaded = Mpm.All[mpm].Complete(new Sizing());
            Assert.Equal((3, 75, 250, 16, 400, 25, 64, 16), (threaded.StartServers, threaded.MinSpareThreads, threaded.MaxSpareThreads,
                threaded.ServerLimit, threaded.MaxRequestWorkers, threaded.ThreadsPerChild, threaded.ThreadLimit, threaded.ActiveLimit));
            Assert.Empty(threaded.Warnings);
        }
        Assert.Empty(prefork.Warnings);
    }

    [Theory]
    [InlineData("event", 90, 16, "AH00513: WARNING: MaxRequestWorkers of 90 is not an integer multiple of ThreadsPerChild of 25, decreasing to 75", 75)]
    [InlineData("event", 10, 16, "AH00511: WARNING: MaxRequestWorkers of 10 is less than ThreadsPerChild of 25, increasing to 25", 25)]
    [InlineData("event", 500, 16, "AH00515: WARNING: MaxRequestWorkers of 500 would require 20 servers and exceed ServerLimit of 16, decreasing to 400", 400)]
    [InlineData("worker", 90, 16, "AH00317: WARNING: MaxRequestWorkers of 90 is not an integer multiple of ThreadsPerChild of 25, decreasing to 75", 75)]
    [InlineData("prefork", 300, 256, "AH00180: WARNING: MaxRequestWorkers of 300 exceeds ServerLimit of 256, decreasing to 256", 256)]
    [InlineData("prefork", 0, 256, "AH00182: WARNING: MaxRequestWorkers of 0 not allowed, increasing to 1", 1)]
    [InlineData("event", 25, 0, "AH00499: WARNING: ServerLimit of 0 not allowed, increasing to 1", 25)]
    [InlineData("event", 400, 20001, "AH00497: WARNING: ServerLimit of 20001 exceeds the most possible, 20000, decreasing to 20000", 400)]
    public void Corrections(string mpm, int workers, int limit, string warning, int expected)
    {
        var effective = Mpm.All[mpm].Complete(new Sizing { MaxRequestWorkers = workers, ServerLimit = limit });
        Assert.Equal(warning, Assert.Single(effective.Warnings));
        Assert.Equal(expected, effective.MaxRequestWorkers);
    }

    [Fact]
    public void Reactors_share_the_processors()
    {
        var percore = Mpm.All["percore"].Complete(new Sizing());
        int half = (Environment.ProcessorCount + 1) / 2;
        Assert.Equal((2, 2, half, half + 1, 1, 10), (percore.StartServers, percore.ServerLimit, percore.Reactors, percore.StartThreads,
            percore.MinSpareThreads, percore.MaxSpareThreads));
        Assert.Equal(Math.Max(64, 2 * half), percore.ThreadsPerChild);
        Assert.Empty(percore.Conflicts);
        var one = Mpm.All["percore"].Complete(new Sizing { StartServers = 1, ReactorsPerChild = 3, ThreadsPerChild = 3 });
        Assert.Equal((1, 3, 3, 3), (one.StartServers, one.Reactors, one.ThreadsPerChild, one.StartThreads));
        Assert.Empty(one.Conflicts);
        Assert.Equal(["ReactorsPerChild of 9 exceeds ThreadsPerChild of 8", "StartServers of 0 is less than 1"],
            Mpm.All["percore"].Complete(new Sizing { StartServers = 0, ReactorsPerChild = 9, ThreadsPerChild = 8 }).Conflicts);
    }

    [Fact]
    public void Thread_bounds()
    {
        var effective = Mpm.All["worker"].Complete(
            new Sizing { ThreadsPerChild = 100, ThreadLimit = 70_000, StartServers = 0, MinSpareThreads = -5 });
        Assert.Equal((100, 20_000, 1, 1, 102), (effective.ThreadsPerChild, effective.ThreadLimit, effective.StartServers,
            effective.MinSpareThreads, Math.Min(effective.MaxSpareThreads, 102)));
        Assert.Equal(["AH00306", "AH00321", "AH00323"], effective.Warnings.Select(warning => warning[..7]));
        Assert.StartsWith("AH00507", Mpm.All["event"].Complete(new Sizing { ThreadsPerChild = 65 }).Warnings[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Winnt_has_one_child_and_httpds_bounds()
    {
        var plain = Mpm.All["winnt"].Complete(new Sizing());
        Assert.Equal((1, 1, 1, 64, 64, 64, 1920), (plain.StartServers, plain.ServerLimit, plain.ActiveLimit, plain.StartThreads, plain.ThreadsPerChild,
            plain.MaxRequestWorkers, plain.ThreadLimit));
        Assert.Empty(plain.Warnings);
        var high = Mpm.All["winnt"].Complete(new Sizing { ThreadsPerChild = 20_000, ThreadLimit = 16_000 });
        Assert.Equal((15_000, 15_000), (high.ThreadLimit, high.ThreadsPerChild));
        Assert.Equal(["AH00439", "AH00444"], high.Warnings.Select(warning => warning[..7]));
        var low = Mpm.All["winnt"].Complete(new Sizing { ThreadsPerChild = 0, ThreadLimit = -1 });
        Assert.Equal((1, 1), (low.ThreadLimit, low.ThreadsPerChild));
        Assert.Equal(["AH00441", "AH00446"], low.Warnings.Select(warning => warning[..7]));
        Assert.Empty(high.Conflicts);
        Assert.Contains("2 sets of listening sockets", Assert.Single(Mpm.All["winnt"].Complete(new Sizing(), buckets: 2).Conflicts), StringComparison.Ordinal);
    }

    [Fact]
    public void Buckets_raise_minimums_without_a_word()
    {
        var worker = Mpm.All["worker"].Complete(new Sizing { MinSpareThreads = 10, MaxSpareThreads = 20 }, buckets: 4);
        Assert.Equal((25 * 3 + 4, 25 * 3 + 4 + 26 * 4), (worker.MinSpareThreads, worker.MaxSpareThreads));
        var prefork = Mpm.All["prefork"].Complete(new Sizing { StartServers = 1, MinSpareServers = 1, MaxSpareServers = 1, MaxRequestWorkers = 2 }, 4);
        Assert.Equal((4, 4, 8, 4), (prefork.StartServers, prefork.MinSpareServers, prefork.MaxSpareServers, prefork.MaxRequestWorkers));
        Assert.Empty(worker.Warnings);
        Assert.Empty(prefork.Warnings);
    }
}
