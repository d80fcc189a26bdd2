namespace Manifold.Populations;

/// <summary>
/// The population of a gatekeeper: connections make children, not the clock. A tick only sees to it that the first child, the rehearsal, is
/// tried again while none has ever come up, and says once when MaxRequestWorkers keeps connections waiting. Pure; master thread.
/// </summary>
internal sealed class OnePerConnection(int maxRequestWorkers, PopulationMemory memory) : IPopulation
{
    private readonly PopulationStep _step = new();

    /// <summary>Decides what this tick does. The result is valid until the next call.</summary>
    public PopulationStep Tick(PopulationView view)
    {
        _step.Clear();
        int total = 0, limit = Math.Min(maxRequestWorkers, view.Slots);
        for (int slot = 0; slot < limit; slot++)
        {
            if (!view.Occupied(slot)) continue;
            total++;
            _step.HighestUsed = slot + 1;
        }
        if (total == 0 && !view.HasServed) _step.StartIn(0);
        if (total < limit || memory.LimitReported) return _step;
        memory.LimitReported = true;
        _step.Reports.Add(new(PopulationNotice.LimitReached, 0, 0, 0, total));
        return _step;
    }
}
