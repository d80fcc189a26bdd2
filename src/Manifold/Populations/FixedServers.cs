namespace Manifold.Populations;

/// <summary>
/// Keeps a fixed number of children. Each has a place, which is its slot modulo the number of children: a child that leaves is replaced while it
/// finishes what it has, in another slot of the same place. One call is one tick; pure, never blocks. Master thread. Held: at most one child
/// that stays in each place, so what belongs to a place (an account) or to a slot modulo the number of buckets (the listening sockets) has
/// always one child.
/// </summary>
/// <param name="count">Children.</param>
/// <param name="buckets">Buckets of listening sockets.</param>
internal sealed class FixedServers(int count, int buckets = 1) : IPopulation
{
    private readonly int _distance = Distance(count, buckets); // of slots that have place and bucket in common
    private readonly PopulationStep _step = new();

    /// <summary>Decides what this tick does. The result is valid until the next call.</summary>
    public PopulationStep Tick(PopulationView view)
    {
        _step.Clear();
        for (int slot = 0; slot < view.Slots; slot++)
            if (view.Occupied(slot)) _step.HighestUsed = slot + 1;
        for (int place = 0; place < count; place++)
        {
            int free = -1;
            bool stays = false;
            for (int slot = place; slot < view.Slots; slot += _distance)
            {
                if (view.Stays(slot)) stays = true;
                else if (free < 0 && !view.Occupied(slot)) free = slot;
            }
            if (!stays && free >= 0) _step.StartIn(free);
        }
        return _step;
    }

    private static int Distance(int count, int buckets)
    {
        int distance = count;
        while (distance % buckets != 0) distance += count;
        return distance;
    }
}
