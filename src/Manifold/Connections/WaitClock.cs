using Manifold.Contracts;

namespace Manifold.Connections;

/// <summary>
/// How long a connection may wait for what. Pure: every time is given (milliseconds of Environment.TickCount64). The head and the body of a
/// request have an allowance that begins with their first byte and grows with what arrives, so that one byte a second is not enough; a write
/// has its time anew whenever something was sent, and only then; the linger has a total and an idle limit.
/// </summary>
internal struct WaitClock(long born)
{
    private const int LingerMs = 30_000, LingerIdleMs = 2_000;

    private long _phaseStart;
    private long _lingerEnd;
    private long _stuckSince; // since when nothing could be sent; 0 = something has been since the last wait

    /// <summary>The head or the body of a request begins.</summary>
    public void PhaseBegins(long now) => _phaseStart = now;

    /// <summary>The client has taken something.</summary>
    public void Sent() => _stuckSince = 0;

    /// <summary>Our side of the connection has been closed.</summary>
    public void LingerBegins(long now) => _lingerEnd = now + LingerMs;

    /// <summary>When a wait that begins now ends.</summary>
    /// <param name="kind">For what.</param>
    /// <param name="now">The present.</param>
    /// <param name="timeout">The connection's time-out.</param>
    /// <param name="keepAlive">The connection's keep-alive time.</param>
    /// <param name="head">Allowance of a head.</param>
    /// <param name="body">Allowance of a body.</param>
    /// <param name="received">Bytes of the present request so far.</param>
    public long Deadline(
        WaitKind kind, long now, TimeSpan timeout, TimeSpan keepAlive, ReadTimeout head, ReadTimeout body, long received) => kind switch
        {
            WaitKind.FirstByte => born + Milliseconds(head.Initial > TimeSpan.Zero ? head.Initial : timeout),
            WaitKind.Head => Math.Min(now + Milliseconds(timeout), Allowance(head, received)),
            WaitKind.Body => Math.Min(now + Milliseconds(timeout), Allowance(body, received)),
            WaitKind.KeepAlive => now + Math.Max(1, (long)keepAlive.TotalMilliseconds),
            WaitKind.Write => (_stuckSince = _stuckSince == 0 ? now : _stuckSince) + Milliseconds(timeout),
            WaitKind.Gap => long.MaxValue,
            _ => Math.Min(now + LingerIdleMs, _lingerEnd),
        };

    private readonly long Allowance(ReadTimeout limit, long received)
    {
        if (limit.Initial <= TimeSpan.Zero) return long.MaxValue;
        long allowed = Milliseconds(limit.Initial);
        if (limit.MinRate > 0) allowed += received * 1000 / limit.MinRate;
        if (limit.Maximum > TimeSpan.Zero) allowed = Math.Min(allowed, Milliseconds(limit.Maximum));
        return _phaseStart + allowed;
    }

    /// <summary>Zero means no limit, as in httpd.</summary>
    private static long Milliseconds(TimeSpan time) => time <= TimeSpan.Zero ? int.MaxValue : (long)time.TotalMilliseconds;
}
