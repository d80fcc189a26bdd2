namespace Manifold.Bench;

/// <summary>A way to measure the contestants of a scenario.</summary>
internal abstract class Measurement
{
    /// <summary>What most of them measure.</summary>
    public const string Cpu = "CPU µs/request", P99 = "99 % ms", MedianMs = "median ms";

    /// <summary>What the aims of the scenario are about, unless they say otherwise.</summary>
    public abstract string Quantity { get; }

    /// <summary>In a sentence: how.</summary>
    public abstract string Method(Arguments arguments);

    /// <summary>About how many seconds it takes for so many contestants.</summary>
    public abstract double Seconds(Arguments arguments, int contestants);

    /// <summary>Measures. What one contestant cannot do is noted with the course, and the others go on.</summary>
    public abstract void Run(Course course);

    /// <summary>The number of turns in words.</summary>
    public static string Turns(Arguments arguments) => arguments.Turns == 1 ? "1 turn" : $"{arguments.Turns} turns";

    /// <summary>Seconds to start a server and to warm it, as it mostly is.</summary>
    protected static double Preparing(Arguments arguments) => 3.5 + Math.Min(arguments.WarmUpSlices, 5) * (arguments.WarmUp + 0.3);
}
