using System.Diagnostics;
using System.Net.Sockets;

namespace Manifold.Bench;

/// <summary>
/// Sends requests at a fixed rate over connections that are open, whatever the server does, and takes the latency of each from the moment when it
/// was due. Runs on the calling thread and allocates nothing while it sends. h2load keeps a rate too, but measures from the sending.
/// </summary>
internal sealed class OpenLoop(Peer peer, Crowd crowd, CancellationToken stop)
{
    private const double Grace = 2; // seconds after the last request is due

    private readonly IReadOnlyList<Socket> _sockets = crowd.Sockets;
    private readonly byte[] _request = Crowd.Request(Site.Index), _buffer = new byte[16384];
    private readonly int[] _missing = new int[crowd.Sockets.Count]; // bytes of the answer that are still to come

    /// <summary>Returns the latencies in milliseconds, sorted. Throws when an answer is lost, late, or not the one expected.</summary>
    /// <param name="rate">Requests a second.</param>
    /// <param name="seconds">For how long.</param>
    public double[] Run(double rate, double seconds)
    {
        long total = (long)(rate * seconds);
        var schedule = new Schedule(_sockets.Count, total, 1e9 / rate);
        using var readiness = new Readiness(_sockets);
        long started = Stopwatch.GetTimestamp();
        double end = (seconds + Grace) * 1e9;
        while (!schedule.IsDone)
        {
            double now = Elapsed();
            for (int connection; (connection = schedule.Take(now)) >= 0;) Send(connection);
            if (now > end) throw peer.Failure($"has not answered {total - schedule.Answered} of {total} requests at {rate:0} a second");
            stop.ThrowIfCancellationRequested();
            int readable = readiness.Wait((long)Math.Clamp(schedule.NextDue - now, 0, 100e6));
            for (int i = 0; i < readable; i++)
            {
                int connection = readiness[i];
                if (Receive(connection) && schedule.Complete(connection, Elapsed())) Send(connection);
            }
        }
        double[] latencies = [.. schedule.Latencies];
        for (int i = 0; i < latencies.Length; i++) latencies[i] /= 1e6;
        Array.Sort(latencies);
        return latencies;

        double Elapsed() => Stopwatch.GetElapsedTime(started).TotalNanoseconds;
    }

    private void Send(int connection)
    {
        int sent = _sockets[connection].Send(_request, SocketFlags.None, out var error);
        if (error != SocketError.Success || sent != _request.Length) throw peer.Failure($"takes no request: {error}");
        _missing[connection] = crowd.AnswerLength;
    }

    /// <summary>True when the answer is complete. All answers have the length of the first one, which was the page.</summary>
    private bool Receive(int connection)
    {
        int got = _sockets[connection].Receive(_buffer, SocketFlags.None, out var error);
        if (error != SocketError.Success || got == 0) throw peer.Failure($"has ended a connection: {error}");
        if (_missing[connection] == crowd.AnswerLength && !_buffer.AsSpan(0, got).StartsWith("HTTP/1.1 200"u8)) throw peer.Failure("has answered something else than the page");
        _missing[connection] -= got;
        return _missing[connection] >= 0 ? _missing[connection] == 0 : throw peer.Failure("has answered more than it was asked for");
    }
}
