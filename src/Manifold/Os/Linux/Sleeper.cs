using System.Runtime.InteropServices;

namespace Manifold.Os;

/// <summary>
/// Where one thread sleeps until another wakes it: a futex word of its own. A wake that comes first is kept; several are one. A wake costs a
/// system call only when the thread really sleeps. Lives as long as its thread, which is as long as the process.
/// </summary>
internal sealed unsafe partial class Sleeper
{
    private const int Awake = 0, Woken = 1, Asleep = -1;

    private readonly int* _word = (int*)NativeMemory.AlignedAlloc(64, 64); // a cache line of its own

    public Sleeper() => *_word = Awake;

    /// <summary>True while the owning thread sleeps here.</summary>
    public bool IsAsleep => Volatile.Read(ref *_word) == Asleep;

    /// <summary>Blocks until <see cref="Wake"/>. The owning thread only.</summary>
    public void Sleep()
    {
        if (Interlocked.CompareExchange(ref *_word, Asleep, Awake) == Awake)
        {
            while (Volatile.Read(ref *_word) == Asleep) _ = Futex(s_call, _word, FUTEX_WAIT_PRIVATE, Asleep, 0, 0, 0);
        }
        Volatile.Write(ref *_word, Awake);
    }

    /// <summary>Ends the present or the next <see cref="Sleep"/>. Any thread.</summary>
    public void Wake()
    {
        if (Interlocked.Exchange(ref *_word, Woken) == Asleep) _ = Futex(s_call, _word, FUTEX_WAKE_PRIVATE, 1, 0, 0, 0);
    }

    private const int FUTEX_WAIT_PRIVATE = 128, FUTEX_WAKE_PRIVATE = 129;
    private static readonly nint s_call = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 202 : 98;

    [LibraryImport("libc", EntryPoint = "syscall")]
    private static partial nint Futex(nint call, int* word, int operation, int value, nint timeout, nint word2, int value3);
}
