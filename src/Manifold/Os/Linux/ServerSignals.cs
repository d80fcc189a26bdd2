using System.Runtime.InteropServices;

namespace Manifold.Os;

/// <summary>
/// What tells a running server to stop or to restart: signals. The runtime's signal thread calls <c>heard</c>, which only takes note.
/// </summary>
internal sealed partial class ServerSignals : IDisposable
{
    private readonly List<PosixSignalRegistration> _registrations = [];

    /// <summary>From now on the given signals come to <paramref name="heard"/> and do nothing else.</summary>
    public ServerSignals(Action<MasterSignal> heard, params ReadOnlySpan<MasterSignal> signals)
    {
        foreach (var signal in signals)
        {
            Heed((int)signal);
            _registrations.Add(PosixSignalRegistration.Create((PosixSignal)(int)signal, context =>
            {
                context.Cancel = true;
                if (signal == MasterSignal.WindowChange && !Console.IsInputRedirected) return; // a terminal was resized
                heard(signal);
            }));
        }
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
        foreach (var registration in _registrations) registration.Dispose();
    }

    private const int SIGINT = 2;
    private const nint SIG_DFL = 0, SIG_IGN = 1;

    [LibraryImport("libc", EntryPoint = "signal")]
    private static partial nint SignalAction(int signal, nint handler);

    [LibraryImport("libc", EntryPoint = "sigaction")]
    private static unsafe partial int QueryAction(int signal, nint set, nint* present);
}
