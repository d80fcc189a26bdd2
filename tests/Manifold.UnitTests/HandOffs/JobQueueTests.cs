using Manifold.Connections;
using Manifold.HandOffs;
using Manifold.Os;
using Manifold.Shared;
using Xunit;

namespace Manifold.UnitTests.HandOffs;

/// <summary>Every job reaches a worker, a listener waits for a spare worker, and the end releases it.</summary>
public class JobQueueTests
{
    [Theory]
    [InlineData(1, 2_000)]
    [InlineData(8, 20_000)]
    public void EveryJobIsTakenOnce(int workers, int jobs)
    {
        var queue = new JobQueue();
        int taken = 0;
        var done = new ManualResetEventSlim();
        for (int i = 0; i < workers; i++)
        {
            var me = new WorkerThread($"worker {i}", WorkerRow.OffTheBoard());
            new Thread(() =>
            {
                for (;;)
                {
                    queue.Pop(me);
                    if (Interlocked.Increment(ref taken) == jobs) done.Set();
                }
            }) { IsBackground = true }.Start();
        }
        for (int i = 0; i < jobs; i++) queue.Push(new Job(null!, Ready.In));
        Assert.True(done.Wait(TimeSpan.FromSeconds(30)), $"{taken} of {jobs} jobs were taken");
    }

    [Fact]
    public void LongJobsGetAllWorkers()
    {
        var queue = new JobQueue();
        using var all = new CountdownEvent(5);
        var hold = new ManualResetEventSlim();
        for (int i = 0; i < 5; i++)
        {
            var me = new WorkerThread($"worker {i}", WorkerRow.OffTheBoard());
            new Thread(() =>
            {
                queue.Pop(me);
                all.Signal();
                hold.Wait();
            }) { IsBackground = true }.Start();
        }
        for (int i = 0; i < 5; i++) queue.Push(new Job(null!, Ready.In));
        Assert.True(all.Wait(TimeSpan.FromSeconds(30)), $"{all.CurrentCount} workers sleep beside queued jobs");
        hold.Set();
    }

    [Fact]
    public async Task OneJobWakesOneWorkerAndThatIsTheLastToSleep()
    {
        var queue = new JobQueue();
        var taken = new TaskCompletionSource[3];
        for (int i = 0; i < taken.Length; i++)
        {
            var me = new WorkerThread($"worker {i}", WorkerRow.OffTheBoard());
            var mine = taken[i] = new TaskCompletionSource();
            new Thread(() =>
            {
                queue.Pop(me);
                mine.SetResult();
            }) { IsBackground = true }.Start();
            Assert.True(SpinWait.SpinUntil(() => queue.Spare == i + 1, TimeSpan.FromSeconds(30)), "the worker does not wait");
        }
        for (int i = taken.Length - 1; i >= 0; i--)
        {
            queue.Push(new Job(null!, Ready.In));
            await taken[i].Task.WaitAsync(TimeSpan.FromSeconds(30));
            Assert.Equal(i, queue.Spare); // the others sleep on
        }
    }

    [Fact]
    public async Task AListenerWaitsForASpareWorker()
    {
        var queue = new JobQueue();
        Assert.Equal(0, queue.Spare);
        var waited = Task.Run(queue.WaitForSpareWorker);
        var me = new WorkerThread("worker 0", WorkerRow.OffTheBoard());
        new Thread(() => queue.Pop(me)) { IsBackground = true }.Start();
        Assert.True(await waited.WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.Equal(1, queue.Spare);
    }

    [Fact]
    public async Task TheEndReleasesTheListener()
    {
        var queue = new JobQueue();
        var waited = Task.Run(queue.WaitForSpareWorker);
        queue.EndAccepting();
        Assert.False(await waited.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public async Task IdleWorkersCanBeDismissedButNotThoseThatJobsNeed()
    {
        var queue = new JobQueue();
        var workers = new List<Task<Job?>>();
        for (int i = 0; i < 3; i++)
        {
            var me = new WorkerThread($"worker {i}", WorkerRow.OffTheBoard());
            workers.Add(Task.Factory.StartNew(() => queue.Pop(me), TaskCreationOptions.LongRunning));
            Assert.True(SpinWait.SpinUntil(() => me.Sleeper.IsAsleep, TimeSpan.FromSeconds(30)));
        }
        queue.Dismiss(1);
        Assert.Null(await workers[0].WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.Equal(2, queue.Spare);
        queue.Push(new Job(null!, Ready.In));
        queue.Push(new Job(null!, Ready.In));
        queue.Dismiss(5);
        Assert.NotNull(await workers[1].WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.NotNull(await workers[2].WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.Equal(0, queue.Spare);
    }
}
