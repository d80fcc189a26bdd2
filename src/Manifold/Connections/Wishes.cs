using Manifold.Child;

namespace Manifold.Connections;

/// <summary>
/// What a connection needs from the thread that owns it, between that thread and all others. Anyone states a wish; the owner alone takes it, and
/// sleeps or polls while there is none. Held: a wish stated while the owner sleeps wakes it, one stated before is seen before it sleeps.
/// </summary>
internal sealed class Wishes
{
    private int _wants = (int)Wants.Read; // HTTP begins when the first bytes are there

    /// <summary>The thread that now owns the connection. Set by that thread.</summary>
    public WorkerThread? Owner { get; set; }

    /// <summary>The wishes as they stand.</summary>
    public Wants Current => (Wants)Volatile.Read(ref _wants) & ~Wants.OwnerSleeps;

    /// <summary>States a wish; from any thread. Wakes the owner when it sleeps.</summary>
    public void Want(Wants wish)
    {
        var before = (Wants)Interlocked.Or(ref _wants, (int)wish);
        if ((before & Wants.OwnerSleeps) != 0) Owner!.Wake.Signal();
    }

    /// <summary>The present wishes. While there is none - the application waits for something else - the owner sleeps here.</summary>
    public Wants Await()
    {
        while (Current == Wants.None)
        {
            if (BeginSleep(Wants.None))
            {
                Owner!.SleepUntilWoken();
                EndSleep();
            }
        }
        return Current;
    }

    /// <summary>The owner is about to wait: a new wish wakes it. False when the wishes are others than it knew.</summary>
    public bool BeginSleep(Wants known)
    {
        var before = (Wants)Interlocked.Or(ref _wants, (int)Wants.OwnerSleeps);
        if (before == known) return true;
        EndSleep();
        return false;
    }

    /// <summary>The owner is awake.</summary>
    public void EndSleep() => Interlocked.And(ref _wants, (int)~Wants.OwnerSleeps);

    /// <summary>The owner carries a wish out.</summary>
    public void Took(Wants wish) => Interlocked.And(ref _wants, ~(int)wish);
}
