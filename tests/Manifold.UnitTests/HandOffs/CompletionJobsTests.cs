using Manifold.Connections;
using Manifold.HandOffs;
using Manifold.Os;
using Manifold.Shared;
using Xunit;

namespace Manifold.UnitTests.HandOffs;

/// <summary>Jobs reach workers once, places are bounded, and die packets end the idle workers while the busy one finishes.</summary>
public class CompletionJobsTests
{
    private static readonly TimeSpan s_long = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Die_packets_end_the_idle_at_once_and_the_busy_when_it_is_done()
    {
        using var jobs = new CompletionJobs(workers: 3, listeners: 1);
        using var taken = new ManualResetEventSlim();
        using var finish = new ManualResetEventSlim();
        int served = 0;
        Task[] workers = [.. Enumerable.Range(0, 3).Select(i => Worker(jobs, _ =>
        {
            Interlocked.Increment(ref served);
            taken.Set();
            finish.Wait();
        }))];
        Assert.True(jobs.Reserve());
        jobs.Post(new Job(null!, Ready.In));
        Assert.True(taken.Wait(s_long));
        jobs.Dismiss(3);
        var first = await Task.WhenAny(workers).WaitAsync(s_long);
        await Task.WhenAny(workers.Where(worker => worker != first)).WaitAsync(s_long);
        Assert.Equal(2, workers.Count(worker => worker.IsCompleted)); // the third cannot end before it is told to finish
        finish.Set();
        await Task.WhenAll(workers).WaitAsync(s_long);
        Assert.Equal(1, served);
    }

    [Fact]
    public async Task Jobs_that_were_there_before_are_done_first()
    {
        using var jobs = new CompletionJobs(workers: 1, listeners: 3);
        for (int i = 0; i < 4; i++)
        {
            Assert.True(jobs.Reserve());
            jobs.Post(new Job(null!, (Ready)(1 << i)));
        }
        jobs.Dismiss(1);
        var served = new List<Ready>();
        await Worker(jobs, job => served.Add(job.Ready)).WaitAsync(s_long);
        Assert.Equal([(Ready)1, (Ready)2, (Ready)4, (Ready)8], served);
    }

    [Fact]
    public async Task A_listener_waits_for_a_place_and_says_once_that_there_is_none()
    {
        int said = 0;
        using var jobs = new CompletionJobs(workers: 1, listeners: 1, outOfThreads: () => said++);
        Assert.True(jobs.Reserve());
        Assert.True(jobs.Reserve());
        Assert.Equal(0, said);
        var third = Task.Factory.StartNew(jobs.Reserve, TaskCreationOptions.LongRunning);
        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref said) == 1, s_long));
        Assert.False(third.IsCompleted);
        jobs.Done();
        Assert.True(await third.WaitAsync(s_long));
        var fourth = Task.Factory.StartNew(jobs.Reserve, TaskCreationOptions.LongRunning);
        jobs.EndAccepting();
        Assert.False(await fourth.WaitAsync(s_long));
        Assert.Equal(1, said);
    }

    /// <summary>Wherever a worker waits for its client, the queue counts it as running no more.</summary>
    [Fact]
    public void A_worker_that_waits_lets_another_one_run()
    {
        using var queue = new CompletionQueue(1, looks: false);
        var me = new WorkerThread("worker 0", WorkerRow.OffTheBoard()) { RunCount = queue };
        using var first = new ManualResetEventSlim();
        using var done = new ManualResetEventSlim();
        using var second = new ManualResetEventSlim();
        queue.Post(1, 0);
        queue.Post(2, 0);
        new Thread(() =>
        {
            queue.Get(out _, out _);
            first.Set();
            me.SleepUntilWoken();
            me.Poll(-1, Ready.None, long.MaxValue);
            done.Set();
        }) { IsBackground = true }.Start();
        Assert.True(first.Wait(s_long));
        Assert.True(SpinWait.SpinUntil(() => queue.Running == 0, s_long));
        new Thread(() =>
        {
            if (queue.Get(out _, out _)) second.Set();
        }) { IsBackground = true }.Start();
        Assert.True(second.Wait(s_long), "the worker that sleeps keeps others from running");
        Assert.Equal(1, queue.Running);
        me.Wake.Signal(); // it goes on, beside the other, and waits in the poll
        Assert.True(SpinWait.SpinUntil(() =>
        {
            me.Wake.Signal();
            return done.IsSet;
        }, s_long));
        Assert.Equal(2, queue.Running);
    }

    private static Task Worker(CompletionJobs jobs, Action<Job> serve) => Task.Factory.StartNew(() =>
    {
        var me = new WorkerThread("worker", WorkerRow.OffTheBoard());
        while (jobs.Next(me) is { } job)
        {
            serve(job);
            jobs.Done();
        }
    }, TaskCreationOptions.LongRunning);
}
