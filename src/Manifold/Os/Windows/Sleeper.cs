namespace Manifold.Os;

/// <summary>
/// Where one thread sleeps until another wakes it. A wake that comes first is kept; several are one. A wake costs a system call only when the
/// thread really sleeps. Lives as long as its thread, which is as long as the process.
/// </summary>
internal sealed class Sleeper
{
    private const int Awake = 0, Woken = 1, Asleep = -1;

    private readonly nint _event = Kernel.CreateEvent(0, manual: false, set: false, null);
    private int _word = Awake;

    public Sleeper()
    {
        if (_event == 0) throw OsException.Last("CreateEvent");
    }

    /// <summary>True while the owning thread sleeps here.</summary>
    public bool IsAsleep => Volatile.Read(ref _word) == Asleep;

    /// <summary>Blocks until <see cref="Wake"/>. The owning thread only.</summary>
    public void Sleep()
    {
        if (Interlocked.CompareExchange(ref _word, Asleep, Awake) == Awake) _ = Kernel.Wait(_event, uint.MaxValue);
        Volatile.Write(ref _word, Awake);
    }

    /// <summary>Ends the present or the next <see cref="Sleep"/>. Any thread.</summary>
    public void Wake()
    {
        if (Interlocked.Exchange(ref _word, Woken) == Asleep) _ = Kernel.Set(_event);
    }
}
