using System.Net;
using System.Runtime.InteropServices;

namespace Manifold.Os;

/// <summary>
/// A listening TCP socket. The master creates and owns it; children inherit it. Non-blocking in every process that shares it: a readable
/// socket may have lost its connection again before anyone accepts it.
/// </summary>
internal sealed partial class ListeningSocket : IDisposable
{
    private readonly FileDescriptor _fd;
    private bool _letsNobodyIn;

    private ListeningSocket(FileDescriptor fd, IPEndPoint local, string protocol)
    {
        _fd = fd;
        Local = local;
        Protocol = protocol;
    }

    public IPEndPoint Local { get; }

    /// <summary>"http" or "https".</summary>
    public string Protocol { get; }

    public int Number => _fd.Number;

    /// <summary>True when the address is one of this machine's, not the wildcard: then every accepted connection's local address is known.</summary>
    public bool IsExact => !Local.Address.Equals(IPAddress.Any) && !Local.Address.Equals(IPAddress.IPv6Any);

    /// <summary>How a listening socket is set up; sizes in bytes, 0 = the system's.</summary>
    public readonly record struct Setup(int Backlog, int SendBuffer, int ReceiveBuffer, bool ReusePort, int DeferAcceptSeconds);

    /// <summary>Opens a socket or throws with what could not be done: "(98)Address already in use: AH00072: make_sock: ...".</summary>
    public static unsafe ListeningSocket Open(IPEndPoint local, string protocol, Setup setup)
    {
        bool v6 = local.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6;
        int number = Socket(v6 ? SockAddr.AF_INET6 : SockAddr.AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        if (number < 0) throw OsException.Last($"AH00069: make_sock: could not open a socket for {Describe(local)}");
        var fd = new FileDescriptor(number);
        try
        {
            SetOption(number, SOL_SOCKET, SO_REUSEADDR, 1);
            SetOption(number, SOL_SOCKET, SO_KEEPALIVE, 1);
            SetOption(number, IPPROTO_TCP, TCP_NODELAY, 1);
            if (v6) SetOption(number, IPPROTO_IPV6, IPV6_V6ONLY, local.Address.Equals(IPAddress.IPv6Any) ? 0 : 1);
            if (setup.ReusePort) SetOption(number, SOL_SOCKET, SO_REUSEPORT, 1);
            if (setup.SendBuffer > 0) SetOption(number, SOL_SOCKET, SO_SNDBUF, setup.SendBuffer);
            if (setup.ReceiveBuffer > 0) SetOption(number, SOL_SOCKET, SO_RCVBUF, setup.ReceiveBuffer);
            if (setup.DeferAcceptSeconds > 0) SetOption(number, IPPROTO_TCP, TCP_DEFER_ACCEPT, setup.DeferAcceptSeconds);
            byte* address = stackalloc byte[SockAddr.Longest];
            int length = SockAddr.Write(local, new Span<byte>(address, SockAddr.Longest));
            if (Bind(number, address, length) < 0) throw OsException.Last($"AH00072: make_sock: could not bind to address {Describe(local)}");
            if (Listen(number, setup.Backlog) < 0) throw OsException.Last($"AH00073: make_sock: unable to listen on {Describe(local)}");
            return new ListeningSocket(fd, local, protocol);
        }
        catch
        {
            fd.Dispose();
            throw;
        }
    }

    /// <summary>The socket of an inherited descriptor.</summary>
    public static ListeningSocket Inherited(int number, IPEndPoint local, string protocol) =>
        new(FileDescriptor.Inherited(number), local, protocol);

    /// <summary>What is known of a socket that is no more.</summary>
    public static ListeningSocket Closed(IPEndPoint local, string protocol) => new(new FileDescriptor(-1), local, protocol);

    /// <summary>False when it has been closed.</summary>
    public bool IsOpen => _fd is { IsInvalid: false, IsClosed: false };

    /// <summary>The number of a second descriptor for a listening socket; the caller owns it.</summary>
    public static int Duplicate(int number) => FileDescriptor.Duplicate(number);

    /// <summary>Takes one connection without waiting. Returns its descriptor (close-on-exec) or -errno.</summary>
    public unsafe int Accept(Span<byte> peer)
    {
        fixed (byte* address = peer)
        {
            int length = peer.Length;
            int fd = Accept4(_fd.Number, address, &length, SOCK_CLOEXEC);
            return fd >= 0 ? fd : -Errno.Last;
        }
    }

    /// <summary>
    /// Lets no further connection in, while those that have begun still complete and those that wait to be accepted stay: a filter drops
    /// what opens a connection (SYN). The queue empties as children accept (<see cref="Waiting"/>); then the socket can be closed and
    /// nothing is lost.
    /// </summary>
    public unsafe void LetNobodyIn()
    {
        // struct sock_filter { u16 code; u8 jt; u8 jf; u32 k; }: load the byte with the TCP flags; SYN set: drop, else accept.
        ulong* filter = stackalloc ulong[4] { 0x0000_000D_0000_0030, 0x0000_0002_0100_0045, 0x0000_0000_0000_0006, 0xFFFF_FFFF_0000_0006 };
        nint* program = stackalloc nint[2]; // struct sock_fprog { unsigned short len; struct sock_filter *filter; }
        program[0] = 4;
        program[1] = (nint)filter;
        _letsNobodyIn = SetSockOpt(_fd.Number, SOL_SOCKET, SO_ATTACH_FILTER, program, 16) == 0;
    }

    /// <summary>Takes <see cref="LetNobodyIn"/> back.</summary>
    public void LetIn()
    {
        if (_letsNobodyIn) SetOption(_fd.Number, SOL_SOCKET, SO_DETACH_FILTER, 0);
        _letsNobodyIn = false;
    }

    /// <summary>
    /// Whether further sockets of the same account may have the same address. Every socket of an address must allow it before another one is
    /// bound; the kernel takes it from a socket that listens already, too.
    /// </summary>
    public void ShareAddress(bool share) => SetOption(_fd.Number, SOL_SOCKET, SO_REUSEPORT, share ? 1 : 0);

    /// <summary>Connections that wait to be accepted; 0 when the kernel does not say.</summary>
    public unsafe int Waiting()
    {
        byte* info = stackalloc byte[104];
        int length = 104;
        return GetSockOpt(_fd.Number, IPPROTO_TCP, TCP_INFO, info, &length) == 0 ? *(int*)(info + TcpInfoUnacked) : 0;
    }

    public void Dispose() => _fd.Dispose();

    /// <summary>"127.0.0.1:80" or "[::]:80", as httpd prints it.</summary>
    public static string Describe(IPEndPoint point) => point.ToString();

    private static unsafe void SetOption(int fd, int level, int option, int value)
    {
        if (SetSockOpt(fd, level, option, &value, 4) < 0) throw OsException.Last($"setsockopt({level}, {option}, {value})");
    }

    private const int SOCK_STREAM = 1, SOCK_NONBLOCK = 0x800, SOCK_CLOEXEC = 0x80000;
    private const int SOL_SOCKET = 1, SO_REUSEADDR = 2, SO_SNDBUF = 7, SO_RCVBUF = 8, SO_KEEPALIVE = 9, SO_REUSEPORT = 15, SO_ATTACH_FILTER = 26, SO_DETACH_FILTER = 27;
    private const int IPPROTO_TCP = 6, TCP_NODELAY = 1, TCP_DEFER_ACCEPT = 9, TCP_INFO = 11, IPPROTO_IPV6 = 41, IPV6_V6ONLY = 26;
    private const int TcpInfoUnacked = 24; // offset of tcpi_unacked in struct tcp_info: for a listener the length of its queue

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    private static partial int Socket(int domain, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "bind", SetLastError = true)]
    private static unsafe partial int Bind(int fd, byte* address, int length);

    [LibraryImport("libc", EntryPoint = "listen", SetLastError = true)]
    private static partial int Listen(int fd, int backlog);

    [LibraryImport("libc", EntryPoint = "accept4", SetLastError = true)]
    private static unsafe partial int Accept4(int fd, byte* address, int* length, int flags);

    [LibraryImport("libc", EntryPoint = "setsockopt", SetLastError = true)]
    private static unsafe partial int SetSockOpt(int fd, int level, int option, void* value, int length);

    [LibraryImport("libc", EntryPoint = "getsockopt", SetLastError = true)]
    private static unsafe partial int GetSockOpt(int fd, int level, int option, void* value, int* length);
}
