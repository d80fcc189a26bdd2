using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using Xunit;

namespace Manifold.ProcessTests.Harness;

/// <summary>The server closed the connection where a response was due.</summary>
internal sealed class ConnectionLostException(string message, bool anyByte, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>True when a part of the response had arrived.</summary>
    public bool AnyByte => anyByte;
}

/// <summary>One connection and the bytes on it: for tests that send exactly what they mean, and see exactly what comes back.</summary>
internal sealed class WireClient : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    private readonly Socket _socket;
    private readonly Stream _stream;
    private readonly byte[] _buffer = new byte[64 * 1024];
    private int _start;
    private int _end;

    private WireClient(Socket socket)
    {
        _socket = socket;
        _stream = new NetworkStream(socket);
    }

    private WireClient(WireClient plain, SslStream encrypted)
    {
        _socket = plain._socket;
        _stream = encrypted;
        Certificate = encrypted.RemoteCertificate!.Subject;
    }

    /// <summary>Requests answered on this connection.</summary>
    public int Answered { get; private set; }

    /// <summary>The subject of the server's certificate; empty when the connection is not encrypted.</summary>
    public string Certificate { get; } = "";

    public int LocalPort => ((IPEndPoint)_socket.LocalEndPoint!).Port;

    public static async Task<WireClient> Connect(int port, int receiveBuffer = 0)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (receiveBuffer > 0) socket.ReceiveBufferSize = receiveBuffer;
        try
        {
            using var patience = new CancellationTokenSource(s_patience);
            await socket.ConnectAsync(IPAddress.Loopback, port, patience.Token);
            return new WireClient(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>With TLS, for <paramref name="host"/>; any certificate will do. What goes wrong in the handshake is a lost connection.</summary>
    public static async Task<WireClient> ConnectTls(int port, string host = "localhost")
    {
        var client = await Connect(port);
        var stream = new SslStream(client._stream);
        try
        {
            using var patience = new CancellationTokenSource(s_patience);
            await stream.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions { TargetHost = host, RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null }, patience.Token);
            return new WireClient(client, stream);
        }
        catch (Exception e) when (e is IOException or AuthenticationException or OperationCanceledException)
        {
            client.Dispose();
            await stream.DisposeAsync();
            throw new ConnectionLostException("in the handshake: " + e.Message, anyByte: false, e);
        }
    }

    /// <summary>One request on a connection of its own.</summary>
    public static async Task<WireResponse> Get(int port, string path = "/", string headers = "")
    {
        using var client = await Connect(port);
        return await client.Ask(Request(path, headers: headers + "Connection: close\r\n"));
    }

    public static string Request(string path = "/", string method = "GET", string headers = "") =>
        $"{method} {path} HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n";

    public Task Send(string text) => Send(Encoding.Latin1.GetBytes(text));

    public async Task Send(ReadOnlyMemory<byte> bytes)
    {
        using var patience = new CancellationTokenSource(s_patience);
        try
        {
            await _stream.WriteAsync(bytes, patience.Token);
        }
        catch (IOException e)
        {
            throw new ConnectionLostException("nothing could be sent: " + e.Message, anyByte: false, e);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"the server took nothing for {s_patience.TotalSeconds} s");
        }
    }

    /// <summary>Sends a request and receives the response to it.</summary>
    public async Task<WireResponse> Ask(string request, bool head = false)
    {
        await Send(request);
        return await Receive(head);
    }

    /// <summary>
    /// Asks for the page until an answer says that it is the last one: what tells of a restart says so when the new generation serves, and an old child
    /// hears a moment later that it is to leave.
    /// </summary>
    public async Task<WireResponse> AskUntilItCloses()
    {
        var patience = Stopwatch.StartNew();
        for (;;)
        {
            var response = await Ask(Request());
            Assert.Equal(Content.Index, response.Body);
            if (response.ClosesConnection || patience.Elapsed > s_patience) return response;
        }
    }

    /// <summary>Receives one response; <paramref name="head"/> when it answers HEAD. Interim responses are returned like others.</summary>
    public async Task<WireResponse> Receive(bool head = false)
    {
        string statusLine = await ReceiveLine();
        string[] words = statusLine.Split(' ', 3);
        if (words.Length < 2 || !words[0].StartsWith("HTTP/1.", StringComparison.Ordinal) || !int.TryParse(words[1], out int status))
            throw new InvalidDataException($"not a status line: \"{statusLine}\"");
        var headers = new List<(string Name, string Value)>();
        for (string line = await ReceiveLine(); line.Length > 0; line = await ReceiveLine())
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon < 1) throw new InvalidDataException($"not a header field: \"{line}\"");
            headers.Add((line[..colon], line[(colon + 1)..].Trim()));
        }
        var response = new WireResponse(status, statusLine, headers, []);
        byte[] body = head || status is 204 or 304 or < 200 ? [] : await ReceiveBody(response);
        if (status >= 200) Answered++;
        return response with { Body = body };
    }

    /// <summary>Receives what there is up to the end of the connection; a reset counts as the end.</summary>
    public async Task<byte[]> ReceiveToEnd()
    {
        var all = new MemoryStream();
        try
        {
            do
            {
                all.Write(_buffer, _start, _end - _start);
                _start = _end;
            }
            while (await Fill());
        }
        catch (ConnectionLostException)
        {
        }
        return all.ToArray();
    }

    /// <summary>Takes at most <paramref name="most"/> bytes; for readers that take their time.</summary>
    public async Task<int> ReceiveSome(Memory<byte> most)
    {
        if (_start == _end && !await Fill()) return 0;
        int n = Math.Min(most.Length, _end - _start);
        _buffer.AsMemory(_start, n).CopyTo(most);
        _start += n;
        return n;
    }

    /// <summary>Waits until a part of the response is here, and takes nothing of it.</summary>
    public async Task WaitForBytes()
    {
        if (_start == _end && !await Fill()) throw new ConnectionLostException("the connection ended where a response was due", anyByte: false);
    }

    /// <summary>True when the server closes the connection, without another byte, before <see cref="WaitFor.Long"/> is over.</summary>
    public async Task<bool> IsClosedByServer() => (await ReceiveToEnd()).Length == 0;

    /// <summary>Our half is closed; the server's stays open.</summary>
    public void EndSending() => _socket.Shutdown(SocketShutdown.Send);

    /// <summary>Leaves without a word: the server gets a reset.</summary>
    public void Vanish() => _socket.Close(0);

    public void Dispose()
    {
        _socket.Dispose();
        _stream.Dispose();
    }

    private async Task<byte[]> ReceiveBody(WireResponse response)
    {
        if (string.Equals(response.Header("Transfer-Encoding"), "chunked", StringComparison.OrdinalIgnoreCase)) return await ReceiveChunks();
        if (response.Header("Content-Length") is { } length) return await ReceiveExactly(int.Parse(length, CultureInfo.InvariantCulture));
        if (!response.ClosesConnection) throw new InvalidDataException("a response without length on a connection that stays open: " + response.StatusLine);
        return await ReceiveToEnd();
    }

    private async Task<byte[]> ReceiveChunks()
    {
        var body = new MemoryStream();
        for (;;)
        {
            int size = int.Parse((await ReceiveLine()).Split(';')[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            body.Write(await ReceiveExactly(size));
            string end = await ReceiveLine();
            if (size == 0)
            {
                while (end.Length > 0) end = await ReceiveLine(); // trailers
                return body.ToArray();
            }
            if (end.Length > 0) throw new InvalidDataException("a chunk does not end where it should");
        }
    }

    private async Task<byte[]> ReceiveExactly(int count)
    {
        byte[] bytes = new byte[count];
        for (int done = 0; done < count;)
        {
            int n = await ReceiveSome(bytes.AsMemory(done));
            if (n == 0) throw new ConnectionLostException($"the connection ended after {done} of {count} bytes of a body", anyByte: true);
            done += n;
        }
        return bytes;
    }

    private async Task<string> ReceiveLine()
    {
        var line = new StringBuilder();
        for (;;)
        {
            int end = Array.IndexOf(_buffer, (byte)'\n', _start, _end - _start);
            int upTo = end < 0 ? _end : end;
            line.Append(Encoding.Latin1.GetString(_buffer, _start, upTo - _start));
            _start = end < 0 ? _end : end + 1;
            if (end >= 0) return line.ToString().TrimEnd('\r');
            if (!await Fill()) throw new ConnectionLostException($"the server closed the connection where a line was due; it began \"{line}\"", line.Length > 0);
        }
    }

    private async Task<bool> Fill()
    {
        using var patience = new CancellationTokenSource(s_patience);
        try
        {
            _start = 0;
            _end = 0;
            _end = await _stream.ReadAsync(_buffer.AsMemory(), patience.Token);
            return _end > 0;
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"nothing came from the server for {s_patience.TotalSeconds} s");
        }
        catch (IOException e)
        {
            throw new ConnectionLostException("the connection was reset: " + (e.InnerException as SocketException)?.SocketErrorCode, anyByte: false, e);
        }
    }
}
