namespace Manifold.Master;

/// <summary>What to do to the children that are still alive.</summary>
internal enum StopAction
{
    /// <summary>Nothing yet.</summary>
    None,
    /// <summary>SIGTERM, without a log record.</summary>
    Terminate,
    /// <summary>SIGTERM and a warning.</summary>
    TerminateAgain,
    /// <summary>SIGKILL and an error.</summary>
    Kill,
    /// <summary>Leave them and log an error: the port may stay in use.</summary>
    GiveUp,
}

/// <summary>One rung: what to do now, and when to look again.</summary>
/// <param name="Action">For the children that are still alive.</param>
/// <param name="LookAgainAfter">Longest wait; infinite after <see cref="StopAction.GiveUp"/>.</param>
internal readonly record struct StopStep(StopAction Action, TimeSpan LookAgainAfter);

/// <summary>
/// The escalation with which a hard stop gets rid of children: SIGTERM at once, reminders after 3, 5 and 7 seconds, SIGKILL after 9, giving
/// up after 10. Pure: the caller says how much time has passed and does what it is told; it may ask more often (a child has ended).
/// Master thread; one object per stop. Held: one action at a time and each once, in order, also when the clock has jumped.
/// Algorithm: httpd 2.x, looking after 16 ms, 4 times as long each time, at most a second.
/// </summary>
internal sealed class StopLadder
{
    private static readonly (TimeSpan At, StopAction Action)[] s_rungs =
    [
        (TimeSpan.Zero, StopAction.Terminate),
        (TimeSpan.FromSeconds(3), StopAction.TerminateAgain),
        (TimeSpan.FromSeconds(5), StopAction.TerminateAgain),
        (TimeSpan.FromSeconds(7), StopAction.TerminateAgain),
        (TimeSpan.FromSeconds(9), StopAction.Kill),
        (TimeSpan.FromSeconds(10), StopAction.GiveUp),
    ];
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(1);
    private TimeSpan _wait = TimeSpan.FromMicroseconds(16_384), _lookAt;
    private int _rung;

    /// <summary>A ladder from its first rung, or without the first SIGTERM because the children have been told already.</summary>
    public StopLadder(bool terminate)
    {
        _rung = terminate ? 0 : 1;
        if (terminate) return;
        _lookAt = _wait;
        _wait *= 4;
    }

    /// <summary>The step for <paramref name="elapsed"/> since the stop began.</summary>
    public StopStep Next(TimeSpan elapsed)
    {
        if (_rung == s_rungs.Length) return new(StopAction.GiveUp, Timeout.InfiniteTimeSpan);
        if (elapsed < _lookAt) return new(StopAction.None, _lookAt - elapsed);
        var action = StopAction.None;
        if (elapsed >= s_rungs[_rung].At) action = s_rungs[_rung++].Action;
        if (action == StopAction.GiveUp) return new(action, Timeout.InfiniteTimeSpan);
        var wait = _wait;
        _lookAt = elapsed + wait;
        _wait = wait * 4 < s_longest ? wait * 4 : s_longest;
        return new(action, wait);
    }
}
