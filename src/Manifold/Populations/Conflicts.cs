namespace Manifold.Populations;

/// <summary>Collects what does not fit together in a configuration that is refused then.</summary>
internal sealed class Conflicts
{
    public List<string> All { get; } = [];

    public int Within(string name, int value, int highest, string? limit = null)
    {
        if (value < 1) All.Add($"{name} of {value} is less than 1");
        else if (value > highest) All.Add($"{name} of {value} exceeds {(limit is null ? "the most possible," : limit + " of")} {highest}");
        return Math.Clamp(value, 1, highest);
    }

    public void Buckets(int buckets, int servers)
    {
        if (buckets <= servers) return;
        All.Add($"ListenCoresBucketsRatio asks for {buckets} sets of listening sockets, and there are only {servers} processes to accept from them");
    }
}
