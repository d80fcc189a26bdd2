namespace Manifold.Bench;

/// <summary>
/// Who has to send when: request k of all is due at k/rate, on connection k mod connections. A connection has one request under way at a time;
/// what is due meanwhile is sent when the answer is there, and its latency counts from when it was due: a server that stalls is charged for all
/// that had to wait, not for one request only (the mistake called coordinated omission; G. Tene, wrk2). Pure; times are in any unit.
/// </summary>
internal sealed class Schedule(int connections, long total, double interval)
{
    private readonly long[] _current = [.. Enumerable.Range(0, connections).Select(i => (long)i)];
    private readonly bool[] _busy = new bool[connections];
    private readonly double[] _latencies = new double[total];
    private long _next;

    public long Answered { get; private set; }

    public bool IsDone => Answered == total;

    /// <summary>Latencies so far, in the order of the answers.</summary>
    public ReadOnlySpan<double> Latencies => _latencies.AsSpan(0, (int)Answered);

    /// <summary>When the next request is due that has not been yet; infinite when there is none.</summary>
    public double NextDue => _next < total ? _next * interval : double.PositiveInfinity;

    /// <summary>The next connection that has to send now; -1 when none has. To be called until then.</summary>
    public int Take(double now)
    {
        while (_next < total && _next * interval <= now)
        {
            int connection = (int)(_next++ % connections);
            if (_busy[connection]) continue; // sent when its answer is there
            _busy[connection] = true;
            return connection;
        }
        return -1;
    }

    /// <summary>An answer has come. True when the connection has to send its next request at once, since it was due already.</summary>
    public bool Complete(int connection, double now)
    {
        if (!_busy[connection]) throw new InvalidOperationException("an answer without a request");
        _latencies[Answered++] = now - _current[connection] * interval;
        _current[connection] += connections;
        return _busy[connection] = _current[connection] < _next;
    }
}
