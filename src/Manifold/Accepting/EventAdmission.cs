namespace Manifold.Accepting;

/// <summary>May an event child take one more connection?</summary>
internal enum Admission
{
    /// <summary>Yes.</summary>
    Accept,
    /// <summary>No: it has as many connections as its idle threads justify.</summary>
    AboveLimit,
    /// <summary>No: no thread is idle. Kept-alive connections are given up as well.</summary>
    Busy,
}

/// <summary>
/// Decides whether an event child may accept: it takes as many connections as it has threads, and for every idle thread a factor more, so
/// that a child whose threads are stuck leaves new connections to its siblings. Pure; asked by the listener thread before every accept and
/// by any thread that made room. Held: with accepting stopped, one idle thread less counts, so that a child does not flip at the edge.
/// Connections that wait for their client or their application need no thread and do not count. Algorithm: httpd 2.4 event, where those in lingering
/// close do not.
/// </summary>
internal readonly struct EventAdmission
{
    private readonly int _threads, _factor;

    /// <summary>The rule for a child.</summary>
    /// <param name="threadsPerChild">Its worker threads.</param>
    /// <param name="asyncRequestWorkerFactor">At least 1; as in httpd only the integer part has an effect: 1.5 acts as 1.</param>
    public EventAdmission(int threadsPerChild, double asyncRequestWorkerFactor)
    {
        _threads = threadsPerChild;
        _factor = Math.Max(1, (int)asyncRequestWorkerFactor);
    }

    /// <summary>Most connections of a child whose threads are all idle.</summary>
    public int Most => _threads + _threads * _factor;

    /// <summary>The verdict.</summary>
    /// <param name="idle">Idle worker threads.</param>
    /// <param name="connections">Open connections.</param>
    /// <param name="resting">Those of them that wait without a thread, other than for their next request.</param>
    /// <param name="accepting">False while accepting is stopped.</param>
    public Admission Ask(int idle, int connections, int resting, bool accepting)
    {
        if (idle <= 0) return Admission.Busy;
        int counted = connections - resting;
        if (counted <= 0) return Admission.Accept;
        return counted < _threads + (idle - (accepting ? 0 : 1)) * _factor ? Admission.Accept : Admission.AboveLimit;
    }
}
