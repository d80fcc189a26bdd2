using System.Diagnostics;

namespace Manifold.ProcessTests.Harness;

/// <summary>Waits for something that will happen, by looking at it; never a sleep for luck.</summary>
internal static class WaitFor
{
    /// <summary>Generous: it costs time only when a test fails.</summary>
    public static readonly TimeSpan Long = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(20);

    /// <summary>Returns when <paramref name="holds"/> does; throws with the description when it does not in time.</summary>
    public static Task Condition(Func<bool> holds, string description, TimeSpan? within = null) =>
        Condition(holds, () => description, within);

    /// <summary>As above, with a description made at the end, of what was seen last.</summary>
    public static async Task Condition(Func<bool> holds, Func<string> description, TimeSpan? within = null)
    {
        var limit = within ?? Long;
        long start = Stopwatch.GetTimestamp();
        while (!holds())
        {
            if (Stopwatch.GetElapsedTime(start) > limit)
                throw new TimeoutException($"did not happen within {limit.TotalSeconds:0.#} s: {description()}");
            await Task.Delay(s_look);
        }
    }

    /// <summary>As above, without a pause between two looks: for what must be met as early as can be.</summary>
    public static void Instant(Func<bool> holds, string description)
    {
        long start = Stopwatch.GetTimestamp();
        while (!holds())
            if (Stopwatch.GetElapsedTime(start) > Long) throw new TimeoutException($"did not happen within {Long.TotalSeconds:0.#} s: {description}");
    }

    /// <summary>The value, as soon as there is one.</summary>
    public static async Task<T> Value<T>(Func<T?> look, string description, TimeSpan? within = null) where T : class
    {
        T? found = null;
        await Condition(() => (found = look()) is not null, description, within);
        return found!;
    }

    /// <summary>Watches for <paramref name="time"/> that something keeps being so: for things that must not happen.</summary>
    public static async Task Stays(Func<bool> holds, string description, TimeSpan time)
    {
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < time)
        {
            if (!holds()) throw new InvalidOperationException($"ceased after {Stopwatch.GetElapsedTime(start).TotalSeconds:0.0} s: {description}");
            await Task.Delay(s_look);
        }
    }
}
