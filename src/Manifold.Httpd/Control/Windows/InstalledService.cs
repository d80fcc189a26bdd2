using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Manifold.Contracts;
using Microsoft.Win32.SafeHandles;

namespace Manifold.Httpd.Control;

/// <summary>What a service is doing, by the numbers of the service control manager.</summary>
internal enum ServiceState
{
    Stopped = 1,
    StartPending = 2,
    StopPending = 3,
    Running = 4,
}

/// <summary>A service that the service control manager knows. Every failure is a <see cref="RefusedException"/> that says which call and why.</summary>
internal sealed partial class InstalledService : IDisposable
{
    private const int LookMs = 50;

    private readonly Handle _handle;
    private readonly string _name;

    private InstalledService(Handle handle, string name)
    {
        _handle = handle;
        _name = name;
    }

    /// <summary>The service of that name, with the rights to do all of the below; throws when there is none.</summary>
    public static InstalledService Open(string name)
    {
        using var manager = Manager(SC_MANAGER_CONNECT);
        var service = OpenService(manager, name, SERVICE_ALL_ACCESS);
        if (!service.IsInvalid) return new InstalledService(service, name);
        int error = Marshal.GetLastPInvokeError();
        throw error == ERROR_SERVICE_DOES_NOT_EXIST ? new RefusedException($"There is no service \"{name}\"; -k install makes one.") : Failed($"open the service \"{name}\"", error);
    }

    /// <summary>Makes a service that starts with the system, after its network; throws when the name is taken.</summary>
    public static void Create(string name, string image)
    {
        using var manager = Manager(SC_MANAGER_CONNECT | SC_MANAGER_CREATE_SERVICE);
        using var service = CreateService(manager, name, name, SERVICE_ALL_ACCESS, SERVICE_WIN32_OWN_PROCESS, SERVICE_AUTO_START, SERVICE_ERROR_NORMAL,
            image, null, 0, "Tcpip\0Afd\0\0", null, null);
        if (!service.IsInvalid) return;
        int error = Marshal.GetLastPInvokeError();
        throw error is ERROR_SERVICE_EXISTS or ERROR_DUPLICATE_SERVICE_NAME
            ? new RefusedException($"There is a service \"{name}\" already; -k config changes it, -k uninstall removes it.") : Failed($"install the service \"{name}\"", error);
    }

    /// <summary>The command line that it starts with.</summary>
    public unsafe string Image
    {
        get
        {
            Span<byte> answer = stackalloc byte[8192]; // the most that there can be
            fixed (byte* bytes = answer)
            {
                Check(QueryServiceConfig(_handle, (nint)bytes, answer.Length, out _), "read");
                return Marshal.PtrToStringUni(((nint*)bytes)[2]) ?? ""; // three numbers and a gap, then lpBinaryPathName
            }
        }
        set => Check(ChangeServiceConfig(_handle, SERVICE_NO_CHANGE, SERVICE_NO_CHANGE, SERVICE_NO_CHANGE, value, null, 0, null, null, null, null), "configure");
    }

    /// <summary>What it is doing now.</summary>
    public ServiceState State => Status.State;

    /// <summary>Its process; null when it has none, or none that this one may wait for.</summary>
    public Process? FindProcess()
    {
        try
        {
            return Status.ProcessId is var pid and > 0 ? Process.GetProcessById(pid) : null;
        }
        catch (Exception e) when (e is ArgumentException or Win32Exception or InvalidOperationException)
        {
            return null; // it has ended meanwhile, or is somebody else's
        }
    }

    /// <summary>The exit code of its last run.</summary>
    public int ExitCode => Status is { Win32ExitCode: ERROR_SERVICE_SPECIFIC_ERROR } specific ? specific.SpecificExitCode : Status.Win32ExitCode;

    /// <summary>Removes it; if it runs, once it has ended.</summary>
    public void Delete() => Check(DeleteService(_handle), "remove");

    /// <summary>Has it started.</summary>
    public void Start() => Check(StartService(_handle, 0, 0), "start");

    /// <summary>Sends it a control: stop (1), or a number that it understands.</summary>
    public void Control(uint control) => Check(ControlService(_handle, control, out _), "control");

    /// <summary>Waits until it is in that state, or in <paramref name="other"/>; false when the time was too short.</summary>
    public bool WaitFor(ServiceState state, ServiceState other, int milliseconds)
    {
        long start = Stopwatch.GetTimestamp();
        for (var now = State; now != state && now != other; now = State)
        {
            if (Stopwatch.GetElapsedTime(start).TotalMilliseconds > milliseconds) return false;
            Thread.Sleep(LookMs); // the service control manager wakes nobody
        }
        return true;
    }

    public void Dispose() => _handle.Dispose();

    private StatusOfProcess Status
    {
        get
        {
            Check(QueryServiceStatus(_handle, 0, out var status, Marshal.SizeOf<StatusOfProcess>(), out _), "look at");
            return status;
        }
    }

    private static Handle Manager(uint access)
    {
        var manager = OpenSCManager(null, null, access);
        return manager.IsInvalid ? throw Failed("reach the service control manager; that needs the rights of an administrator", Marshal.GetLastPInvokeError()) : manager;
    }

    private void Check(bool ok, string action)
    {
        if (!ok) throw Failed($"{action} the service \"{_name}\"", Marshal.GetLastPInvokeError());
    }

    private static RefusedException Failed(string action, int error) => new($"({error}){new Win32Exception(error).Message}: manifold: could not {action}");

    private sealed class Handle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
    {
        protected override bool ReleaseHandle() => CloseServiceHandle(handle);
    }

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct StatusOfProcess
    {
        public readonly int Type;
        public readonly ServiceState State;
        public readonly int ControlsAccepted, Win32ExitCode, SpecificExitCode, CheckPoint, WaitHint, ProcessId, Flags;
    }

    private const uint SC_MANAGER_CONNECT = 1, SC_MANAGER_CREATE_SERVICE = 2, SERVICE_ALL_ACCESS = 0xF01FF;
    private const uint SERVICE_WIN32_OWN_PROCESS = 0x10, SERVICE_AUTO_START = 2, SERVICE_ERROR_NORMAL = 1, SERVICE_NO_CHANGE = 0xFFFFFFFF;
    private const int ERROR_SERVICE_DOES_NOT_EXIST = 1060, ERROR_SERVICE_SPECIFIC_ERROR = 1066, ERROR_SERVICE_EXISTS = 1073, ERROR_DUPLICATE_SERVICE_NAME = 1078;

    [LibraryImport("advapi32", EntryPoint = "OpenSCManagerW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    private static partial Handle OpenSCManager(string? machine, string? database, uint access);

    [LibraryImport("advapi32", EntryPoint = "OpenServiceW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    private static partial Handle OpenService(Handle manager, string name, uint access);

    [LibraryImport("advapi32", EntryPoint = "CreateServiceW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    private static partial Handle CreateService(Handle manager, string name, string displayName, uint access, uint type, uint start, uint error,
        string image, string? group, nint tag, string? dependencies, string? account, string? password);

    [LibraryImport("advapi32", EntryPoint = "ChangeServiceConfigW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool ChangeServiceConfig(Handle service, uint type, uint start, uint error,
        string image, string? group, nint tag, string? dependencies, string? account, string? password, string? displayName);

    [LibraryImport("advapi32", EntryPoint = "QueryServiceConfigW", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool QueryServiceConfig(Handle service, nint answer, int size, out int needed);

    [LibraryImport("advapi32", EntryPoint = "QueryServiceStatusEx", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool QueryServiceStatus(Handle service, int level, out StatusOfProcess status, int size, out int needed);

    [LibraryImport("advapi32", EntryPoint = "StartServiceW", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool StartService(Handle service, int count, nint arguments);

    [LibraryImport("advapi32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool ControlService(Handle service, uint control, out StatusOfProcess status);

    [LibraryImport("advapi32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool DeleteService(Handle service);

    [LibraryImport("advapi32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool CloseServiceHandle(nint handle);
}
