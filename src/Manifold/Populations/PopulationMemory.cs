namespace Manifold.Populations;

/// <summary>What idle maintenance remembers from one generation to the next. Kept by the master; master thread only.</summary>
internal sealed class PopulationMemory(int buckets)
{
    /// <summary>Number of buckets that the rates are for.</summary>
    public int Buckets { get; } = buckets;

    /// <summary>The rates.</summary>
    public SpawnRate Rates { get; } = new(buckets);

    /// <summary>"Limit reached" was reported.</summary>
    public bool LimitReported { get; set; }

    /// <summary>"Near the limit" was reported.</summary>
    public bool NearLimitReported { get; set; }

    /// <summary>A child ended because of a shortage, and no healthy child was seen since.</summary>
    public bool SickChild { get; set; }

    /// <summary>What a generation with another number of buckets starts from: new rates, but what was reported stays reported.</summary>
    public PopulationMemory For(int buckets) => buckets == Buckets
        ? this
        : new(buckets) { LimitReported = LimitReported, NearLimitReported = NearLimitReported };

    /// <summary>The child in <paramref name="slot"/> ended because of a shortage: start slowly, and watch whether any comes up.</summary>
    public void ChildWasSick(int slot)
    {
        Rates.Reset(slot % Buckets);
        SickChild = true;
    }
}
