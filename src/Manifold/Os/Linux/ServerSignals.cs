using System.Runtime.InteropServices;

namespace Manifold.Os;

/// <summary>
/// What tells a running server to stop or to restart: signals. The runtime's signal thread calls <c>heard</c>, which only takes note. Held: a
/// signal needs no further thread. The registrations alone would start one for each, and at the limit of tasks that is the end of the process.
/// One at a time in a process.
/// </summary>
internal sealed partial class ServerSignals : IDisposable
{
    private static Action<MasterSignal>? s_heard;
    private readonly List<PosixSignalRegistration> _registrations = [];

    /// <summary>From now on the given signals come to <paramref name="heard"/> and do nothing else.</summary>
    public unsafe ServerSignals(Action<MasterSignal> heard, params ReadOnlySpan<MasterSignal> signals)
    {
        s_heard = heard;
        foreach (var signal in signals)
        {
            Heed((int)signal);
            _registrations.Add(PosixSignalRegistration.Create((PosixSignal)(int)signal, context =>
            {
                context.Cancel = true;
                Hear(signal);
            }));
        }
        try
        {
            SetHandler(&OnSignal);
        }
        catch (EntryPointNotFoundException)
        {
            // Another runtime: the registrations do.
        }
    }

    [UnmanagedCallersOnly]
    private static int OnSignal(int signal, int kind)
    {
        if (s_heard is null || !Enum.IsDefined((MasterSignal)signal)) return 0; // what the system does with it
        Hear((MasterSignal)signal);
        return 1;
    }

    private static void Hear(MasterSignal signal)
    {
        if (signal == MasterSignal.WindowChange && !Console.IsInputRedirected) return; // a terminal was resized
        s_heard?.Invoke(signal);
    }

    /// <summary>How long a graceful stop may take when the configuration sets no limit; zero = for ever.</summary>
    public static TimeSpan StopPatience => TimeSpan.Zero;

    /// <summary>The error log's words for a signal.</summary>
    public static string Text(MasterSignal signal) => signal switch
    {
        MasterSignal.Hangup => "AH00494: SIGHUP received.  Attempting to restart",
        MasterSignal.User1 => "AH00493: SIGUSR1 received.  Doing graceful restart",
        MasterSignal.WindowChange => "AH00492: caught SIGWINCH, shutting down gracefully",
        _ => "AH00491: caught SIGTERM, shutting down",
    };

    /// <summary>
    /// True when a process is a master: it runs an executable of this one's name (another version or place may have been installed since), or
    /// calls itself so when its executable may not be looked at; and it is no child of one.
    /// </summary>
    public static bool IsServer(int pid)
    {
        try
        {
            string title = File.ReadAllText($"/proc/{pid}/cmdline", System.Text.Encoding.Latin1).Split('\0')[0];
            if (title.Length == 0) return false; // ended, or a thread of the kernel
            bool isMaster = title == MasterTitle;
            if (title.StartsWith(Titles, StringComparison.Ordinal) && !isMaster) return false;
            string own = Path.GetFileName(Environment.ProcessPath!);
            return Executable(pid) is { } executable ? Path.GetFileName(executable) == own : isMaster || Path.GetFileName(title) == own;
        }
        catch (IOException)
        {
            return false; // ended
        }
    }

    private const string Titles = "manifold: ", Removed = " (deleted)";

    /// <summary>argv[0] of a master that runs in the background.</summary>
    public const string MasterTitle = Titles + "master";

    private static string? Executable(int pid)
    {
        try
        {
            string? path = new FileInfo($"/proc/{pid}/exe").LinkTarget;
            return path is not null && path.EndsWith(Removed, StringComparison.Ordinal) ? path[..^Removed.Length] : path;
        }
        catch (UnauthorizedAccessException)
        {
            return null; // another user's
        }
    }

    /// <summary>In a child: Ctrl-C reaches the whole group of processes; the master decides.</summary>
    public static void LeaveToMaster() => _ = SignalAction(SIGINT, SIG_IGN);

    /// <summary>
    /// What nohup or a shell has had ignored is heard all the same; the runtime by itself would leave it ignored. But not SIGINT: the runtime has made up
    /// its mind about that before, and a job in the background is not to end by Ctrl-C.
    /// </summary>
    private static unsafe void Heed(int signal)
    {
        if (signal == SIGINT) return;
        nint* action = stackalloc nint[32]; // struct sigaction is 152 bytes in glibc; the handler comes first
        if (QueryAction(signal, 0, action) == 0 && *action == SIG_IGN) _ = SignalAction(signal, SIG_DFL);
    }

    public void Dispose()
    {
        s_heard = null;
        foreach (var registration in _registrations) registration.Dispose();
    }

    private const int SIGINT = 2;
    private const nint SIG_DFL = 0, SIG_IGN = 1;

    [LibraryImport("libSystem.Native", EntryPoint = "SystemNative_SetPosixSignalHandler")]
    private static unsafe partial void SetHandler(delegate* unmanaged<int, int, int> handler);

    [LibraryImport("libc", EntryPoint = "signal")]
    private static partial nint SignalAction(int signal, nint handler);

    [LibraryImport("libc", EntryPoint = "sigaction")]
    private static unsafe partial int QueryAction(int signal, nint set, nint* present);
}
