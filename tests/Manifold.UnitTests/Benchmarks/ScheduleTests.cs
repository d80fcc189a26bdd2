using Manifold.Bench;
using Xunit;

namespace Manifold.UnitTests.Benchmarks;

/// <summary>Two connections, ten units between requests.</summary>
public class ScheduleTests
{
    [Fact]
    public void Requests_are_due_in_turn_and_not_before_their_time()
    {
        var schedule = new Schedule(connections: 2, total: 4, interval: 10);
        Assert.Equal([0, -1], new[] { schedule.Take(0), schedule.Take(9.9) });
        Assert.Equal(10, schedule.NextDue);
        Assert.Equal([1, -1], new[] { schedule.Take(10), schedule.Take(19) });
    }

    [Fact]
    public void Latency_counts_from_when_a_request_was_due()
    {
        var schedule = new Schedule(connections: 2, total: 2, interval: 10);
        Assert.Equal([0, 1, -1], new[] { schedule.Take(30), schedule.Take(30), schedule.Take(30) }); // both late
        Assert.False(schedule.Complete(1, 32));
        Assert.False(schedule.Complete(0, 35));
        Assert.Equal([22.0, 35.0], schedule.Latencies.ToArray());
        Assert.True(schedule.IsDone);
        Assert.Equal(double.PositiveInfinity, schedule.NextDue);
    }

    /// <summary>Connection 0 stalls from 0 to 50: its requests that were due at 20 and 40 are charged for the wait too.</summary>
    [Fact]
    public void A_stall_is_charged_to_all_that_were_due_meanwhile()
    {
        var schedule = new Schedule(connections: 2, total: 6, interval: 10);
        Assert.Equal(0, schedule.Take(0));
        for (int due = 10; due <= 50; due += 20)
        {
            Assert.Equal(1, schedule.Take(due));
            Assert.False(schedule.Complete(1, due + 1));
            Assert.Equal(-1, schedule.Take(due + 9)); // nothing new for connection 0: it is busy
        }
        Assert.True(schedule.Complete(0, 60));
        Assert.True(schedule.Complete(0, 61));
        Assert.False(schedule.Complete(0, 62));
        Assert.Equal([1.0, 1, 1, 60, 41, 22], schedule.Latencies.ToArray());
        Assert.True(schedule.IsDone);
    }

    [Fact]
    public void An_answer_that_nobody_has_asked_for_is_refused() =>
        Assert.Throws<InvalidOperationException>(() => new Schedule(1, 1, 10).Complete(0, 5));
}
