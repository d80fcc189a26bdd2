using System.Runtime.InteropServices;

namespace Manifold.Os;

/// <summary>
/// The calls of the Windows kernel that several types here need. A handle has 32 bits that count, and the lowest two of them are the program's:
/// this layer sets bit 0 in the number of a handle that can be waited for itself (event, process), to tell it from a socket.
/// </summary>
internal static unsafe partial class Kernel
{
    public const uint WAIT_OBJECT_0 = 0, WAIT_TIMEOUT = 258, WAIT_FAILED = uint.MaxValue;
    public const int HANDLE_FLAG_INHERIT = 1, DUPLICATE_SAME_ACCESS = 2;
    public const int ERROR_IO_PENDING = 997, ERROR_BROKEN_PIPE = 109, ERROR_NO_DATA = 232, ERROR_OPERATION_ABORTED = 995;
    private const int Waitable = 1;

    /// <summary>The number for a handle that is waited for itself.</summary>
    public static int WaitNumber(nint handle) => (int)handle | Waitable;

    /// <summary>True for a number of <see cref="WaitNumber"/>.</summary>
    public static bool IsWaitable(int number) => (number & Waitable) != 0;

    /// <summary>The handle of any number.</summary>
    public static nint Handle(int number) => number & ~3;

    /// <summary>A handle of this process for the object of <paramref name="handle"/>; the caller owns it.</summary>
    public static nint Duplicate(nint handle, bool inherit = false)
    {
        nint self = CurrentProcess();
        return DuplicateHandle(self, handle, self, out nint copy, 0, inherit, DUPLICATE_SAME_ACCESS) ? copy : throw OsException.Last("DuplicateHandle");
    }

    /// <summary>True when an event is set or a process has ended.</summary>
    public static bool IsSet(nint handle) => Wait(handle, 0) == WAIT_OBJECT_0;

    [LibraryImport("kernel32", EntryPoint = "GetCurrentProcess")]
    public static partial nint CurrentProcess();

    [LibraryImport("kernel32", EntryPoint = "CloseHandle", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool Close(nint handle);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool DuplicateHandle(
        nint sourceProcess, nint source, nint targetProcess, out nint target, uint access, [MarshalAs(UnmanagedType.Bool)] bool inherit, int options);

    [LibraryImport("kernel32", EntryPoint = "SetHandleInformation", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool SetInformation(nint handle, int mask, int flags);

    [LibraryImport("kernel32", EntryPoint = "CreateEventW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    public static partial nint CreateEvent(nint security, [MarshalAs(UnmanagedType.Bool)] bool manual, [MarshalAs(UnmanagedType.Bool)] bool set, string? name);

    [LibraryImport("kernel32", EntryPoint = "OpenEventW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    public static partial nint OpenEvent(uint access, [MarshalAs(UnmanagedType.Bool)] bool inherit, string name);

    [LibraryImport("kernel32", EntryPoint = "SetEvent", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool Set(nint handle);

    [LibraryImport("kernel32", EntryPoint = "ResetEvent", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool Reset(nint handle);

    [LibraryImport("kernel32", EntryPoint = "WaitForSingleObject", SetLastError = true)]
    public static partial uint Wait(nint handle, uint milliseconds);

    [LibraryImport("kernel32", EntryPoint = "WaitForMultipleObjects", SetLastError = true)]
    public static partial uint WaitForAny(int count, nint* handles, [MarshalAs(UnmanagedType.Bool)] bool all, uint milliseconds);

    [LibraryImport("kernel32", EntryPoint = "OpenProcess", SetLastError = true)]
    public static partial nint OpenProcess(uint access, [MarshalAs(UnmanagedType.Bool)] bool inherit, int pid);

    [LibraryImport("kernel32", EntryPoint = "ReadFile", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool Read(nint file, byte* buffer, int count, int* read, NativeOverlapped* overlapped);

    [LibraryImport("kernel32", EntryPoint = "WriteFile", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool Write(nint file, byte* buffer, int count, int* written, NativeOverlapped* overlapped);

    [LibraryImport("kernel32", EntryPoint = "CreateFileW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    public static partial nint CreateFile(string name, uint access, int share, nint security, int disposition, int flags, nint template);

    [LibraryImport("kernel32", EntryPoint = "GetStdHandle", SetLastError = true)]
    public static partial nint StandardStream(int which);

    [LibraryImport("kernel32", EntryPoint = "SetStdHandle", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool SetStandardStream(int which, nint handle);

    /// <summary>GetStdHandle's number for descriptor 0, 1 or 2.</summary>
    public static int StreamNumber(int descriptor) => -10 - descriptor;
}
