using Manifold.Populations;
using Manifold.Shared;
using Xunit;

namespace Manifold.UnitTests.Populations;

public class SpareServersTests
{
    private static (Crowd, SpareServers, PopulationMemory) Make(int min = 5, int max = 10, int limit = 256, int buckets = 1)
    {
        var memory = new PopulationMemory(1);
        return (new Crowd(limit, 1), new SpareServers(new(min, max, limit, buckets), memory), memory);
    }

    [Fact]
    public void Vector_1_spawn_example()
    {
        var (crowd, strategy, memory) = Make();
        crowd.Up(1);
        Assert.Equal(1, crowd.Apply(strategy.Tick(crowd.View)));
        Assert.Equal(2, memory.Rates[0]);
        Assert.Equal(2, crowd.Apply(strategy.Tick(crowd.View))); // the one that is starting counts as idle
        Assert.Equal(4, memory.Rates[0]);
        crowd.Occupy(1);
        Assert.Equal(4, crowd.Apply(strategy.Tick(crowd.View)));
        Assert.Equal(8, memory.Rates[0]);
        crowd.Up(8);
        crowd.Occupy(1);
        Assert.Equal(0, crowd.Apply(strategy.Tick(crowd.View))); // 7 idle
        Assert.Equal(1, memory.Rates[0]);
    }

    [Fact]
    public void Vector_2_sustained_shortage()
    {
        var (crowd, strategy, _) = Make();
        var started = new List<int>();
        var reported = new List<bool>();
        for (int tick = 0; tick < 8; tick++)
        {
            var step = strategy.Tick(crowd.View);
            reported.Add(step.Reports.Exists(r => r.Notice == PopulationNotice.Busy));
            started.Add(crowd.Apply(step));
            crowd.AllBusy();
        }
        Assert.Equal([1, 2, 4, 8, 16, 32, 32, 32], started);
        Assert.Equal([false, false, false, true, true, true, true, true], reported);
    }

    [Fact]
    public void Vector_3_ten_ticks_without_doubling_after_a_graceful_restart()
    {
        var (crowd, strategy, memory) = Make();
        memory.Rates.HoldOffForRestart();
        var started = new List<int>();
        for (int tick = 0; tick < 13; tick++)
        {
            started.Add(crowd.Apply(strategy.Tick(crowd.View)));
            crowd.AllBusy();
        }
        Assert.Equal([1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 4], started);
    }

    [Fact]
    public void Children_that_are_still_starting_hold_the_rate_and_are_not_too_many()
    {
        var (crowd, strategy, _) = Make();
        crowd.Up(5);
        for (int starts = 1; starts <= 16; starts *= 2)
        {
            crowd.AllBusy();
            Assert.Equal(starts, crowd.Apply(strategy.Tick(crowd.View)));
        }
        for (int tick = 0; tick < 3; tick++) // more than the ten that may idle, and all of them awaited
        {
            var step = strategy.Tick(crowd.View);
            Assert.Empty(step.Start);
            Assert.Empty(step.Retire);
        }
        crowd.AllBusy();
        Assert.Equal(32, crowd.Apply(strategy.Tick(crowd.View)));
    }

    [Fact]
    public void Lowest_free_slots_first()
    {
        var (crowd, strategy, memory) = Make();
        memory.Rates.Started(0);
        crowd.Ready(0);
        crowd.Ready(2);
        var step = strategy.Tick(crowd.View);
        Assert.Equal([1, 3], step.Start);
        Assert.Equal(4, step.HighestUsed);
    }

    [Fact]
    public void Exactly_one_goes_and_it_is_the_highest_idle_one()
    {
        var (crowd, strategy, _) = Make();
        crowd.Up(14);
        crowd.View.Threads(13)[0] = WorkerStatus.BusyWrite;
        var step = strategy.Tick(crowd.View);
        Assert.Equal([new Retirement(0, 12)], step.Retire);
        Assert.Empty(step.Start);
        crowd.Apply(step);
        Assert.Equal(11, Assert.Single(strategy.Tick(crowd.View).Retire).Slot); // the retiring one is not idle any more
    }

    [Fact]
    public void Buckets_take_turns_in_losing_a_child()
    {
        var (crowd, strategy, _) = Make(min: 1, max: 2, buckets: 3);
        crowd.Up(9);
        var buckets = new List<int>();
        for (int tick = 0; tick < 4; tick++)
        {
            var step = strategy.Tick(crowd.View);
            Assert.Equal(step.Retire[0].Bucket, step.Retire[0].Slot % 3);
            buckets.Add(step.Retire[0].Bucket);
            crowd.Apply(step);
        }
        Assert.Equal([0, 1, 2, 0], buckets);
    }

    [Fact]
    public void Limit_is_reported_once_in_the_masters_life()
    {
        var (crowd, strategy, memory) = Make(limit: 4);
        crowd.Up(4);
        crowd.AllBusy();
        Assert.Equal(PopulationNotice.LimitReached, Assert.Single(strategy.Tick(crowd.View).Reports).Notice);
        Assert.Empty(strategy.Tick(crowd.View).Reports);
        Assert.Empty(new SpareServers(new(5, 10, 4), memory).Tick(crowd.View).Reports); // the next generation knows
        Assert.Equal(1, memory.Rates[0]);
    }

    [Fact]
    public void Children_of_an_earlier_generation_hold_slots_but_are_not_idle()
    {
        var (crowd, strategy, _) = Make();
        crowd.Up(8);
        for (int slot = 0; slot < 8; slot++) crowd.View[slot] = SlotFlags.Occupied;
        Assert.Equal([8], strategy.Tick(crowd.View).Start);
    }

    [Fact]
    public void Properties_hold_for_random_populations()
    {
        var random = new Random(17);
        for (int run = 0; run < 200; run++)
        {
            int limit = random.Next(1, 80), min = random.Next(1, 20), max = min + random.Next(1, 20);
            var (crowd, strategy, memory) = Make(min, max, limit, random.Next(1, 5));
            for (int tick = 0; tick < 60; tick++)
            {
                int idleBefore = Idle(crowd.View), rate = memory.Rates[0];
                var step = strategy.Tick(crowd.View);
                Assert.True(int.IsPow2(rate) && rate <= 32);
                Assert.True(step.Start.Count <= rate);
                Assert.All(step.Start, slot => Assert.True(slot < limit && !crowd.View.Occupied(slot)));
                Assert.True(step.Start.Count == 0 || step.Retire.Count == 0);
                if (step.Retire.Count > 0) Assert.True(idleBefore - step.Retire.Count >= min);
                crowd.Apply(step);
                Assert.True(crowd.Children <= limit);
                Shuffle(crowd, random);
            }
        }
    }

    private static int Idle(PopulationView view) => Enumerable.Range(0, view.Slots).Count(slot => view.Stays(slot)
        && ((view[slot] & SlotFlags.Starting) != 0 || view.Threads(slot)[0] is WorkerStatus.Starting or WorkerStatus.Ready));

    private static void Shuffle(Crowd crowd, Random random)
    {
        for (int slot = 0; slot < crowd.View.Slots; slot++)
        {
            if (!crowd.View.Occupied(slot)) continue;
            bool leaves = (crowd.View[slot] & SlotFlags.Retiring) != 0;
            if (random.Next(leaves ? 3 : 30) == 0) crowd.End(slot);
            else if (!leaves && random.Next(3) == 0) crowd.Ready(slot);
            else if ((crowd.View[slot] & SlotFlags.Starting) == 0) crowd.View.Threads(slot)[0] = (WorkerStatus)random.Next(2, 9);
        }
    }
}
