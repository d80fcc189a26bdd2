using System.Runtime.InteropServices;
using Manifold.Os;

namespace Manifold.ProcessTests.Harness;

/// <summary>The sockets between the processes of perchild, as a process that was taken over could use them. Needs root.</summary>
internal static unsafe partial class Passage
{
    /// <summary>Copies of the sequenced-packet sockets of a process that can be written to.</summary>
    public static List<FileDescriptor> Of(int pid)
    {
        var found = new List<FileDescriptor>();
        using var process = new FileDescriptor((int)Syscall(SYS_pidfd_open, pid, 0, 0));
        foreach (string path in Directory.GetFiles($"/proc/{pid}/fd"))
        {
            if (new FileInfo(path).LinkTarget?.StartsWith("socket:", StringComparison.Ordinal) != true) continue;
            int copy = (int)Syscall(SYS_pidfd_getfd, process.Number, int.Parse(Path.GetFileName(path)), 0);
            if (copy < 0) continue;
            var socket = new FileDescriptor(copy);
            int domain, type, length = 4;
            bool fits = GetSockOpt(copy, 1, SO_DOMAIN, &domain, &length) == 0 && GetSockOpt(copy, 1, SO_TYPE, &type, &length) == 0
                && domain == 1 && type == 5 && Send(copy, "noise"u8.ToArray());
            if (fits) found.Add(socket);
            else socket.Dispose();
        }
        return found;
    }

    /// <summary>Sends a message with any number of descriptors; false when the socket takes none.</summary>
    public static bool Send(int socket, byte[] bytes, params int[] descriptors)
    {
        byte[] control = new byte[(16 + 4 * descriptors.Length + 7) & ~7];
        BitConverter.TryWriteBytes(control, (ulong)(16 + 4 * descriptors.Length));
        BitConverter.TryWriteBytes(control.AsSpan(8), 1); // SOL_SOCKET
        BitConverter.TryWriteBytes(control.AsSpan(12), 1); // SCM_RIGHTS
        MemoryMarshal.AsBytes<int>(descriptors).CopyTo(control.AsSpan(16));
        fixed (byte* p = bytes, c = control)
        {
            ulong* piece = stackalloc ulong[2] { (ulong)p, (ulong)bytes.Length }; // struct iovec
            bool any = descriptors.Length > 0;
            ulong* message = stackalloc ulong[7] { 0, 0, (ulong)piece, 1, any ? (ulong)c : 0, any ? (ulong)control.Length : 0, 0 }; // struct msghdr
            return SendMessage(socket, message, 0x4040 /* MSG_DONTWAIT, MSG_NOSIGNAL */) >= 0;
        }
    }

    private const int SYS_pidfd_open = 434, SYS_pidfd_getfd = 438, SO_TYPE = 3, SO_DOMAIN = 39;

    [LibraryImport("libc", EntryPoint = "syscall")]
    private static partial nint Syscall(nint call, nint a, nint b, nint c);

    [LibraryImport("libc", EntryPoint = "getsockopt")]
    private static partial int GetSockOpt(int fd, int level, int option, void* value, int* length);

    [LibraryImport("libc", EntryPoint = "sendmsg")]
    private static partial nint SendMessage(int fd, ulong* message, int flags);
}
