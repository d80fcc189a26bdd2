using System.Runtime.InteropServices;
using System.Text;

namespace Manifold.Os;

/// <summary>
/// A process that this process has started: spawned with an own argv[0] and a list of descriptors to inherit, watched and signalled through
/// a pidfd, so that never a stranger who got the same number is hit. Used by the thread that owns it, in the master.
/// </summary>
internal sealed partial class ChildProcess : IDisposable
{
    private readonly FileDescriptor _pidFd;
    private bool _reaped;

    private ChildProcess(int pid, FileDescriptor pidFd)
    {
        Pid = pid;
        _pidFd = pidFd;
    }

    public int Pid { get; }

    /// <summary>Becomes readable when the process ends.</summary>
    public int WaitDescriptor => _pidFd.Number;

    /// <summary>This process's own environment, as a child may get it: "NAME=value" entries.</summary>
    public static string[] OwnEnvironment =>
        [.. System.Environment.GetEnvironmentVariables().Cast<System.Collections.DictionaryEntry>().Select(entry => $"{entry.Key}={entry.Value}")];

    /// <summary>What to start and what it inherits.</summary>
    /// <param name="Path">The executable.</param>
    /// <param name="Arguments">argv, its title at index 0.</param>
    /// <param name="Environment">"NAME=value" entries.</param>
    /// <param name="Inherit">Descriptors that the process gets under the given numbers (source, number in the child).</param>
    /// <param name="IsMaster">True for a process that shall survive its terminal, and that takes signals only when it can.</param>
    public sealed record Start(
        string Path, IReadOnlyList<string> Arguments, IReadOnlyList<string> Environment, IReadOnlyList<(int Source, int Number)> Inherit, bool IsMaster = false);

    /// <summary>What starts a program that a configuration names, in this process's environment.</summary>
    /// <param name="command">The command as it was written.</param>
    /// <param name="words">Its words, for when no shell takes it apart.</param>
    /// <param name="throughShell">True when the system's shell carries it out.</param>
    /// <param name="inherit">Its streams.</param>
    public static Start ForCommand(string command, IReadOnlyList<string> words, bool throughShell, IReadOnlyList<(int Source, int Number)> inherit)
    {
        if (throughShell) words = ["/bin/sh", "-c", command];
        return new Start(words[0], words, OwnEnvironment, inherit);
    }

    /// <summary>Starts a process with default signal handling; throws <see cref="OsException"/> when the system refuses.</summary>
    public static unsafe ChildProcess Spawn(Start start)
    {
        var memory = new List<nint>();
        byte* actions = stackalloc byte[128]; // posix_spawn_file_actions_t is 80 bytes in glibc
        byte* attributes = stackalloc byte[512]; // posix_spawnattr_t is 336 bytes in glibc
        byte* signals = stackalloc byte[128]; // sigset_t
        if (ActionsInit(actions) != 0 || AttributesInit(attributes) != 0) throw OsException.Last("posix_spawn");
        try
        {
            // The same number twice clears close-on-exec in the child only (glibc 2.29 and later).
            foreach (var (source, number) in start.Inherit) _ = ActionsAddDup2(actions, source, number);
            new Span<byte>(signals, 128).Clear();
            if (start.IsMaster) ServerSignals.FillHeld(signals);
            _ = AttributesSetMask(attributes, signals);
            _ = SigFillSet(signals);
            _ = AttributesSetDefault(attributes, signals);
            _ = AttributesSetFlags(attributes, (short)(SETSIGDEF | SETSIGMASK | (start.IsMaster ? SETSID : 0)));
            int pid;
            fixed (nint* argv = Block(start.Arguments, memory), envp = Block(start.Environment, memory))
            {
                int errno = PosixSpawn(&pid, start.Path, actions, attributes, argv, envp);
                if (errno != 0) throw new OsException($"cannot start {start.Path}", errno);
            }
            int pidFd = PidFdOpen(SYS_pidfd_open, pid, 0);
            if (pidFd < 0)
            {
                int errno = Errno.Last;
                _ = Kill(pid, 9);
                _ = WaitPid(pid, null, 0);
                throw new OsException("pidfd_open", errno);
            }
            return new ChildProcess(pid, new FileDescriptor(pidFd));
        }
        finally
        {
            foreach (nint p in memory) Marshal.FreeHGlobal(p);
            _ = ActionsDestroy(actions);
            _ = AttributesDestroy(attributes);
        }
    }

    /// <summary>
    /// A server that somebody else started, to wait for or to signal; null when there is none with this number that <paramref name="is"/> takes for the
    /// one that is meant. The descriptor comes first: what is looked at afterwards is this process, or one that it will never signal.
    /// Throws <see cref="OsException"/> when it cannot be looked at.
    /// </summary>
    public static ChildProcess? Existing(int pid, Func<int, bool> @is)
    {
        int pidFd = PidFdOpen(SYS_pidfd_open, pid, 0);
        if (pidFd < 0) return Errno.Last is Errno.ESRCH or Errno.EINVAL ? null : throw OsException.Last($"pidfd_open({pid})"); // it is there, or may be
        var server = new ChildProcess(pid, new FileDescriptor(pidFd)) { _reaped = true };
        if (@is(pid)) return server;
        server.Dispose(); // the number belongs to something else now
        return null;
    }

    /// <summary>How it ended, once; null while it runs. Throws <see cref="OsException"/> when the system does not say: then it can be asked again.</summary>
    public unsafe ProcessEnd? TryReap()
    {
        if (_reaped) return null;
        int status;
        long* usage = stackalloc long[18]; // struct rusage: user seconds, microseconds, system seconds, microseconds, ...
        int got = Wait4(Pid, &status, WNOHANG, usage);
        if (got == 0 || (got < 0 && Errno.Last == Errno.EINTR)) return null;
        if (got < 0 && Errno.Last != Errno.ECHILD) throw OsException.Last($"wait4({Pid})");
        _reaped = true;
        if (got < 0) return new ProcessEnd(0, 0, false); // somebody else has reaped it: all that is known is that it is gone
        int signal = status & 0x7f;
        return new ProcessEnd(
            signal == 0 ? (status >> 8) & 0xff : 0, signal, (status & 0x80) != 0, usage[0] * 1_000_000 + usage[1], usage[2] * 1_000_000 + usage[3]);
    }

    /// <summary>Sends a signal. Returns false when the process has already ended (or may not be signalled).</summary>
    public unsafe bool Signal(int signal) => PidFdSendSignal(SYS_pidfd_send_signal, _pidFd.Number, signal, null, 0) == 0;

    /// <summary>Waits until the process has ended; false when <paramref name="timeoutMs"/> passed before.</summary>
    public bool WaitForEnd(int timeoutMs)
    {
        Span<Poll.Entry> entry = [new Poll.Entry(_pidFd.Number, Ready.In)];
        long deadline = Environment.TickCount64 + timeoutMs;
        while (Poll.Wait(entry, Poll.Until(deadline)) == 0)
            if (Environment.TickCount64 >= deadline) return false;
        return true;
    }

    public void Dispose() => _pidFd.Dispose();

    private static nint[] Block(IReadOnlyList<string> texts, List<nint> memory)
    {
        var block = new nint[texts.Count + 1];
        for (int i = 0; i < texts.Count; i++)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(texts[i]);
            nint p = Marshal.AllocHGlobal(bytes.Length + 1);
            memory.Add(p);
            Marshal.Copy(bytes, 0, p, bytes.Length);
            Marshal.WriteByte(p, bytes.Length, 0);
            block[i] = p;
        }
        return block;
    }

    private const int SETSIGDEF = 4, SETSIGMASK = 8, SETSID = 0x80, WNOHANG = 1, SYS_pidfd_open = 434, SYS_pidfd_send_signal = 424;

    [LibraryImport("libc", EntryPoint = "posix_spawn", StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int PosixSpawn(int* pid, string path, byte* actions, byte* attributes, nint* argv, nint* envp);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_init")]
    private static unsafe partial int ActionsInit(byte* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_adddup2")]
    private static unsafe partial int ActionsAddDup2(byte* actions, int fd, int number);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_destroy")]
    private static unsafe partial int ActionsDestroy(byte* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_init")]
    private static unsafe partial int AttributesInit(byte* attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setflags")]
    private static unsafe partial int AttributesSetFlags(byte* attributes, short flags);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigmask")]
    private static unsafe partial int AttributesSetMask(byte* attributes, byte* signals);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigdefault")]
    private static unsafe partial int AttributesSetDefault(byte* attributes, byte* signals);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_destroy")]
    private static unsafe partial int AttributesDestroy(byte* attributes);

    [LibraryImport("libc", EntryPoint = "sigfillset")]
    private static unsafe partial int SigFillSet(byte* signals);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial int PidFdOpen(nint call, int pid, uint flags);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static unsafe partial int PidFdSendSignal(nint call, int pidFd, int signal, void* info, uint flags);

    [LibraryImport("libc", EntryPoint = "waitpid", SetLastError = true)]
    private static unsafe partial int WaitPid(int pid, int* status, int options);

    [LibraryImport("libc", EntryPoint = "wait4", SetLastError = true)]
    private static unsafe partial int Wait4(int pid, int* status, int options, long* usage);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int pid, int signal);
}
