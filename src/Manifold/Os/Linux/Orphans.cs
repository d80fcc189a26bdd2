using System.Runtime.InteropServices;

namespace Manifold.Os;

/// <summary>
/// What a process inherits as the first of its namespace, as in a container: the ends of processes whose parents have left. Nobody else would ever
/// clear them away. The master asks once a second, on its one thread.
/// </summary>
internal static partial class Orphans
{
    private static bool s_areOurs = Environment.ProcessId == 1;
    private static int s_seen;

    /// <summary>They are this process's in any case: it has taken a server over, whose children are its own now.</summary>
    public static void Expect() => s_areOurs = true;

    /// <summary>
    /// Clears one away that had ended when this was asked last: whoever has started a process himself has waited for it by then. Does nothing
    /// in a process that neither is the first nor expects any.
    /// </summary>
    public static unsafe void Reap()
    {
        if (!s_areOurs) return;
        int pid = Ended();
        if (pid != 0 && pid == s_seen)
        {
            _ = WaitPid(pid, null, WNOHANG);
            pid = Ended();
        }
        s_seen = pid;
    }

    /// <summary>A process that has ended and waits for somebody to ask how; 0 = none.</summary>
    private static unsafe int Ended()
    {
        int* found = stackalloc int[32]; // siginfo_t is 128 bytes
        found[PidIndex] = 0;
        return WaitId(P_ALL, 0, found, WEXITED | WNOHANG | WNOWAIT) == 0 ? found[PidIndex] : 0;
    }

    private const int P_ALL = 0, WNOHANG = 1, WEXITED = 4, WNOWAIT = 0x01000000;

    /// <summary>Behind signal, errno and code, and where pointers have 64 bits a gap.</summary>
    private static readonly int PidIndex = nint.Size == 8 ? 4 : 3;

    [LibraryImport("libc", EntryPoint = "waitid")]
    private static unsafe partial int WaitId(int kind, int id, int* found, int options);

    [LibraryImport("libc", EntryPoint = "waitpid")]
    private static unsafe partial int WaitPid(int pid, int* status, int options);
}
