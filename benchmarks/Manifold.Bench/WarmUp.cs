namespace Manifold.Bench;

/// <summary>Load before the first turn: children compile what is hot, each for itself.</summary>
internal static class WarmUp
{
    /// <summary>
    /// Loads a server in slices until a request no longer gets cheaper by a tenth from one slice to the next. At most twelve slices.
    /// </summary>
    /// <param name="name">For the log.</param>
    /// <param name="seconds">Length of a slice, for the log.</param>
    /// <param name="slice">Runs a slice and returns what a request has cost.</param>
    public static void Run(string name, int seconds, Func<double> slice)
    {
        double before = double.MaxValue;
        for (int i = 0; i < 12; i++)
        {
            double now = slice();
            if (now > before * 0.9)
            {
                Console.Error.WriteLine($"  {name} is warm after {i + 1} slices of {seconds} s");
                return;
            }
            before = now;
        }
        Console.Error.WriteLine($"  {name} is not warm yet after twelve slices");
    }
}
