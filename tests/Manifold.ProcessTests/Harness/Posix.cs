using System.Runtime.InteropServices;

namespace Manifold.ProcessTests.Harness;

/// <summary>Signals by the names of the manual.</summary>
internal enum Signal
{
    None = 0,
    Hup = 1,
    Int = 2,
    Kill = 9,
    Usr1 = 10,
    Segv = 11,
    Term = 15,
    Cont = 18,
    Stop = 19,
    Winch = 28,
}

/// <summary>The two system calls that tests need beside /proc.</summary>
internal static partial class Posix
{
    public static bool IsRoot { get; } = GetEffectiveUser() == 0;

    /// <summary>Sends a signal; false when the process is gone.</summary>
    public static bool Send(int pid, Signal signal)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(pid, 2);
        return Kill(pid, (int)signal) == 0;
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int pid, int signal);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint GetEffectiveUser();
}
