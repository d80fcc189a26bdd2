using System.Collections.Concurrent;
using Manifold.Httpd.Site;

namespace Manifold.Httpd.Requests;

/// <summary>
/// The settings that result from a chain of sections. Each distinct chain is merged once and found again afterwards, by any thread.
/// </summary>
internal sealed class MergedSettings(SettingsBag bag, MergedSettings.Budget budget)
{
    private readonly ConcurrentDictionary<Section, MergedSettings> _next = new(1, 0);

    public SettingsBag Bag => bag;

    /// <summary>What per-directory files may hold where these settings are in force.</summary>
    public Overrides Overrides { get; } = bag.Get<Overrides>();

    /// <summary>These settings overlaid by one section more.</summary>
    public MergedSettings With(Section section)
    {
        if (_next.TryGetValue(section, out var next)) return next;
        next = new MergedSettings(bag.Merge(section.Settings), budget);
        // Chains are as many as the sections' combinations that requests really meet; a bound keeps odd configurations in check.
        if (budget.Take()) _next.TryAdd(section, next);
        return next;
    }

    /// <summary>These settings overlaid by a section that is not part of the configuration: whoever read it remembers the result.</summary>
    public MergedSettings WithOwn(Section section) => new(bag.Merge(section.Settings), new Budget(100));

    /// <summary>How many chains one server may remember.</summary>
    public sealed class Budget(int chains)
    {
        private int _left = chains;

        public bool Take() => Volatile.Read(ref _left) > 0 && Interlocked.Decrement(ref _left) >= 0;
    }
}
