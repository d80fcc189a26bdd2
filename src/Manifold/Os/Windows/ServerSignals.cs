using System.Runtime.InteropServices;

namespace Manifold.Os;

/// <summary>
/// What tells a running server to stop or to restart: the named events "Global\apPID_shutdown" and "apPID_restart", as httpd has them, and the console.
/// The first Ctrl-C and the event stop gracefully, with a time limit; another Ctrl-C, the end of the console or of the session stop at once. Only
/// graceful restarts exist. Threads of the runtime call <c>heard</c>, which only takes note.
/// </summary>
internal sealed partial class ServerSignals : IDisposable
{
    private const int LongestEndMs = 5000;

    private readonly List<IDisposable> _sources = [];
    private readonly ManualResetEventSlim _over = new();
    private bool _stops;

    /// <summary>From now on what <paramref name="signals"/> ask for comes to <paramref name="heard"/>.</summary>
    public ServerSignals(Action<MasterSignal> heard, params ReadOnlySpan<MasterSignal> signals)
    {
        if (signals.Contains(MasterSignal.User1)) Listen(RestartEvent(Environment.ProcessId), () => heard(MasterSignal.User1));
        if (signals.Contains(MasterSignal.WindowChange)) Listen(ShutdownEvent(Environment.ProcessId), () => heard(MasterSignal.WindowChange));
        if (!signals.Contains(MasterSignal.Terminate)) return;
        Console(PosixSignal.SIGINT, () => Stop(heard));
        Console(PosixSignal.SIGQUIT, () => Stop(heard)); // Ctrl-Break
        Console(PosixSignal.SIGHUP, () => End(heard)); // the window is closed
        Console(PosixSignal.SIGTERM, () => End(heard)); // the system shuts down
    }

    /// <summary>Before its events exist nothing is asked of a process.</summary>
    public static void Hold()
    {
    }

    /// <summary>How long a graceful stop may take when the configuration sets no limit: as httpd on Windows.</summary>
    public static TimeSpan StopPatience => TimeSpan.FromSeconds(30);

    /// <summary>The error log's words for a signal: httpd's for Windows.</summary>
    public static string Text(MasterSignal signal) => signal switch
    {
        MasterSignal.Hangup or MasterSignal.User1 => "AH00423: Parent: Received restart signal -- Restarting the server.",
        MasterSignal.WindowChange => "AH00422: Parent: Received shutdown signal -- Shutting down the server.",
        _ => "AH00422: Parent: Received shutdown signal -- Shutting down the server at once.",
    };

    /// <summary>In a child: Ctrl-C reaches every process of the console; the master decides.</summary>
    public static void LeaveToMaster() => _ = SetConsoleCtrlHandler(0, true);

    /// <summary>Tells another server; false when there is none with this process id.</summary>
    public static bool Send(int pid, MasterSignal signal)
    {
        bool restart = signal is MasterSignal.Hangup or MasterSignal.User1;
        nint handle = Kernel.OpenEvent(EVENT_MODIFY_STATE, false, restart ? RestartEvent(pid) : ShutdownEvent(pid));
        if (handle == 0) return false;
        bool sent = Kernel.Set(handle);
        _ = Kernel.Close(handle);
        return sent;
    }

    /// <summary>True when the process is a server: it has the events.</summary>
    public static bool IsServer(int pid)
    {
        nint handle = Kernel.OpenEvent(EVENT_MODIFY_STATE, false, ShutdownEvent(pid));
        return handle != 0 && Kernel.Close(handle);
    }

    public void Dispose()
    {
        _over.Set();
        foreach (var source in _sources) source.Dispose();
    }

    // Global: a service is in another session than the person who stops it.
    private static string ShutdownEvent(int pid) => $@"Global\ap{pid}_shutdown";

    private static string RestartEvent(int pid) => $@"Global\ap{pid}_restart";

    private void Stop(Action<MasterSignal> heard)
    {
        heard(_stops ? MasterSignal.Terminate : MasterSignal.WindowChange);
        _stops = true;
    }

    /// <summary>The system ends the process when this returns.</summary>
    private void End(Action<MasterSignal> heard)
    {
        heard(MasterSignal.Terminate);
        _over.Wait(LongestEndMs);
    }

    private void Listen(string name, Action action)
    {
        var set = new EventWaitHandle(initialState: false, EventResetMode.AutoReset, name);
        _sources.Add(new Registration(ThreadPool.RegisterWaitForSingleObject(set, (_, _) => action(), null, Timeout.Infinite, executeOnlyOnce: false)));
        _sources.Add(set);
    }

    private void Console(PosixSignal signal, Action action) => _sources.Add(PosixSignalRegistration.Create(signal, context =>
    {
        context.Cancel = true;
        action();
    }));

    private sealed class Registration(RegisteredWaitHandle handle) : IDisposable
    {
        public void Dispose() => handle.Unregister(null);
    }

    private const uint EVENT_MODIFY_STATE = 2;

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool SetConsoleCtrlHandler(nint handler, [MarshalAs(UnmanagedType.Bool)] bool add);
}
