using Manifold.Populations;
using Manifold.Shared;
using Xunit;

namespace Manifold.UnitTests.Populations;

public class SpareThreadsTests
{
    private static readonly ThreadSizing s_defaults = new(75, 250, 400, 25);

    public static TheoryData<string> Both => ["worker", "event"];

    private static SpareThreadsStyle Style(string mpm) => mpm == "worker" ? SpareThreadsStyle.Worker : SpareThreadsStyle.Event;

    private static SpareThreads Make(string mpm, ThreadSizing? sizing = null, PopulationMemory? memory = null)
    {
        var size = sizing ?? s_defaults;
        return new SpareThreads(size, Style(mpm), memory ?? new PopulationMemory(size.Buckets));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public void Vector_5_worker_defaults(string mpm)
    {
        var crowd = new Crowd(16, 25).Up(3);
        var strategy = Make(mpm);
        var step = strategy.Tick(crowd.View);
        Assert.Equal((0, 0, 3), (step.Start.Count, step.Retire.Count, step.HighestUsed)); // 75 idle: enough, not too many
        crowd.Occupy(26);
        Assert.Equal(1, crowd.Apply(strategy.Tick(crowd.View))); // 49 idle
        Assert.Equal(2, crowd.Apply(strategy.Tick(crowd.View))); // 74: threads that are not created yet count too
        Assert.Equal(0, crowd.Apply(strategy.Tick(crowd.View))); // 124
        Assert.Equal(6, crowd.Children);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public void Vector_2_sustained_shortage(string mpm)
    {
        var sizing = new ThreadSizing(75, 250, 200 * 5, 5);
        var crowd = new Crowd(220, 5);
        var strategy = Make(mpm, sizing);
        var started = new List<int>();
        var busy = new List<int>();
        for (int tick = 0; tick < 8; tick++)
        {
            var step = strategy.Tick(crowd.View);
            busy.AddRange(step.Reports.Where(r => r.Notice == PopulationNotice.Busy).Select(r => r.Rate));
            started.Add(crowd.Apply(step));
            crowd.AllBusy();
        }
        Assert.Equal([1, 2, 4, 8, 16, 32, 32, 32], started);
        Assert.Equal([8, 16, 32, 32, 32], busy);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public void Vector_3_ten_ticks_without_doubling_after_a_graceful_restart(string mpm)
    {
        var memory = new PopulationMemory(1);
        memory.Rates.HoldOffForRestart();
        var crowd = new Crowd(64, 25);
        var strategy = Make(mpm, new ThreadSizing(75, 250, 1600, 25), memory);
        var started = new List<int>();
        for (int tick = 0; tick < 13; tick++)
        {
            started.Add(crowd.Apply(strategy.Tick(crowd.View)));
            crowd.AllBusy();
        }
        Assert.Equal([1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 4], started);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public void Vector_8_four_buckets_share_the_bounds_and_the_rate(string mpm)
    {
        // the corrections have raised 75 to 79; each bucket wants 79 / 4 = 19 idle threads
        var sizing = new ThreadSizing(79, 79 + 26 * 4, 1600, 25, Buckets: 4);
        var memory = new PopulationMemory(4);
        var crowd = new Crowd(64, 25).Up(4);
        var strategy = Make(mpm, sizing, memory);
        Assert.Empty(strategy.Tick(crowd.View).Start);
        crowd.Occupy(7); // bucket 0 has 18 left
        var step = strategy.Tick(crowd.View);
        Assert.Equal([4], step.Start);
        Assert.Equal(5, step.HighestUsed);
        for (int tick = 0; tick < 5; tick++)
        {
            crowd.Apply(strategy.Tick(crowd.View));
            crowd.AllBusy();
        }
        Assert.Equal(8, memory.Rates.Highest);
        Assert.All(Enumerable.Range(0, 4), bucket => Assert.True(memory.Rates[bucket] <= 8));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public void Highest_used_is_the_maximum_over_all_buckets(string mpm)
    {
        var crowd = new Crowd(16, 25).Up(3);
        crowd.Ready(6); // bucket 0 of 2; the last bucket scanned ends lower
        Assert.Equal(7, Make(mpm, s_defaults with { Buckets = 2 }).Tick(crowd.View).HighestUsed);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public void Surplus_retires_one_whole_child_with_the_most_idle_threads(string mpm)
    {
        var crowd = new Crowd(16, 25).Up(11);
        crowd.View.Threads(10)[0] = WorkerStatus.BusyWrite;
        var step = Make(mpm).Tick(crowd.View);
        Assert.Equal([new Retirement(0, 9)], step.Retire);
    }

    [Fact]
    public void Event_retires_no_second_one_while_one_is_leaving_unless_there_is_room_for_a_generation()
    {
        var crowd = new Crowd(32, 25).Up(12);
        crowd.Retire(12);
        crowd.Retire(13);
        Assert.Single(Make("event").Tick(crowd.View).Retire); // 32 - 14 = 18 > 16
        for (int slot = 14; slot < 16; slot++) crowd.Retire(slot);
        Assert.Empty(Make("event").Tick(crowd.View).Retire); // 16 free is not more than 16
        Assert.Single(Make("worker").Tick(crowd.View).Retire);
    }

    [Fact]
    public void Event_does_not_count_threads_of_a_child_that_has_stopped_accepting()
    {
        var crowd = new Crowd(16, 25).Up(3);
        crowd.View[0] |= SlotFlags.NotAccepting;
        Assert.Single(Make("event").Tick(crowd.View).Start);
        Assert.Empty(Make("worker").Tick(crowd.View).Start);
    }

    [Fact]
    public void Worker_puts_a_child_into_a_retiring_slot_when_it_has_no_other()
    {
        var sizing = new ThreadSizing(4, 8, 12, 4);
        var crowd = new Crowd(3, 4);
        crowd.Retire(0);
        crowd.View.Threads(0)[3] = WorkerStatus.Dead;
        crowd.Retire(1, WorkerStatus.BusyWrite);
        crowd.Retire(2);
        Assert.Equal([0], Make("worker", sizing).Tick(crowd.View).Start); // only slot 0 has a free record
        Assert.Empty(Make("event", sizing).Tick(crowd.View).Start);
        var unshared = new SpareThreads(sizing, SpareThreadsStyle.Worker with { SharesRetiringSlots = false }, new(1));
        Assert.Empty(unshared.Tick(crowd.View).Start);
    }

    [Fact]
    public void Worker_prefers_free_slots_to_shared_ones()
    {
        var sizing = new ThreadSizing(4, 8, 12, 4);
        var crowd = new Crowd(3, 4);
        crowd.Retire(0, WorkerStatus.BusyWrite);
        crowd.View.Threads(0)[0] = WorkerStatus.Dead;
        crowd.Retire(1, WorkerStatus.BusyWrite);
        Assert.Equal([2], Make("worker", sizing).Tick(crowd.View).Start);
    }

    [Fact]
    public void Event_stays_within_the_process_limit_and_holds_off()
    {
        var memory = new PopulationMemory(1);
        memory.Rates.Started(0);
        memory.Rates.Started(0); // rate 4
        var crowd = new Crowd(32, 25).Up(14);
        crowd.Occupy(14 * 25);
        crowd.View.Threads(0)[0] = WorkerStatus.Closing;
        var strategy = Make("event", s_defaults, memory);
        Assert.Equal(2, crowd.Apply(strategy.Tick(crowd.View))); // 16 - 14, although 4 are allowed
        // 16 children, two of them still starting: 50 idle threads are too few, but there is nothing left to start
        Assert.Equal(0, crowd.Apply(strategy.Tick(crowd.View)));
        Assert.Equal(1, memory.Rates[0]);
        crowd.End(0);
        Assert.Equal(1, crowd.Apply(strategy.Tick(crowd.View)));
        Assert.Equal(1, memory.Rates[0]); // the hold-off was used up instead of doubling
    }

    [Theory]
    [MemberData(nameof(Both))]
    public void Limits_are_reported_once_each(string mpm)
    {
        var crowd = new Crowd(16, 25).Up(16);
        var strategy = Make(mpm);
        crowd.Occupy(16 * 25 - 3);
        Assert.Equal(PopulationNotice.NearLimit, Assert.Single(strategy.Tick(crowd.View).Reports).Notice);
        Assert.Empty(strategy.Tick(crowd.View).Reports);
        crowd.Occupy(3);
        Assert.Equal(PopulationNotice.LimitReached, Assert.Single(strategy.Tick(crowd.View).Reports).Notice);
        Assert.Empty(strategy.Tick(crowd.View).Reports);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public void A_full_scoreboard_is_reported_on_every_tick(string mpm)
    {
        var crowd = new Crowd(4, 25);
        for (int slot = 0; slot < 4; slot++) crowd.Retire(slot); // finishing: no free record, not active
        var strategy = Make(mpm);
        for (int tick = 0; tick < 3; tick++)
            Assert.Equal(PopulationNotice.ScoreboardFull, Assert.Single(strategy.Tick(crowd.View).Reports).Notice);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public void A_sick_child_ends_the_server_only_if_none_was_ever_healthy(string mpm)
    {
        var memory = new PopulationMemory(1);
        var crowd = new Crowd(16, 25);
        memory.ChildWasSick(0);
        var step = Make(mpm, s_defaults, memory).Tick(crowd.View);
        Assert.True(step.GiveUp);
        Assert.Empty(step.Start);
        crowd.Up(1);
        step = Make(mpm, s_defaults, memory).Tick(crowd.View);
        Assert.False(step.GiveUp);
        Assert.Single(step.Start);
        Assert.False(memory.SickChild);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public void Properties_hold_for_random_populations(string mpm)
    {
        var random = new Random(23);
        for (int run = 0; run < 150; run++)
        {
            int threads = random.Next(1, 9), buckets = random.Next(1, 5), limit = random.Next(buckets, 40);
            int min = threads * (buckets - 1) + buckets + random.Next(20), max = min + (threads + 1) * buckets + random.Next(20);
            var memory = new PopulationMemory(buckets);
            var crowd = new Crowd(limit + random.Next(20), threads);
            var strategy = Make(mpm, new ThreadSizing(min, max, limit * threads, threads, buckets), memory);
            for (int tick = 0; tick < 50; tick++)
            {
                var step = strategy.Tick(crowd.View);
                Assert.All(step.Start, slot => Assert.True(mpm == "worker" ? slot < limit : !crowd.View.Occupied(slot)));
                Assert.Equal(step.Start.Count, step.Start.Distinct().Count());
                for (int bucket = 0; bucket < buckets; bucket++) CheckBucket(crowd, step, bucket, buckets, min);
                crowd.Apply(step);
                Assert.True(crowd.Staying <= limit);
                Shuffle(crowd, random);
            }
        }
    }

    private static void CheckBucket(Crowd crowd, PopulationStep step, int bucket, int buckets, int min)
    {
        int starts = step.Start.Count(slot => slot % buckets == bucket);
        Assert.True(starts <= Math.Max(1, 32 / buckets));
        var retired = step.Retire.Where(r => r.Bucket == bucket).ToArray();
        Assert.True(retired.Length <= 1 && (retired.Length == 0 || starts == 0));
        if (retired.Length == 0) return;
        Assert.True(crowd.View.Stays(retired[0].Slot) && retired[0].Slot % buckets == bucket);
        int left = Enumerable.Range(0, crowd.View.Slots)
            .Where(slot => slot % buckets == bucket && slot != retired[0].Slot && crowd.View.Stays(slot))
            .Sum(slot => crowd.View.Threads(slot).ToArray().Count(s => s <= WorkerStatus.Ready));
        Assert.True(left + crowd.View.ThreadsPerSlot > min / buckets);
    }

    private static void Shuffle(Crowd crowd, Random random)
    {
        for (int slot = 0; slot < crowd.View.Slots; slot++)
        {
            if (!crowd.View.Occupied(slot)) continue;
            bool leaves = (crowd.View[slot] & SlotFlags.Retiring) != 0;
            if (random.Next(leaves ? 4 : 40) == 0) crowd.End(slot);
            else if (!leaves && random.Next(3) == 0) crowd.Ready(slot);
            else if (leaves && random.Next(3) == 0) crowd.View.Threads(slot)[0] = WorkerStatus.Dead;
            else if (!leaves && (crowd.View[slot] & SlotFlags.Starting) == 0)
                foreach (ref var status in crowd.View.Threads(slot)) status = (WorkerStatus)random.Next(2, 9);
        }
    }
}
