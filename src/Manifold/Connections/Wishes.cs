namespace Manifold.Connections;

/// <summary>Who has a connection and rests: a thread that waits for it, or the parking lot.</summary>
internal interface IOwner
{
    /// <summary>Something is wanted of the connection. Any thread; may come when the connection has moved on, and is nothing then.</summary>
    void Call(Connection connection);
}

/// <summary>
/// What a connection needs from its owner, between that owner and all other threads. Anyone states a wish; the owner alone takes it, and
/// sleeps, polls or leaves it parked while there is none. Held: a wish stated while the owner rests calls it, one stated before is seen
/// before it rests.
/// </summary>
internal sealed class Wishes(Connection connection)
{
    private int _wants = (int)Wants.Read; // HTTP begins when the first bytes are there

    /// <summary>Who is called while the owner rests. Set by the new owner, before it rests.</summary>
    public IOwner? Owner { get; set; }

    /// <summary>The wishes as they stand.</summary>
    public Wants Current => (Wants)Volatile.Read(ref _wants) & ~Wants.OwnerSleeps;

    /// <summary>States a wish; from any thread. Calls the owner when it rests.</summary>
    public void Want(Wants wish)
    {
        var before = (Wants)Interlocked.Or(ref _wants, (int)wish);
        if ((before & Wants.OwnerSleeps) != 0) Owner!.Call(connection);
    }

    /// <summary>Wakes the owner if it rests. Any thread.</summary>
    public void CallOwner()
    {
        if ((Volatile.Read(ref _wants) & (int)Wants.OwnerSleeps) != 0) Owner!.Call(connection);
    }

    /// <summary>The present wishes. While there is none - the application waits for something else - the owning thread sleeps here.</summary>
    public Wants Await(WorkerThread me)
    {
        while (Current == Wants.None)
        {
            if (BeginSleep(Wants.None))
            {
                me.SleepUntilWoken();
                EndSleep();
            }
        }
        return Current;
    }

    /// <summary>The owner is about to rest: a new wish calls it. False when the wishes are others than it knew.</summary>
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
