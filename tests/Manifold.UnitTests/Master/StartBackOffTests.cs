using Manifold.Master;
using Xunit;

namespace Manifold.UnitTests.Master;

public class StartBackOffTests
{
    private sealed class Clock : TimeProvider
    {
        private long _now;
        public override long TimestampFrequency => TimeSpan.TicksPerSecond;
        public override long GetTimestamp() => _now;
        public void Pass(TimeSpan time) => _now += time.Ticks;
    }

    private readonly Clock _clock = new();

    [Fact]
    public void Delays_double_up_to_thirty_seconds_and_the_tenth_failure_ends_it()
    {
        var backOff = new StartBackOff(_clock);
        var delays = new List<double>();
        bool gaveUp = false;
        for (int i = 0; i < 10; i++)
        {
            Assert.False(gaveUp);
            gaveUp = backOff.StartFailed(othersServe: false);
            delays.Add(backOff.Remaining.TotalSeconds);
            _clock.Pass(backOff.Remaining);
        }
        Assert.Equal([1, 2, 4, 8, 16, 30, 30, 30, 30, 30], delays);
        Assert.True(gaveUp);
    }

    [Fact]
    public void A_serving_population_is_never_given_up()
    {
        var backOff = new StartBackOff(_clock, giveUpAfter: 1);
        Assert.False(backOff.StartFailed(othersServe: true));
        _clock.Pass(backOff.Remaining);
        Assert.True(backOff.StartFailed(othersServe: false));
    }

    [Fact]
    public void The_first_failure_is_over_with_its_delay()
    {
        var backOff = new StartBackOff(_clock);
        Assert.True(backOff.IsFirst);
        backOff.StartFailed(othersServe: true);
        Assert.True(backOff.IsFirst);
        _clock.Pass(backOff.Remaining);
        Assert.False(backOff.IsFirst);
    }

    [Fact]
    public void Children_that_die_together_are_one_failure()
    {
        var backOff = new StartBackOff(_clock);
        for (int i = 0; i < 5; i++) backOff.StartFailed(othersServe: false);
        Assert.Equal(1, backOff.Failures);
        Assert.Equal(TimeSpan.FromSeconds(1), backOff.Remaining);
    }

    [Fact]
    public void Time_passes_and_a_ready_child_ends_it()
    {
        var backOff = new StartBackOff(_clock);
        Assert.Equal(TimeSpan.Zero, backOff.Remaining);
        backOff.StartFailed(othersServe: false);
        _clock.Pass(TimeSpan.FromMilliseconds(400));
        Assert.Equal(TimeSpan.FromMilliseconds(600), backOff.Remaining);
        backOff.ChildReady();
        Assert.Equal((TimeSpan.Zero, 0), (backOff.Remaining, backOff.Failures));
    }

    [Fact]
    public void Successive_kills_restart_twice_and_warn_at_the_3rd_13th_and_23rd()
    {
        var kills = new SuccessiveKills();
        var verdicts = Enumerable.Range(1, 25).Select(n => (Number: n, Verdict: kills.Killed())).ToArray();
        Assert.Equal([1, 2], verdicts.Where(v => v.Verdict.RestartAtOnce).Select(v => v.Number));
        Assert.Equal([3, 13, 23], verdicts.Where(v => v.Verdict.Warn).Select(v => v.Number));
        kills.Tick();
        Assert.True(kills.Killed().RestartAtOnce);
    }
}
