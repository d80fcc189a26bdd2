namespace Manifold.Populations;

/// <summary>Collects the warnings of one completion: what the user wrote and cannot have.</summary>
internal sealed class Corrections
{
    public List<string> Warnings { get; } = [];

    public void Warn(int number, string text) => Warnings.Add($"AH{number:d5}: WARNING: {text}");

    public int Bound(string name, int value, int least, int most, int low, int high = 0, string? limit = null)
    {
        if (value < least)
        {
            Warn(low, $"{name} of {value} not allowed, increasing to {least}");
            return least;
        }
        if (value <= most) return value;
        Warn(high, $"{name} of {value} exceeds {(limit is null ? "the most possible," : limit + " of")} {most}, decreasing to {most}");
        return most;
    }
}
