using System.Collections.Concurrent;
using System.Net.Sockets;

namespace Manifold.ProcessTests.Harness;

/// <summary>
/// Busy connections, kept alive or with a request each. Each sends numbered requests one after the other and checks each response. Every request that was sent is
/// counted exactly once: answered, or failed with a reason. Nothing is ever sent again: a request that dies on a reused connection before
/// the first byte of a response is a failed request. Only a connection that was refused before anything was sent counts as refused.
/// </summary>
internal sealed class LoadClient : IAsyncDisposable
{
    // Where each connection makes a process, a busy machine takes its time.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly int _port;
    private readonly bool _tls;
    private readonly string _path;
    private readonly byte[] _expected;
    private readonly TimeSpan _pause;
    private readonly string _headers;
    private readonly ConcurrentBag<int> _answered = [];
    private readonly ConcurrentBag<string> _failures = [];
    private readonly Task[] _connections;
    private volatile bool _ending;
    private int _sent;
    private int _refused;
    private int _connects;

    /// <summary>Starts <paramref name="connections"/> clients. Between two requests each pauses a moment, so that idle ones are met too.
    /// With <paramref name="closing"/> each request has a connection of its own, with <paramref name="tls"/> it is encrypted.</summary>
    public LoadClient(int port, int connections, string path = "/", byte[]? expected = null, int pauseMs = 2, bool closing = false, bool tls = false)
    {
        _tls = tls;
        _port = port;
        _path = path;
        _expected = expected ?? Content.Index;
        _headers = closing ? "Connection: close\r\n" : "";
        _pause = TimeSpan.FromMilliseconds(pauseMs);
        _connections = [.. Enumerable.Range(0, connections).Select(_ => Task.Run(Run))];
    }

    /// <summary>Requests sent so far.</summary>
    public int Sent => Volatile.Read(ref _sent);

    /// <summary>Connections that were refused: nothing was sent on them.</summary>
    public int Refused => Volatile.Read(ref _refused);

    /// <summary>Connections opened so far.</summary>
    public int Connects => Volatile.Read(ref _connects);

    /// <summary>Numbers of the requests that were answered as they should be.</summary>
    public IReadOnlyCollection<int> Answered => _answered;

    public IReadOnlyCollection<string> Failures => _failures;

    /// <summary>True while clients are at work.</summary>
    public bool IsRunning => !Array.TrueForAll(_connections, c => c.IsCompleted);

    /// <summary>Waits until so many further requests were answered.</summary>
    public Task Answers(int more)
    {
        int target = _answered.Count + more;
        return WaitFor.Condition(() => _answered.Count >= target || !_failures.IsEmpty, () => $"{more} more answers; {this}", s_patience);
    }

    /// <summary>Lets every client finish the request it is at.</summary>
    public async Task End()
    {
        _ending = true;
        await Task.WhenAll(_connections);
        if (_answered.Count + _failures.Count != Sent) throw new InvalidOperationException("a request was not counted exactly once: " + this);
    }

    /// <summary>Ends and throws unless every request was answered.</summary>
    public async Task EndWithoutLoss()
    {
        await End();
        if (!_failures.IsEmpty || _answered.IsEmpty) throw new InvalidOperationException("requests were lost: " + this);
    }

    public override string ToString() =>
        $"{Sent} requests sent on {Connects} connections, {_answered.Count} answered, {_failures.Count} failed, {Refused} connections refused"
        + string.Concat(_failures.GroupBy(f => f).Select(g => $"\n  {g.Count()} x {g.Key}"));

    public async ValueTask DisposeAsync()
    {
        _ending = true;
        await Task.WhenAll(_connections);
    }

    private async Task Run()
    {
        while (!_ending)
        {
            WireClient connection;
            try
            {
                connection = await (_tls ? WireClient.ConnectTls(_port) : WireClient.Connect(_port));
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException)
            {
                Interlocked.Increment(ref _refused);
                await Task.Delay(20);
                continue;
            }
            catch (ConnectionLostException e)
            {
                Interlocked.Increment(ref _sent); // the request that will never be sent
                Fail(e.Message);
                continue;
            }
            Interlocked.Increment(ref _connects);
            using (connection) await Use(connection);
        }
    }

    private async Task Use(WireClient connection)
    {
        while (!_ending)
        {
            int number = Interlocked.Increment(ref _sent);
            try
            {
                var response = await connection.Ask(WireClient.Request($"{_path}?n={number}", headers: _headers));
                if (response.Status != 200) Fail($"status {response.StatusLine}");
                else if (!response.Body.AsSpan().SequenceEqual(_expected)) Fail($"a body of {response.Body.Length} bytes that is not the file's");
                else _answered.Add(number);
                if (response.ClosesConnection) return;
            }
            catch (Exception e) when (e is ConnectionLostException or SocketException or TimeoutException or InvalidDataException)
            {
                string where = connection.Answered == 0 ? "on a new connection" : "on a reused connection";
                Fail($"{where}: {e.Message}");
                return;
            }
            if (_pause > TimeSpan.Zero) await Task.Delay(_pause);
        }
    }

    private void Fail(string reason) => _failures.Add(reason);
}
