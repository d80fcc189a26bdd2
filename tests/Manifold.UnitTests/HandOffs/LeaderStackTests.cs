using Manifold.Connections;
using Manifold.HandOffs;
using Manifold.Shared;
using Xunit;

namespace Manifold.UnitTests.HandOffs;

/// <summary>One leader, the last to become idle leads next, and the end reaches everybody once.</summary>
public class LeaderStackTests
{
    [Fact]
    public void There_is_never_more_than_one_leader()
    {
        var stack = new LeaderStack(() => { });
        int leaders = 0, turns = 0, most = 0;
        using var done = new CountdownEvent(8);
        for (int i = 0; i < 8; i++)
        {
            Start(me =>
            {
                while (stack.Lead(me))
                {
                    int now = Interlocked.Increment(ref leaders);
                    InterlockedMax(ref most, now);
                    if (Interlocked.Increment(ref turns) == 20_000) stack.End();
                    Interlocked.Decrement(ref leaders);
                    stack.Promote();
                }
                done.Signal();
            });
        }
        Assert.True(done.Wait(TimeSpan.FromSeconds(30)), $"{done.CurrentCount} threads hang after {turns} turns");
        Assert.Equal(1, most);
        Assert.True(turns >= 20_000);
    }

    [Fact]
    public void The_last_to_become_idle_leads_next_and_only_it_is_woken()
    {
        var stack = new LeaderStack(() => { });
        var led = new List<int>();
        Assert.True(stack.Lead(New(0)));
        for (int i = 1; i <= 3; i++) Follow(stack, i, led);
        stack.Promote();
        Reaches(() => Count(led), 1);
        Assert.Equal([3], led); // the others sleep on: nobody has promoted them
        stack.Promote();
        Reaches(() => Count(led), 2);
        Assert.Equal([3, 2], led);
        stack.End();
    }

    [Fact]
    public void Who_has_slept_longest_is_dismissed()
    {
        var stack = new LeaderStack(() => { });
        var led = new List<int>();
        var left = new List<int>();
        Assert.True(stack.Lead(New(0)));
        for (int i = 1; i <= 3; i++) Follow(stack, i, led, left);
        stack.Dismiss(2);
        Reaches(() => Count(left), 2);
        Assert.Equal([1, 2], left.Order());
        stack.Dismiss(5);
        Reaches(() => Count(left), 3);
        Assert.Empty(led);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_end_is_told_once_when_nobody_leads(bool led)
    {
        int over = 0;
        var stack = new LeaderStack(() => over++);
        if (led) Assert.True(stack.Lead(New(0)));
        stack.End();
        Assert.Equal(led ? 0 : 1, over);
        if (led) stack.Promote();
        Assert.Equal(1, over);
        stack.End();
        Assert.Equal(1, over);
        Assert.False(stack.Lead(New(1)));
    }

    [Fact]
    public void What_waits_until_nobody_leads_is_done_once_and_in_order()
    {
        var done = new List<string>();
        var stack = new LeaderStack(() => done.Add("over"));
        Assert.True(stack.Lead(New(0)));
        stack.WhenNobodyLeads(() => done.Add("first"));
        stack.End();
        Assert.Empty(done);
        stack.Promote();
        Assert.Equal(["first", "over"], done);
        stack.WhenNobodyLeads(() => done.Add("at once"));
        Assert.Equal(["first", "over", "at once"], done);
    }

    /// <summary>A thread that becomes a follower before this returns.</summary>
    private static void Follow(LeaderStack stack, int number, List<int> led, List<int>? left = null)
    {
        var me = New(number);
        Start(me, _ =>
        {
            bool leads = stack.Lead(me);
            var list = leads ? led : left;
            if (list is null) return;
            lock (list) list.Add(number);
        });
        Reaches(() => me.Sleeper.IsAsleep ? 1 : 0, 1);
    }

    private static int Count(List<int> list)
    {
        lock (list) return list.Count;
    }

    private static void InterlockedMax(ref int most, int value)
    {
        int seen;
        while ((seen = Volatile.Read(ref most)) < value) Interlocked.CompareExchange(ref most, value, seen);
    }

    private static WorkerThread New(int number) => new($"worker {number}", WorkerRow.OffTheBoard());

    private static void Start(Action<WorkerThread> body) => Start(New(0), body);

    private static void Start(WorkerThread me, Action<WorkerThread> body) => new Thread(() => body(me)) { IsBackground = true }.Start();

    private static void Reaches(Func<int> what, int expected) =>
        Assert.True(SpinWait.SpinUntil(() => what() == expected, TimeSpan.FromSeconds(30)), $"{expected} expected; there are {what()}");
}
