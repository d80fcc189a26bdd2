namespace Manifold.Bench;

/// <summary>Load before the first turn: children compile what is hot, each for itself.</summary>
internal static class WarmUp
{
    public const int MostSlices = 16;
    private const int InARow = 2, LeastSeconds = 10;

    /// <summary>One slice of wrk. Errors do not count: many a server refuses while it is cold.</summary>
    public static double Slice(Peer peer, Workload workload, int seconds, CancellationToken stop)
    {
        long before = peer.Cpu;
        long requests = Load.Measure(peer, workload, seconds, stop).Requests;
        return requests == 0 ? double.PositiveInfinity : (peer.Cpu - before) / (double)requests;
    }

    /// <summary>
    /// Loads a server in slices until a request is not cheaper by a tenth than ever before, two slices in a row, but at least ten seconds, and half a
    /// second for each process: many processes get warm one after the other, and while code is being profiled a request gets no cheaper for a while.
    /// </summary>
    /// <param name="name">For the log.</param>
    /// <param name="children">Processes.</param>
    /// <param name="seconds">Length of a slice.</param>
    /// <param name="most">At most so many slices.</param>
    /// <param name="slice">Runs a slice and returns what a request has cost; infinite when none was answered.</param>
    public static void Run(string name, int children, int seconds, int most, Func<double> slice)
    {
        int least = Math.Min(most, Math.Max(LeastSeconds, children / 2) / seconds);
        double best = double.MaxValue;
        for (int i = 1, row = 0; i <= most; i++)
        {
            double now = slice();
            row = double.IsFinite(now) && now > best * 0.9 ? row + 1 : 0;
            best = Math.Min(best, now);
            if (row < InARow || i < least) continue;
            Console.Error.WriteLine($"  {name} is warm after {i} slices of {seconds} s");
            return;
        }
        Console.Error.WriteLine($"  {name} is not warm yet after {most} slices");
    }
}
