using Manifold.Connections;

namespace Manifold.Child;

/// <summary>Where connections come in that other processes have accepted for this one. Any thread.</summary>
internal interface IArrivals
{
    /// <summary>The descriptor to wait for.</summary>
    int Number { get; }

    /// <summary>Set when nothing more will come: the last sender has gone, or the child goes first.</summary>
    ManualResetEventSlim Ended { get; }

    /// <summary>Raised when <see cref="Ended"/> is set.</summary>
    event Action? WhenEnded;

    /// <summary>Takes one connection; null when there was none, or only noise. Does not wait.</summary>
    Connection? Take(WorkerThread me);

    /// <summary>The child goes: what still comes is for the next one. Afterwards no <see cref="Take"/> is under way.</summary>
    void End();
}
