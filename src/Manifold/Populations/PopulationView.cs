using Manifold.Shared;

namespace Manifold.Populations;

/// <summary>What the master knows about the process in a slot.</summary>
[Flags]
internal enum SlotFlags : byte
{
    /// <summary>No process.</summary>
    Free = 0,
    /// <summary>A process was started here and has not been reaped.</summary>
    Occupied = 1,
    /// <summary>It serves the current generation. Not set: it is left over from an earlier one.</summary>
    CurrentGeneration = 2,
    /// <summary>It was asked to end, or has announced that it is ending.</summary>
    Retiring = 4,
    /// <summary>It has stopped accepting for the moment because it is full (event).</summary>
    NotAccepting = 8,
    /// <summary>It was started and has not reported ready.</summary>
    Starting = 16,
}

/// <summary>
/// The snapshot that idle maintenance looks at. The master fills it from its child table and the scoreboard before each tick and reuses it;
/// a copy, because children write the scoreboard meanwhile. Master thread only.
/// </summary>
internal sealed class PopulationView(int slots, int threadsPerSlot)
{
    private readonly SlotFlags[] _flags = new SlotFlags[slots];
    private readonly WorkerStatus[] _threads = new WorkerStatus[slots * threadsPerSlot];

    /// <summary>Number of process slots: ServerLimit.</summary>
    public int Slots => _flags.Length;

    /// <summary>Worker threads of each process.</summary>
    public int ThreadsPerSlot => threadsPerSlot;

    /// <summary>True once a child of this generation was ready.</summary>
    public bool HasServed { get; set; }

    /// <summary>The process in <paramref name="slot"/>.</summary>
    public ref SlotFlags this[int slot] => ref _flags[slot];

    /// <summary>Status of the threads of <paramref name="slot"/>, to read and to fill.</summary>
    public Span<WorkerStatus> Threads(int slot) => _threads.AsSpan(slot * threadsPerSlot, threadsPerSlot);

    /// <summary>True when a process is in <paramref name="slot"/>.</summary>
    public bool Occupied(int slot) => (_flags[slot] & SlotFlags.Occupied) != 0;

    /// <summary>True when the process in <paramref name="slot"/> is of this generation and nobody has asked it to end.</summary>
    public bool Stays(int slot) =>
        (_flags[slot] & (SlotFlags.Occupied | SlotFlags.CurrentGeneration | SlotFlags.Retiring))
        == (SlotFlags.Occupied | SlotFlags.CurrentGeneration);

    /// <summary>All slots free, all threads dead.</summary>
    public void Clear()
    {
        Array.Clear(_flags);
        Array.Clear(_threads);
    }
}
