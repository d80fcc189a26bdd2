using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Manifold.Contracts;
using Manifold.Hosting;

namespace Manifold.Httpd.Control;

/// <summary>
/// This process as a service: the service control manager has started it and says when it is to stop or to restart. Three threads: the main one
/// serves the control manager's pipe inside StartServiceCtrlDispatcher and calls the handler, which only sets an event of the master; a second one,
/// made by the dispatcher, is the master's. The state is told to the control manager at each change.
/// </summary>
internal static unsafe partial class ServiceProcess
{
    private const int StartHintMs = 60_000, StopHintMs = 60_000;

    private static readonly Lock s_lock = new();
    private static string s_name = "";
    private static Func<Action, int> s_serve = _ => 0;
    private static nint s_handle;
    private static ServiceState s_state = ServiceState.Stopped;
    private static int s_exitCode;

    /// <summary>Runs <paramref name="serve"/>, which gets what to call when it serves, as the service of that name; returns its exit code.</summary>
    /// <exception cref="RefusedException">No service control manager has started this process.</exception>
    public static int Run(string name, Func<Action, int> serve)
    {
        s_name = name;
        s_serve = serve;
        fixed (char* text = name)
        {
            Entry* table = stackalloc Entry[2];
            table[0] = new Entry { Name = text, Main = &Live };
            table[1] = default;
            if (StartServiceCtrlDispatcher(table)) return s_exitCode;
        }
        int error = Marshal.GetLastPInvokeError();
        throw new RefusedException($"({error}): -k runservice is for the service control manager only; use -k start -n {name}");
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvStdcall)])]
    private static void Live(int count, char** arguments)
    {
        fixed (char* name = s_name) s_handle = RegisterServiceCtrlHandlerEx(name, &Handle, null);
        if (s_handle == 0) return;
        Tell(ServiceState.StartPending);
        s_exitCode = s_serve(() => Tell(ServiceState.Running));
        Tell(ServiceState.Stopped);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvStdcall)])]
    private static int Handle(int control, int type, void* data, void* context)
    {
        switch (control)
        {
            case SERVICE_CONTROL_STOP or SERVICE_CONTROL_SHUTDOWN:
                Tell(ServiceState.StopPending);
                return Set(ServerSignal.GracefulStop);
            case RestartControl:
                return Set(ServerSignal.GracefulRestart);
            case SERVICE_CONTROL_INTERROGATE:
                return 0;
            default:
                return ERROR_CALL_NOT_IMPLEMENTED;
        }
    }

    /// <summary>The user control that asks for a restart, as for httpd.</summary>
    public const int RestartControl = 128;

    private static int Set(ServerSignal signal)
    {
        using var self = RunningServer.This();
        return self?.Signal(signal) == true ? 0 : ERROR_SERVICE_NOT_ACTIVE;
    }

    private static void Tell(ServiceState state)
    {
        lock (s_lock)
        {
            if (s_state == ServiceState.StopPending && state != ServiceState.Stopped) return;
            s_state = state;
            bool failed = state == ServiceState.Stopped && s_exitCode != 0;
            var status = new Status
            {
                Type = SERVICE_WIN32_OWN_PROCESS,
                State = state,
                ControlsAccepted = state == ServiceState.Running ? SERVICE_ACCEPT_STOP | SERVICE_ACCEPT_SHUTDOWN : 0,
                Win32ExitCode = failed ? ERROR_SERVICE_SPECIFIC_ERROR : 0,
                SpecificExitCode = failed ? s_exitCode : 0,
                WaitHint = state switch { ServiceState.StartPending => StartHintMs, ServiceState.StopPending => StopHintMs, _ => 0 },
            };
            _ = SetServiceStatus(s_handle, &status); // nobody is there to be told when this fails
        }
    }

    private struct Entry
    {
        public char* Name;
        public delegate* unmanaged[Stdcall]<int, char**, void> Main;
    }

    private struct Status
    {
        public int Type;
        public ServiceState State;
        public int ControlsAccepted, Win32ExitCode, SpecificExitCode, CheckPoint, WaitHint;
    }

    private const int SERVICE_WIN32_OWN_PROCESS = 0x10, SERVICE_ACCEPT_STOP = 1, SERVICE_ACCEPT_SHUTDOWN = 4;
    private const int SERVICE_CONTROL_STOP = 1, SERVICE_CONTROL_INTERROGATE = 4, SERVICE_CONTROL_SHUTDOWN = 5;
    private const int ERROR_CALL_NOT_IMPLEMENTED = 120, ERROR_SERVICE_NOT_ACTIVE = 1062, ERROR_SERVICE_SPECIFIC_ERROR = 1066;

    [LibraryImport("advapi32", EntryPoint = "StartServiceCtrlDispatcherW", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool StartServiceCtrlDispatcher(Entry* table);

    [LibraryImport("advapi32", EntryPoint = "RegisterServiceCtrlHandlerExW", SetLastError = true)]
    private static partial nint RegisterServiceCtrlHandlerEx(char* name, delegate* unmanaged[Stdcall]<int, int, void*, void*, int> handler, void* context);

    [LibraryImport("advapi32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool SetServiceStatus(nint handle, Status* status);
}
