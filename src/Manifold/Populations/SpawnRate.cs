namespace Manifold.Populations;

/// <summary>
/// How many children may be started in one tick: 1, doubled by every tick that starts some, back to 1 by every tick that need not or
/// cannot. So a small shortage costs one process and a lasting one is met within seconds. Pure; master thread. Held: every rate is a power
/// of two, at least 1 and at most 32 divided by the number of buckets. Algorithm: httpd 1.3 and 2.4, "exponential mode".
/// </summary>
internal sealed class SpawnRate
{
    private const int Cap = 32, HoldOffAfterRestart = 10;
    private readonly int[] _rates;
    private int _holdOff;

    /// <summary>Rates for <paramref name="buckets"/> buckets, all 1.</summary>
    public SpawnRate(int buckets)
    {
        _rates = new int[buckets];
        Array.Fill(_rates, 1);
    }

    /// <summary>Highest rate of a bucket.</summary>
    public int Highest => Math.Max(1, Cap / _rates.Length);

    /// <summary>The present rate of <paramref name="bucket"/>.</summary>
    public int this[int bucket] => _rates[bucket];

    /// <summary>The tick started none.</summary>
    public void Reset(int bucket) => _rates[bucket] = 1;

    /// <summary>The tick started some. Doubles the rate, or uses up one tick of the hold-off, which all buckets share.</summary>
    public void Started(int bucket)
    {
        if (_holdOff > 0) _holdOff--;
        else if (_rates[bucket] * 2 <= Highest) _rates[bucket] *= 2;
    }

    /// <summary>The next tick that starts some does not double.</summary>
    public void HoldOffOnce() => _holdOff++;

    /// <summary>The next ten ticks that start some do not double: after a graceful restart the old children still serve.</summary>
    public void HoldOffForRestart() => _holdOff = HoldOffAfterRestart;
}
