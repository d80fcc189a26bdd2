using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using Xunit;

namespace Manifold.UnitTests.Connections;

/// <summary>A client that speaks TLS, and decides how its records come into packets.</summary>
internal sealed class TlsClient : IDisposable
{
    private readonly Packets _packets;
    private readonly SslStream _stream;

    /// <summary>The handshake, when it is made.</summary>
    public TlsClient(Socket socket, string host = "a.example", SslProtocols protocols = SslProtocols.None, bool inSingleBytes = false, string? alpn = null)
    {
        Socket = socket;
        socket.NoDelay = true;
        _packets = new Packets(socket) { InSingleBytes = inSingleBytes };
        _stream = new SslStream(_packets);
        _stream.AuthenticateAsClient(new SslClientAuthenticationOptions
        {
            TargetHost = host,
            EnabledSslProtocols = protocols,
            ApplicationProtocols = alpn is null ? null : [new SslApplicationProtocol(alpn)],
            RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null,
        });
    }

    public Socket Socket { get; }

    /// <summary>What a client says first.</summary>
    public static byte[] FirstMessage()
    {
        using var server = new Socket(SocketType.Stream, ProtocolType.Tcp);
        server.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        server.Listen();
        using var client = new Socket(SocketType.Stream, ProtocolType.Tcp);
        client.Connect(server.LocalEndPoint!);
        using var accepted = server.Accept();
        var handshake = Task.Run(() => new TlsClient(client));
        byte[] bytes = new byte[4096];
        int n = accepted.Receive(bytes);
        accepted.Shutdown(SocketShutdown.Send);
        Assert.ThrowsAny<Exception>(() => handshake.GetAwaiter().GetResult());
        return bytes[..n];
    }

    /// <summary>The kind of the last record that has come. A client of TLS 1.2 sees it; later versions hide it.</summary>
    public byte LastRecord => _packets.LastRecord();

    public string Subject => _stream.RemoteCertificate!.Subject;

    /// <summary>Each in a record of its own, all of them in one packet.</summary>
    public void Send(params string[] records)
    {
        _packets.IsHolding = true;
        foreach (string record in records) _stream.Write(Encoding.ASCII.GetBytes(record));
        _packets.Release();
    }

    /// <summary>Reads until <paramref name="end"/> has come; when that is empty, to the end of the stream.</summary>
    public string Receive(string end)
    {
        var text = new StringBuilder();
        byte[] buffer = new byte[65536];
        while (end.Length == 0 || !text.ToString().EndsWith(end, StringComparison.Ordinal))
        {
            int n = Receive(buffer);
            if (n == 0) break;
            text.Append(Encoding.ASCII.GetString(buffer, 0, n));
        }
        return text.ToString();
    }

    public int Receive(Span<byte> buffer) => _stream.Read(buffer);

    /// <summary>close_notify, and the client's half of the connection ends.</summary>
    public void SayGoodbye()
    {
        _stream.ShutdownAsync().GetAwaiter().GetResult();
        Socket.Shutdown(SocketShutdown.Send);
    }

    public void Dispose()
    {
        Socket.Dispose(); // first: the end comes without close_notify
        _stream.Dispose();
    }

    private sealed class Packets(Socket socket) : NetworkStream(socket)
    {
        private readonly List<byte> _held = [];
        private readonly List<byte> _received = [];

        public bool IsHolding { get; set; }

        public bool InSingleBytes { get; init; }

        public override int Read(byte[] buffer, int offset, int count)
        {
            int n = Socket.Receive(buffer, offset, count, SocketFlags.None);
            _received.AddRange(buffer.AsSpan(offset, n));
            return n;
        }

        public override int Read(Span<byte> buffer)
        {
            int n = Socket.Receive(buffer);
            _received.AddRange(buffer[..n]);
            return n;
        }

        public byte LastRecord()
        {
            byte last = 0;
            for (int at = 0; at + 5 <= _received.Count; at += 5 + _received[at + 3] * 256 + _received[at + 4]) last = _received[at];
            return last;
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            if (IsHolding) _held.AddRange(buffer);
            else if (!InSingleBytes) Socket.Send(buffer);
            else for (int i = 0; i < buffer.Length; i++) Socket.Send(buffer.Slice(i, 1));
        }

        public void Release()
        {
            IsHolding = false;
            Write(_held.ToArray());
            _held.Clear();
        }
    }
}
