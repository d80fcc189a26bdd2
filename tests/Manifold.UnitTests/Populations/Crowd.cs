using Manifold.Populations;
using Manifold.Shared;

namespace Manifold.UnitTests.Populations;

/// <summary>A population on paper: carries out what a strategy decides and lets threads be busy.</summary>
internal sealed class Crowd(int slots, int threads)
{
    private const SlotFlags Serving = SlotFlags.Occupied | SlotFlags.CurrentGeneration;

    public PopulationView View { get; } = new(slots, threads);

    public int Children => Enumerable.Range(0, View.Slots).Count(View.Occupied);

    public int Staying => Enumerable.Range(0, View.Slots).Count(View.Stays);

    /// <summary>Children with all threads ready.</summary>
    public Crowd Up(int children, int from = 0)
    {
        for (int slot = from; slot < from + children; slot++) Ready(slot);
        return this;
    }

    public void Ready(int slot)
    {
        View[slot] = Serving;
        View.Threads(slot).Fill(WorkerStatus.Ready);
    }

    /// <summary>Makes <paramref name="count"/> ready threads busy, lowest slots first.</summary>
    public void Occupy(int count)
    {
        for (int slot = 0; slot < View.Slots && count > 0; slot++)
        {
            var threads = View.Threads(slot);
            for (int i = 0; i < threads.Length && count > 0; i++)
            {
                if (threads[i] != WorkerStatus.Ready) continue;
                threads[i] = WorkerStatus.BusyWrite;
                count--;
            }
        }
    }

    public void Retire(int slot, WorkerStatus status = WorkerStatus.Graceful)
    {
        View[slot] = Serving | SlotFlags.Retiring;
        View.Threads(slot).Fill(status);
    }

    public void End(int slot)
    {
        View[slot] = SlotFlags.Free;
        View.Threads(slot).Clear();
    }

    /// <summary>Starts and retires as the step says. Started children are not ready: flagged, and their records still dead.</summary>
    public int Apply(PopulationStep step)
    {
        foreach (int slot in step.Start)
        {
            View[slot] = Serving | SlotFlags.Starting;
            View.Threads(slot).Clear();
        }
        foreach (var retirement in step.Retire) View[retirement.Slot] |= SlotFlags.Retiring;
        return step.Start.Count;
    }

    /// <summary>Every started child comes up, and all its threads are busy at once.</summary>
    public void AllBusy()
    {
        for (int slot = 0; slot < View.Slots; slot++)
        {
            if (!View.Stays(slot)) continue;
            View[slot] = Serving;
            View.Threads(slot).Fill(WorkerStatus.BusyWrite);
        }
    }
}
