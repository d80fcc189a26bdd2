using Manifold.Child;
using Xunit;

namespace Manifold.UnitTests.Child;

/// <summary>The gate between accepting and leaving.</summary>
public class ChildStateTests
{
    [Fact]
    public void NothingIsAcceptedAfterRetiring()
    {
        using var state = new ChildState(0);
        Assert.True(state.EnterAccept());
        state.LeaveAccept(1);
        state.Retire();
        Assert.False(state.EnterAccept());
        Assert.False(state.WaitUntilDrained(1)); // one connection is open
        state.ConnectionClosed();
        Assert.True(state.WaitUntilDrained(10_000));
    }

    [Fact]
    public void TheBudgetRetiresTheChild()
    {
        using var state = new ChildState(2);
        int retired = 0;
        state.Retiring += () => retired++;
        for (int i = 0; i < 2; i++)
        {
            Assert.True(state.EnterAccept());
            state.LeaveAccept(1);
        }
        Assert.True(state.IsRetiring);
        state.Retire();
        Assert.Equal(1, retired);
    }

    [Fact]
    public async Task AnAcceptUnderWayIsWaitedFor()
    {
        using var state = new ChildState(0);
        Assert.True(state.EnterAccept());
        state.Retire();
        var drained = Task.Run(() => state.WaitUntilDrained(20_000));
        state.LeaveAccept(1); // it did get one
        Assert.Equal(1, state.Connections);
        state.ConnectionClosed();
        Assert.True(await drained);
    }

    [Fact]
    public void ManyThreadsNeverLoseAConnection()
    {
        for (int round = 0; round < 50; round++)
        {
            using var state = new ChildState(0);
            int served = 0, accepted = 0;
            var threads = Enumerable.Range(0, 4).Select(_ => new Thread(() =>
            {
                while (state.EnterAccept())
                {
                    Interlocked.Increment(ref accepted);
                    state.LeaveAccept(1);
                    Interlocked.Increment(ref served);
                    state.ConnectionClosed();
                }
            })).ToArray();
            foreach (var thread in threads) thread.Start();
            while (Volatile.Read(ref accepted) < 100) Thread.Yield();
            state.Retire();
            while (!state.WaitUntilDrained(100)) { }
            Assert.Equal(Volatile.Read(ref accepted), Volatile.Read(ref served) + state.Connections);
            foreach (var thread in threads) thread.Join();
        }
    }
}
