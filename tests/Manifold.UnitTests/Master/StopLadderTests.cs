using Manifold.Master;
using Xunit;

namespace Manifold.UnitTests.Master;

public class StopLadderTests
{
    private static List<(StopAction Action, double Seconds)> Climb(bool terminate)
    {
        var ladder = new StopLadder(terminate);
        var climbed = new List<(StopAction, double)>();
        var now = TimeSpan.Zero;
        while (true)
        {
            var step = ladder.Next(now);
            if (step.Action != StopAction.None) climbed.Add((step.Action, Math.Round(now.TotalSeconds, 1)));
            if (step.Action == StopAction.GiveUp) return climbed;
            now += step.LookAgainAfter;
        }
    }

    [Fact]
    public void Vector_4_a_child_that_ignores_everything() => Assert.Equal(
        [
            (StopAction.Terminate, 0.0), (StopAction.TerminateAgain, 3.3), (StopAction.TerminateAgain, 5.3),
            (StopAction.TerminateAgain, 7.3), (StopAction.Kill, 9.3), (StopAction.GiveUp, 10.3),
        ],
        Climb(terminate: true));

    [Fact]
    public void Without_the_first_signal_the_rest_is_the_same() =>
        Assert.Equal(Climb(terminate: true).Skip(1), Climb(terminate: false));

    [Fact]
    public void Asking_in_between_changes_nothing()
    {
        var ladder = new StopLadder(terminate: true);
        Assert.Equal(StopAction.Terminate, ladder.Next(TimeSpan.Zero).Action);
        var early = ladder.Next(TimeSpan.FromMilliseconds(10)); // a child has ended
        Assert.Equal(StopAction.None, early.Action);
        Assert.Equal(6.384, early.LookAgainAfter.TotalMilliseconds, 3);
    }

    [Fact]
    public void A_jump_of_the_clock_skips_no_rung()
    {
        var ladder = new StopLadder(terminate: true);
        var now = TimeSpan.Zero;
        var actions = new List<StopAction>();
        for (int i = 0; i < 6; i++)
        {
            var step = ladder.Next(now);
            actions.Add(step.Action);
            now += step.LookAgainAfter < TimeSpan.Zero ? TimeSpan.Zero : step.LookAgainAfter + TimeSpan.FromMinutes(10);
        }
        Assert.Equal(
            [StopAction.Terminate, StopAction.TerminateAgain, StopAction.TerminateAgain, StopAction.TerminateAgain, StopAction.Kill,
                StopAction.GiveUp],
            actions);
        Assert.Equal(StopAction.GiveUp, ladder.Next(now).Action);
    }
}
