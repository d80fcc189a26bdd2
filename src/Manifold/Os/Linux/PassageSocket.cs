using System.Runtime.InteropServices;

namespace Manifold.Os;

/// <summary>
/// A one-way Unix socket (SOCK_SEQPACKET) on which descriptors travel between processes, each in one message with the bytes that belong to
/// it. Message boundaries are kept; the kernel wakes one receiver for a message. Nothing here waits.
/// </summary>
internal static partial class PassageSocket
{
    /// <summary>Room for all messages under way, as far as the system grants it.</summary>
    private const int BufferSize = 4 * 1024 * 1024;

    /// <summary>Descriptors that one message can carry (SCM_MAX_FD): room for all of them, so that every one can be closed.</summary>
    private const int MostDescriptors = 253, HeaderSize = 16, ControlSize = HeaderSize + MostDescriptors * 4 + 4 + 64;

    /// <summary>Makes a pair. What is written at the sending end is read at the receiving end; nothing goes the other way.</summary>
    public static unsafe (FileDescriptor Receiver, FileDescriptor Sender) Create()
    {
        int* ends = stackalloc int[2];
        if (SocketPair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) < 0) throw OsException.Last("socketpair");
        var (receiver, sender) = (new FileDescriptor(ends[0]), new FileDescriptor(ends[1]));
        int size = BufferSize;
        if (SetSockOpt(sender.Number, SOL_SOCKET, SO_SNDBUFFORCE, &size, 4) < 0) _ = SetSockOpt(sender.Number, SOL_SOCKET, SO_SNDBUF, &size, 4);
        if (Shutdown(sender.Number, SHUT_RD) == 0) return (receiver, sender);
        var failure = OsException.Last("shutdown");
        receiver.Dispose();
        sender.Dispose();
        throw failure;
    }

    /// <summary>Sends a descriptor with two pieces of bytes as one message. 0 or -errno; EAGAIN = the socket is full.</summary>
    public static unsafe int Send(FileDescriptor to, int descriptor, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        ulong* control = stackalloc ulong[3]; // struct cmsghdr with one descriptor, padded
        control[0] = HeaderSize + 4;
        ((int*)control)[2] = SOL_SOCKET;
        ((int*)control)[3] = SCM_RIGHTS;
        ((int*)control)[4] = descriptor;
        fixed (byte* a = first, b = second)
        {
            Piece* pieces = stackalloc Piece[2] { new Piece(a, first.Length), new Piece(b, second.Length) };
            var message = new Message { Pieces = pieces, PieceCount = 2, Control = control, ControlLength = 24 };
            return SendMessage(to, &message, MSG_DONTWAIT | MSG_NOSIGNAL) >= 0 ? 0 : -Errno.Last;
        }
    }

    /// <summary>
    /// Takes one message. Returns its length or -errno; <see cref="HasEnded"/> tells an empty message from the end. The descriptor is -1
    /// when the message did not carry exactly one, or was longer than <paramref name="into"/>; whatever it carried is closed then.
    /// </summary>
    public static unsafe int Receive(FileDescriptor from, Span<byte> into, out int descriptor)
    {
        descriptor = -1;
        byte* control = stackalloc byte[ControlSize];
        fixed (byte* p = into)
        {
            var piece = new Piece(p, into.Length);
            var message = new Message { Pieces = &piece, PieceCount = 1, Control = control, ControlLength = ControlSize };
            nint n = ReceiveMessage(from, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
            if (n < 0) return -Errno.Last;
            bool whole = (message.Flags & (MSG_TRUNC | MSG_CTRUNC)) == 0;
            foreach (int fd in Descriptors(new ReadOnlySpan<byte>(control, (int)message.ControlLength), out int count))
            {
                if (count == 1 && whole) descriptor = fd;
                else ConnectionSocket.Close(fd);
            }
            return (int)n;
        }
    }

    /// <summary>True when no sender is left and no message waits.</summary>
    public static unsafe bool HasEnded(FileDescriptor receiver)
    {
        Span<Poll.Entry> entry = [new Poll.Entry(receiver.Number, Ready.None)];
        if (Poll.Wait(entry, 0) == 0 || (entry[0].Found & Ready.HangUp) == 0) return false;
        int waiting;
        return Ioctl(receiver, FIONREAD, &waiting) == 0 && waiting == 0;
    }

    private static ReadOnlySpan<int> Descriptors(ReadOnlySpan<byte> control, out int count)
    {
        int[] found = new int[MostDescriptors];
        count = 0;
        while (control.Length >= HeaderSize)
        {
            int length = (int)Math.Min(BitConverter.ToUInt64(control), (ulong)control.Length);
            if (length < HeaderSize) break;
            if (BitConverter.ToInt32(control[8..]) == SOL_SOCKET && BitConverter.ToInt32(control[12..]) == SCM_RIGHTS)
            {
                var numbers = MemoryMarshal.Cast<byte, int>(control[HeaderSize..length]);
                numbers.CopyTo(found.AsSpan(count));
                count += numbers.Length;
            }
            control = control[Math.Min((length + 7) & ~7, control.Length)..];
        }
        return found.AsSpan(0, count);
    }

    /// <summary>struct iovec.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private unsafe readonly struct Piece(byte* start, int length)
    {
        public readonly byte* Start = start;
        public readonly nuint Length = (nuint)length;
    }

    /// <summary>struct msghdr of 64-bit Linux.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private unsafe struct Message
    {
        public void* Name;
        public ulong NameLength;
        public Piece* Pieces;
        public nuint PieceCount;
        public void* Control;
        public nuint ControlLength;
        public int Flags;
    }

    private const int AF_UNIX = 1, SOCK_SEQPACKET = 5, SOCK_NONBLOCK = 0x800, SOCK_CLOEXEC = 0x80000, SHUT_RD = 0;
    private const int SOL_SOCKET = 1, SCM_RIGHTS = 1, SO_SNDBUF = 7, SO_SNDBUFFORCE = 32;
    private const int MSG_CTRUNC = 8, MSG_TRUNC = 0x20, MSG_DONTWAIT = 0x40, MSG_NOSIGNAL = 0x4000, MSG_CMSG_CLOEXEC = 0x40000000;
    private const nuint FIONREAD = 0x541B;

    [LibraryImport("libc", EntryPoint = "socketpair", SetLastError = true)]
    private static unsafe partial int SocketPair(int domain, int type, int protocol, int* ends);

    [LibraryImport("libc", EntryPoint = "setsockopt", SetLastError = true)]
    private static unsafe partial int SetSockOpt(int fd, int level, int option, void* value, int length);

    [LibraryImport("libc", EntryPoint = "shutdown", SetLastError = true)]
    private static partial int Shutdown(int fd, int how);

    [LibraryImport("libc", EntryPoint = "sendmsg", SetLastError = true)]
    private static unsafe partial nint SendMessage(FileDescriptor fd, Message* message, int flags);

    [LibraryImport("libc", EntryPoint = "recvmsg", SetLastError = true)]
    private static unsafe partial nint ReceiveMessage(FileDescriptor fd, Message* message, int flags);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static unsafe partial int Ioctl(FileDescriptor fd, nuint request, int* value);
}
