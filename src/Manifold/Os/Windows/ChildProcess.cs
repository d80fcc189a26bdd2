using System.Runtime.InteropServices;

namespace Manifold.Os;

/// <summary>
/// A process that this process has started, or another server. Its handle keeps its number from being given to a stranger. It inherits its
/// standard streams and nothing else. Used by the thread that owns it, in the master.
/// </summary>
internal sealed unsafe partial class ChildProcess : IDisposable
{
    private readonly FileDescriptor _process;
    private readonly bool _isChild;
    private bool _reaped;

    private ChildProcess(int pid, nint process, bool isChild)
    {
        Pid = pid;
        _process = new FileDescriptor((int)process);
        _isChild = isChild;
    }

    public int Pid { get; }

    /// <summary>Becomes ready when the process ends.</summary>
    public int WaitDescriptor => _process.WaitNumber;

    /// <summary>The writing end of its standard input, if that is a channel of <see cref="HeritageTransport"/> and still open.</summary>
    public FileDescriptor? Channel { get; set; }

    /// <summary>This process's own environment, as a child may get it: "NAME=value" entries.</summary>
    public static string[] OwnEnvironment =>
        [.. System.Environment.GetEnvironmentVariables().Cast<System.Collections.DictionaryEntry>().Select(entry => $"{entry.Key}={entry.Value}")];

    /// <summary>What to start and what it inherits.</summary>
    /// <param name="Path">The executable.</param>
    /// <param name="Arguments">The words of its command line; the first is its title, and shows as an argument when it is not the path.</param>
    /// <param name="Environment">"NAME=value" entries.</param>
    /// <param name="Inherit">Its standard streams: handle, 0 to 2. Output and error are this process's own when they are not named.</param>
    public sealed record Start(
        string Path, IReadOnlyList<string> Arguments, IReadOnlyList<string> Environment, IReadOnlyList<(int Source, int Number)> Inherit)
    {
        /// <summary>The command line as it stands; null = the path and the words, quoted.</summary>
        public string? Line { get; init; }
    }

    /// <summary>
    /// What starts a program that a configuration names, in this process's environment. It gets the command as it was written: here each program takes
    /// its line apart by itself.
    /// </summary>
    /// <param name="command">The command as it was written.</param>
    /// <param name="words">Its words.</param>
    /// <param name="throughShell">True when the system's shell carries it out.</param>
    /// <param name="inherit">Its streams.</param>
    public static Start ForCommand(string command, IReadOnlyList<string> words, bool throughShell, IReadOnlyList<(int Source, int Number)> inherit)
    {
        string shell = System.Environment.GetEnvironmentVariable("ComSpec") ?? "cmd.exe";
        return new Start(throughShell ? shell : words[0], words, OwnEnvironment, inherit) { Line = throughShell ? $"\"{shell}\" /S /C \"{command}\"" : command };
    }

    /// <summary>Starts a process; throws <see cref="OsException"/> when the system refuses.</summary>
    public static ChildProcess Spawn(Start start)
    {
        Span<nint> streams = stackalloc nint[3];
        streams.Clear();
        try
        {
            for (int stream = 1; stream <= 2; stream++)
                if (Kernel.StandardStream(Kernel.StreamNumber(stream)) is not (0 or -1) and var own) streams[stream] = Inheritable(own);
            foreach (var (source, number) in start.Inherit)
            {
                if (streams[number] != 0) _ = Kernel.Close(streams[number]);
                streams[number] = Inheritable(Kernel.Handle(source));
            }
            return Create(start, streams);
        }
        finally
        {
            foreach (nint stream in streams)
                if (stream != 0) _ = Kernel.Close(stream);
        }
    }

    private static ChildProcess Create(Start start, ReadOnlySpan<nint> streams)
    {
        nint* inherited = stackalloc nint[3];
        int count = 0;
        foreach (nint stream in streams)
            if (stream != 0) inherited[count++] = stream;
        var info = new StartupInfo { Size = sizeof(StartupInfo), Flags = STARTF_USESTDHANDLES, Input = streams[0], Output = streams[1], Error = streams[2] };
        nuint size = 0;
        _ = InitializeAttributes(0, 1, 0, &size);
        void* attributes = NativeMemory.Alloc(size);
        try
        {
            if (!InitializeAttributes((nint)attributes, 1, 0, &size)
                || !UpdateAttribute((nint)attributes, 0, PROC_THREAD_ATTRIBUTE_HANDLE_LIST, inherited, (nuint)(count * sizeof(nint)), 0, 0))
                throw OsException.Last("PROC_THREAD_ATTRIBUTE_HANDLE_LIST");
            info.Attributes = (nint)attributes;
            char[] command = CommandLine(start).ToCharArray();
            char[] environment = (string.Join('\0', start.Environment.Order(StringComparer.OrdinalIgnoreCase)) + "\0\0").ToCharArray();
            ProcessInformation made;
            fixed (char* line = command, block = environment)
            {
                if (!CreateProcess(null, line, 0, 0, count > 0, EXTENDED_STARTUPINFO_PRESENT | CREATE_UNICODE_ENVIRONMENT, block, null, &info, &made))
                    throw OsException.Last($"cannot start {start.Path}");
            }
            _ = Kernel.Close(made.Thread);
            return new ChildProcess(made.ProcessId, made.Process, isChild: true);
        }
        finally
        {
            if (info.Attributes != 0) DeleteAttributes(info.Attributes);
            NativeMemory.Free(attributes);
        }
    }

    /// <summary>
    /// A server that somebody else started; null when there is none with this number that <paramref name="is"/> takes for the one that is meant.
    /// </summary>
    public static ChildProcess? Existing(int pid, Func<int, bool> @is)
    {
        nint process = Kernel.OpenProcess(SYNCHRONIZE, false, pid);
        if (process == 0) return null;
        var server = new ChildProcess(pid, process, isChild: false) { _reaped = true };
        if (@is(pid) && !Kernel.IsSet(process)) return server;
        server.Dispose(); // the number belongs to something else now
        return null;
    }

    /// <summary>Makes a handle of this process known to the child; its number there.</summary>
    public int Give(int number)
    {
        nint target;
        if (!Kernel.DuplicateHandle(Kernel.CurrentProcess(), Kernel.Handle(number), Kernel.Handle(_process.Number), out target, 0, inherit: false, Kernel.DUPLICATE_SAME_ACCESS))
            throw OsException.Last($"DuplicateHandle for process {Pid}");
        return (int)target;
    }

    /// <summary>How it ended, once; null while it runs.</summary>
    public ProcessEnd? TryReap()
    {
        if (_reaped || !Kernel.IsSet(Kernel.Handle(_process.Number))) return null;
        _reaped = true;
        int code;
        long* times = stackalloc long[4]; // started, ended, in the kernel, in user mode: 100 ns
        if (!GetExitCode(Kernel.Handle(_process.Number), &code)) return new ProcessEnd(0, 0, false);
        if (!GetTimes(Kernel.Handle(_process.Number), times, times + 1, times + 2, times + 3)) times[2] = times[3] = 0;
        return new ProcessEnd(code, 0, false, times[3] / 10, times[2] / 10);
    }

    /// <summary>
    /// A child is ended, whatever the signal: before that it is asked by the end of its pipe of death. Another server is told by its events. Returns
    /// false when the process has already ended (or may not be told).
    /// </summary>
    public bool Signal(int signal) =>
        _isChild ? Terminate(Kernel.Handle(_process.Number), EndedByMaster) : ServerSignals.Send(Pid, (MasterSignal)signal);

    /// <summary>Waits until the process has ended; false when <paramref name="timeoutMs"/> passed before.</summary>
    public bool WaitForEnd(int timeoutMs) => Kernel.Wait(Kernel.Handle(_process.Number), (uint)timeoutMs) == Kernel.WAIT_OBJECT_0;

    public void Dispose()
    {
        Channel?.Dispose();
        _process.Dispose();
    }

    private static nint Inheritable(nint handle) => Kernel.Duplicate(handle, inherit: true);

    private static string CommandLine(Start start) =>
        (start.Line ?? WindowsWords.Quote([start.Path, .. start.Arguments.Skip(start.Arguments[0] == start.Path ? 1 : 0)])) + '\0';

    private const uint SYNCHRONIZE = 0x100000, EXTENDED_STARTUPINFO_PRESENT = 0x80000, CREATE_UNICODE_ENVIRONMENT = 0x400, EndedByMaster = 143;
    private const int STARTF_USESTDHANDLES = 0x100;
    private const nuint PROC_THREAD_ATTRIBUTE_HANDLE_LIST = 0x20002;

    /// <summary>STARTUPINFOEXW.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct StartupInfo
    {
        public int Size;
        public nint Reserved, Desktop, Title;
        public int X, Y, Width, Height, Columns, Rows, Fill, Flags;
        public short Show, Reserved2;
        public nint Reserved3, Input, Output, Error;
        public nint Attributes;
    }

    /// <summary>PROCESS_INFORMATION.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct ProcessInformation
    {
        public nint Process, Thread;
        public int ProcessId, ThreadId;
    }

    [LibraryImport("kernel32", EntryPoint = "CreateProcessW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool CreateProcess(
        string? application, char* commandLine, nint processSecurity, nint threadSecurity, [MarshalAs(UnmanagedType.Bool)] bool inherit, uint flags,
        char* environment, string? directory, StartupInfo* info, ProcessInformation* made);

    [LibraryImport("kernel32", EntryPoint = "InitializeProcThreadAttributeList", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool InitializeAttributes(nint list, int count, int flags, nuint* size);

    [LibraryImport("kernel32", EntryPoint = "UpdateProcThreadAttribute", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool UpdateAttribute(nint list, int flags, nuint attribute, void* value, nuint size, nint previous, nint returned);

    [LibraryImport("kernel32", EntryPoint = "DeleteProcThreadAttributeList")]
    private static partial void DeleteAttributes(nint list);

    [LibraryImport("kernel32", EntryPoint = "GetExitCodeProcess", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool GetExitCode(nint process, int* code);

    [LibraryImport("kernel32", EntryPoint = "GetProcessTimes", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool GetTimes(nint process, long* started, long* ended, long* kernel, long* user);

    [LibraryImport("kernel32", EntryPoint = "TerminateProcess", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool Terminate(nint process, uint code);
}
