using System.Net;
using System.Runtime.InteropServices;

namespace Manifold.Os;

/// <summary>
/// A listening TCP socket. The master creates and owns it; a child gets its own handle for it when it is ready for it
/// (<see cref="HeritageTransport"/>). Non-blocking in every process: a readable socket may have lost its connection again before anyone accepts it.
/// </summary>
internal sealed unsafe partial class ListeningSocket : IDisposable
{
    private int _socket;

    private ListeningSocket(nint socket, IPEndPoint local, string protocol)
    {
        _socket = (int)socket;
        Local = local;
        Protocol = protocol;
    }

    public IPEndPoint Local { get; }

    /// <summary>"http" or "https".</summary>
    public string Protocol { get; }

    public int Number => _socket;

    /// <summary>True when the address is one of this machine's, not the wildcard: then every accepted connection's local address is known.</summary>
    public bool IsExact => !Local.Address.Equals(IPAddress.Any) && !Local.Address.Equals(IPAddress.IPv6Any);

    /// <summary>How a listening socket is set up; sizes in bytes, 0 = the system's. The last two are not there on Windows.</summary>
    public readonly record struct Setup(int Backlog, int SendBuffer, int ReceiveBuffer, bool ReusePort, int DeferAcceptSeconds);

    /// <summary>
    /// Opens a socket or throws with what could not be done. Nobody else can have the address then: Windows would else let another program take
    /// the connections away.
    /// </summary>
    public static ListeningSocket Open(IPEndPoint local, string protocol, Setup setup)
    {
        bool v6 = local.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6;
        nint socket = Winsock.Open(v6 ? SockAddr.AF_INET6 : SockAddr.AF_INET, SOCK_STREAM, IPPROTO_TCP, null, 0, Winsock.Overlapped | Winsock.NoInherit);
        if (socket == -1) throw OsException.Last($"AH00069: make_sock: could not open a socket for {Describe(local)}");
        try
        {
            SetOption(socket, SOL_SOCKET, SO_EXCLUSIVEADDRUSE, 1);
            SetOption(socket, SOL_SOCKET, SO_KEEPALIVE, 1);
            SetOption(socket, IPPROTO_TCP, TCP_NODELAY, 1);
            if (v6) SetOption(socket, IPPROTO_IPV6, IPV6_V6ONLY, local.Address.Equals(IPAddress.IPv6Any) ? 0 : 1);
            if (setup.SendBuffer > 0) SetOption(socket, SOL_SOCKET, SO_SNDBUF, setup.SendBuffer);
            if (setup.ReceiveBuffer > 0) SetOption(socket, SOL_SOCKET, SO_RCVBUF, setup.ReceiveBuffer);
            byte* address = stackalloc byte[SockAddr.Longest];
            int length = SockAddr.Write(local, new Span<byte>(address, SockAddr.Longest));
            if (Bind(socket, address, length) != 0) throw OsException.Last($"AH00072: make_sock: could not bind to address {Describe(local)}");
            if (Listen(socket, setup.Backlog) != 0) throw OsException.Last($"AH00073: make_sock: unable to listen on {Describe(local)}");
            Winsock.SetNonBlocking(socket);
            return new ListeningSocket(socket, local, protocol);
        }
        catch
        {
            _ = Winsock.Close(socket);
            throw;
        }
    }

    /// <summary>The socket that the master has given to this process.</summary>
    public static ListeningSocket Inherited(int number, IPEndPoint local, string protocol) =>
        new(number == HeritageTransport.SocketComes ? HeritageTransport.TakeSocket() : number, local, protocol);

    /// <summary>What is known of a socket that is no more.</summary>
    public static ListeningSocket Closed(IPEndPoint local, string protocol) => new(-1, local, protocol);

    /// <summary>False when it has been closed.</summary>
    public bool IsOpen => _socket != -1;

    /// <summary>The number of a second handle for a listening socket; the caller owns it.</summary>
    public static int Duplicate(int number)
    {
        byte* info = stackalloc byte[Winsock.ProtocolInfoSize];
        return Winsock.ToProtocolInfo(number, Environment.ProcessId, info) ? (int)Winsock.FromProtocolInfo(info) : throw OsException.Last("WSADuplicateSocket");
    }

    /// <summary>Takes one connection without waiting. Returns its socket or -errno.</summary>
    public int Accept(Span<byte> peer)
    {
        fixed (byte* address = peer)
        {
            int length = peer.Length;
            nint socket = AcceptCall(_socket, address, &length);
            if (socket == -1) return -Errno.Last;
            _ = Kernel.SetInformation(socket, Kernel.HANDLE_FLAG_INHERIT, 0);
            Winsock.SetNonBlocking(socket);
            int on = 1;
            _ = Winsock.SetOption(socket, IPPROTO_TCP, TCP_NODELAY, &on, 4);
            return (int)socket;
        }
    }

    /// <summary>Windows cannot let nobody in and keep those who wait: who comes now still gets into the queue.</summary>
    public void LetNobodyIn() => _ = _socket;

    /// <summary>Takes <see cref="LetNobodyIn"/> back.</summary>
    public void LetIn() => _ = _socket;

    /// <summary>Whether further sockets may have the same address. They may not.</summary>
    public void ShareAddress(bool share) => _ = (_socket, share);

    /// <summary>Connections that wait to be accepted: 1 stands for any number.</summary>
    public int Waiting()
    {
        Span<Poll.Entry> entry = [new Poll.Entry(_socket, Ready.In)];
        return _socket != -1 && Poll.Wait(entry, 0) > 0 ? 1 : 0;
    }

    public void Dispose()
    {
        if (_socket != -1) _ = Winsock.Close(_socket);
        _socket = -1;
    }

    /// <summary>"127.0.0.1:80" or "[::]:80", as httpd prints it.</summary>
    public static string Describe(IPEndPoint point) => point.ToString();

    private static void SetOption(nint socket, int level, int option, int value)
    {
        if (Winsock.SetOption(socket, level, option, &value, 4) != 0) throw OsException.Last($"setsockopt({level}, {option}, {value})");
    }

    private const int SOCK_STREAM = 1, SOL_SOCKET = 0xFFFF, SO_KEEPALIVE = 8, SO_SNDBUF = 0x1001, SO_RCVBUF = 0x1002, SO_EXCLUSIVEADDRUSE = ~4;
    private const int IPPROTO_TCP = 6, TCP_NODELAY = 1, IPPROTO_IPV6 = 41, IPV6_V6ONLY = 27;

    [LibraryImport("ws2_32", EntryPoint = "bind", SetLastError = true)]
    private static partial int Bind(nint socket, byte* address, int length);

    [LibraryImport("ws2_32", EntryPoint = "listen", SetLastError = true)]
    private static partial int Listen(nint socket, int backlog);

    [LibraryImport("ws2_32", EntryPoint = "accept", SetLastError = true)]
    private static partial nint AcceptCall(nint socket, byte* address, int* length);
}
