namespace Manifold.Bench;

/// <summary>The little that is needed.</summary>
internal static class Statistics
{
    /// <summary>NaN without values.</summary>
    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        int middle = sorted.Length / 2;
        return sorted.Length == 0 ? double.NaN : sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /// <summary>The smallest value that is not exceeded by this share of all: nearest rank. NaN without values.</summary>
    public static double Percentile(IReadOnlyList<double> sorted, double share) =>
        sorted.Count == 0 ? double.NaN : sorted[Math.Clamp((int)Math.Ceiling(share * sorted.Count) - 1, 0, sorted.Count - 1)];

    /// <summary>Turn by turn, so that what else happened on the machine is in both; as many as both have.</summary>
    public static IReadOnlyList<double> Ratios(IEnumerable<double> values, IEnumerable<double> reference) => [.. values.Zip(reference, (value, other) => value / other)];
}
