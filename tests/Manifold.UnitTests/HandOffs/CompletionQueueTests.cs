using Manifold.HandOffs;
using Manifold.Os;
using Xunit;

namespace Manifold.UnitTests.HandOffs;

/// <summary>
/// Packets in order, the last thread to come first, and no more threads than the bound, except as the queue says. Each thread of a test is one of
/// its own; what the queue has decided stands when the call that brought it about returns, so nothing has to be waited for that must not happen.
/// </summary>
public sealed class CompletionQueueTests : IDisposable
{
    private static readonly TimeSpan s_long = TimeSpan.FromSeconds(30);
    private readonly List<CompletionQueue> _queues = [];

    public void Dispose() => _queues.ForEach(queue => queue.Dispose());

    [Fact]
    public void Packets_come_in_the_order_in_which_they_were_posted()
    {
        var queue = Queue(1);
        for (int i = 0; i < 5; i++) queue.Post(i, 1L << 40 + i);
        var taker = new Taker(queue);
        for (int i = 0; i < 5; i++) Assert.Equal((i, 1L << 40 + i), taker.Get());
    }

    [Fact]
    public void The_thread_that_came_last_goes_first()
    {
        var queue = Queue(3);
        var takers = Wait(queue, 3);
        for (int i = 2; i >= 0; i--)
        {
            queue.Post(i, 0);
            Assert.Equal(i, takers[i].Taken().Key);
            Assert.Equal(i, queue.Waiting);
        }
    }

    [Fact]
    public void No_more_threads_run_than_the_bound_says()
    {
        var queue = Queue(2);
        var takers = Wait(queue, 4);
        for (int i = 0; i < 4; i++) queue.Post(i, 0);
        Assert.Equal((2, 2), (queue.Running, queue.Waiting));
        Assert.Equal(0, takers[3].Taken().Key);
        Assert.Equal(1, takers[2].Taken().Key);
        Assert.Equal(2, takers[3].Get().Key); // who comes back may go on: it is the last to come
        Assert.Equal((2, 2), (queue.Running, queue.Waiting));
        Assert.Equal(3, takers[2].Get().Key);
        takers[3].BeginGet();
        takers[2].BeginGet();
        Await(() => queue.Waiting == 4);
        Assert.Equal(0, queue.Running);
    }

    [Fact]
    public void The_bound_holds_while_many_threads_take_many_packets()
    {
        const int threads = 8, packets = 20_000, bound = 2;
        var queue = Queue(bound);
        int running = 0, most = 0, taken = 0;
        long sum = 0;
        using var all = new ManualResetEventSlim();
        for (int i = 0; i < threads; i++)
        {
            Start(() =>
            {
                while (queue.Get(out _, out long item))
                {
                    int now = Interlocked.Increment(ref running);
                    for (int seen; (seen = Volatile.Read(ref most)) < now;) Interlocked.CompareExchange(ref most, now, seen);
                    Thread.Yield(); // others that may run do so now
                    Interlocked.Add(ref sum, item);
                    Interlocked.Decrement(ref running);
                    if (Interlocked.Increment(ref taken) == packets) all.Set();
                }
            });
        }
        for (int i = 1; i <= packets; i++) queue.Post(1, i);
        Assert.True(all.Wait(s_long), $"{taken} of {packets} packets were taken");
        Assert.Equal(packets * (packets + 1L) / 2, Volatile.Read(ref sum));
        Assert.InRange(most, 1, bound);
    }

    [Fact]
    public void A_thread_that_blocks_lets_another_one_in_and_goes_on_beside_it()
    {
        var queue = Queue(1);
        var takers = Wait(queue, 3);
        for (int i = 0; i < 3; i++) queue.Post(i, 0);
        Assert.Equal(0, takers[2].Taken().Key);
        Assert.Equal((1, 2), (queue.Running, queue.Waiting));
        takers[2].Do(queue.Blocks);
        Assert.Equal(1, takers[1].Taken().Key);
        Assert.Equal((1, 1), (queue.Running, queue.Waiting));
        takers[2].Do(queue.Runs);
        Assert.Equal(2, queue.Running);
        takers[1].Do(queue.Blocks); // one of two: the bound is still reached
        Assert.Equal((1, 1), (queue.Running, queue.Waiting));
        takers[2].Do(queue.Blocks);
        Assert.Equal(2, takers[0].Taken().Key);
    }

    [Fact]
    public void To_block_twice_or_without_a_packet_means_nothing()
    {
        var queue = Queue(1);
        queue.Blocks();
        queue.Runs();
        var taker = new Taker(queue);
        queue.Post(1, 0);
        taker.Get();
        for (int i = 0; i < 3; i++) taker.Do(queue.Blocks);
        Assert.Equal(0, queue.Running);
        for (int i = 0; i < 3; i++) taker.Do(queue.Runs);
        Assert.Equal(1, queue.Running);
    }

    [Fact]
    public void A_thread_that_is_found_asleep_does_not_count_until_it_comes_back()
    {
        var queue = Queue(1);
        var takers = Wait(queue, 2);
        queue.Post(0, 0);
        queue.Post(1, 0);
        Assert.Equal(1, queue.Waiting);
        queue.Look(_ => false);
        Assert.Equal(1, queue.Waiting);
        queue.Look(thread => thread == takers[1].ThreadId);
        Assert.Equal(1, takers[0].Taken().Key);
        Assert.Equal(1, queue.Running);
        takers[1].Do(() =>
        {
            queue.Blocks();
            queue.Runs();
        });
        Assert.Equal(2, queue.Running);
    }

    [Fact]
    public void The_queue_finds_a_sleeping_thread_by_itself()
    {
        var queue = new CompletionQueue(1);
        _queues.Add(queue);
        var takers = Wait(queue, 2);
        queue.Post(0, 0);
        queue.Post(1, 0);
        Assert.Equal(0, takers[1].Taken().Key); // and waits for the test now, which the queue was not told
        Assert.Equal(1, takers[0].Taken().Key);
    }

    [Fact]
    public void No_load_keeps_a_packet_waiting_for_ever()
    {
        var queue = Queue(1);
        var takers = Wait(queue, 2);
        queue.Post(0, 0);
        queue.Post(1, 0);
        for (int i = 0; i < 9; i++) queue.Look(_ => false);
        Assert.Equal((1, 1), (queue.Running, queue.Waiting));
        queue.Look(_ => false);
        Assert.Equal((2, 0), (queue.Running, queue.Waiting));
        Assert.Equal(1, takers[0].Taken().Key);
    }

    [Fact]
    public void The_end_frees_those_who_wait_and_those_who_come_later()
    {
        var queue = Queue(2);
        var takers = Wait(queue, 3);
        queue.Dispose();
        foreach (var taker in takers) Assert.False(taker.HasTaken());
        Assert.False(queue.Get(out _, out _));
        Assert.Throws<ObjectDisposedException>(() => queue.Post(1, 1));
    }

    [Fact]
    public void The_kernel_tells_who_is_asleep()
    {
        using var go = new ManualResetEventSlim();
        using var there = new ManualResetEventSlim();
        int id = 0;
        var thread = Start(() =>
        {
            id = ThreadId.Current;
            there.Set();
            go.Wait();
        });
        Assert.True(there.Wait(s_long));
        Await(() => ThreadActivity.IsAsleep(id)); // an event's wait spins first
        Assert.False(ThreadActivity.IsAsleep(ThreadId.Current));
        go.Set();
        Assert.True(thread.Join(s_long));
        Await(() => ThreadActivity.IsAsleep(id));
    }

    /// <summary>A queue that looks only when the test says so.</summary>
    private CompletionQueue Queue(int bound)
    {
        var queue = new CompletionQueue(bound, looks: false);
        _queues.Add(queue);
        return queue;
    }

    /// <summary>Threads that wait, in this order.</summary>
    private static Taker[] Wait(CompletionQueue queue, int count)
    {
        var takers = new Taker[count];
        for (int i = 0; i < count; i++)
        {
            int others = queue.Waiting;
            takers[i] = new Taker(queue);
            takers[i].BeginGet();
            Await(() => queue.Waiting == others + 1);
        }
        return takers;
    }

    private static void Await(Func<bool> condition) => Assert.True(SpinWait.SpinUntil(condition, s_long));

    private static Thread Start(Action body)
    {
        var thread = new Thread(() => body()) { IsBackground = true };
        thread.Start();
        return thread;
    }

    /// <summary>A thread that does what it is told, one thing after the other.</summary>
    private sealed class Taker
    {
        private readonly System.Collections.Concurrent.BlockingCollection<Action> _orders = [];
        private readonly System.Collections.Concurrent.BlockingCollection<(bool Found, int Key, long Item)> _taken = [];
        private readonly CompletionQueue _queue;

        public Taker(CompletionQueue queue)
        {
            _queue = queue;
            Start(() =>
            {
                foreach (var order in _orders.GetConsumingEnumerable()) order();
            });
            Do(() => ThreadId = Manifold.Os.ThreadId.Current);
        }

        public int ThreadId { get; private set; }

        public void BeginGet() => _orders.Add(() =>
        {
            bool found = _queue.Get(out int key, out long item);
            _taken.Add((found, key, item));
        });

        public (int Key, long Item) Get()
        {
            BeginGet();
            return Taken();
        }

        /// <summary>What it has got, or gets now.</summary>
        public (int Key, long Item) Taken()
        {
            Assert.True(_taken.TryTake(out var taken, s_long), "the thread has got nothing");
            Assert.True(taken.Found);
            return (taken.Key, taken.Item);
        }

        public bool HasTaken()
        {
            Assert.True(_taken.TryTake(out var taken, s_long), "the thread still waits");
            return taken.Found;
        }

        /// <summary>Has it do something, and waits until it has.</summary>
        public void Do(Action action)
        {
            using var done = new ManualResetEventSlim();
            _orders.Add(() =>
            {
                action();
                done.Set();
            });
            Assert.True(done.Wait(s_long));
        }
    }
}
