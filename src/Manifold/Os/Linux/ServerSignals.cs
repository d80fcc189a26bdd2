using System.Runtime.InteropServices;

namespace Manifold.Os;

/// <summary>
/// What tells a running server to stop or to restart: signals. The runtime's signal thread calls <c>heard</c>, which only takes note. Held: a
/// signal needs no further thread. The registrations alone would start one for each, and at the limit of tasks that is the end of the process.
/// Before there is anybody to be called (<see cref="Hold"/>) a restart is kept, and a stop ends the process, which has nothing yet. One at a time in a
/// process.
/// </summary>
internal sealed partial class ServerSignals : IDisposable
{
    private static readonly Lock s_gate = new();
    private static readonly Queue<MasterSignal> s_held = [];
    private static readonly Dictionary<MasterSignal, PosixSignalRegistration> s_registrations = [];
    private static Action<MasterSignal>? s_heard;

    /// <summary>From now on the given signals come to <paramref name="heard"/> and do nothing else; first those that have been kept.</summary>
    public ServerSignals(Action<MasterSignal> heard, params ReadOnlySpan<MasterSignal> signals)
    {
        lock (s_gate)
        {
            while (s_held.TryDequeue(out var signal)) heard(signal);
            s_heard = heard;
        }
        Register(signals);
    }

    /// <summary>
    /// For a process that is going to be a master, as early as can be: from now on no signal is lost, and none that asks for a restart ends the process.
    /// Signals that were blocked from the beginning, by who has started it (<see cref="FillHeld"/>), come now.
    /// </summary>
    public static unsafe void Hold()
    {
        lock (s_gate) s_heard ??= Keep;
        // SIGTERM first: the runtime would end the process, and as the first process of a container could not.
        Register([MasterSignal.Terminate, MasterSignal.Interrupt, MasterSignal.WindowChange, MasterSignal.Hangup, MasterSignal.User1]);
        byte* set = stackalloc byte[SetSize];
        FillHeld(set);
        _ = ThreadMask(SIG_UNBLOCK, set, null);
    }

    /// <summary>Writes the signals with which a new master is to begin blocked: it takes them when it can.</summary>
    public static unsafe void FillHeld(byte* set)
    {
        _ = EmptySet(set);
        foreach (var signal in Enum.GetValues<MasterSignal>()) _ = AddTo(set, (int)signal);
    }

    private static void Keep(MasterSignal signal)
    {
        if (signal is MasterSignal.Hangup or MasterSignal.User1) s_held.Enqueue(signal);
        else EndProcess(0);
    }

    private static unsafe void Register(ReadOnlySpan<MasterSignal> signals)
    {
        foreach (var signal in signals)
        {
            if (s_registrations.ContainsKey(signal)) continue;
            Heed((int)signal);
            s_registrations.Add(signal, PosixSignalRegistration.Create((PosixSignal)(int)signal, context =>
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
        if (s_heard is null || !Enum.IsDefined((MasterSignal)signal)) return 0; // what the registrations say, or the system
        Hear((MasterSignal)signal);
        return 1;
    }

    private static void Hear(MasterSignal signal)
    {
        if (signal == MasterSignal.WindowChange && !Console.IsInputRedirected) return; // a terminal was resized
        lock (s_gate) s_heard?.Invoke(signal);
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

    /// <summary>argv[0] of a master that runs in the background.</summary>
    public const string MasterTitle = "manifold: master";

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
        lock (s_gate) s_heard = null;
        foreach (var registration in s_registrations.Values) registration.Dispose();
        s_registrations.Clear();
    }

    private const int SIGINT = 2, SIG_UNBLOCK = 1;
    internal const int SetSize = 128; // sigset_t
    private const nint SIG_DFL = 0, SIG_IGN = 1;

    [LibraryImport("libSystem.Native", EntryPoint = "SystemNative_SetPosixSignalHandler")]
    private static unsafe partial void SetHandler(delegate* unmanaged<int, int, int> handler);

    [LibraryImport("libc", EntryPoint = "signal")]
    private static partial nint SignalAction(int signal, nint handler);

    [LibraryImport("libc", EntryPoint = "sigemptyset")]
    private static unsafe partial int EmptySet(byte* set);

    [LibraryImport("libc", EntryPoint = "sigaddset")]
    private static unsafe partial int AddTo(byte* set, int signal);

    [LibraryImport("libc", EntryPoint = "pthread_sigmask")]
    private static unsafe partial int ThreadMask(int how, byte* set, byte* present);

    [LibraryImport("libc", EntryPoint = "_exit")]
    private static partial void EndProcess(int code);

    [LibraryImport("libc", EntryPoint = "sigaction")]
    private static unsafe partial int QueryAction(int signal, nint set, nint* present);
}
