using System.Diagnostics;
using Manifold.Contracts;
using Manifold.Os;

namespace Manifold.Master;

/// <summary>
/// A stop under way. Graceful: nobody is let in any more, children take what already waits in the queues of the listening sockets, then
/// all retire and finish; a time limit may turn it into a hard stop. Hard: the ladder of signals. Master thread; called at every turn of
/// its loop, never waits.
/// </summary>
internal sealed class StopPlan
{
    private const int BacklogGraceMs = 3000;

    private readonly ListenerTable _listeners;
    private readonly Succession _generations;
    private readonly ChildTable _children;
    private readonly Action<LogLevel, string> _log;
    private readonly EmptyingSockets? _emptying;
    private readonly long _hardAt;
    private StopLadder? _ladder;
    private long _ladderStart;
    private bool _retired;

    public StopPlan(bool graceful, ListenerTable listeners, Succession generations, ChildTable children, Action<LogLevel, string> log)
    {
        _listeners = listeners;
        _generations = generations;
        _children = children;
        _log = log;
        long now = Environment.TickCount64;
        var limit = generations.Current.Options.GracefulShutdownTimeout;
        if (limit == TimeSpan.Zero) limit = ServerSignals.StopPatience;
        _hardAt = limit > TimeSpan.Zero ? now + (long)limit.TotalMilliseconds : long.MaxValue;
        if (graceful) _emptying = new EmptyingSockets(listeners.All, BacklogGraceMs);
        else Harden();
        NextLook = now;
    }

    /// <summary>When <see cref="Continue"/> wants to be called again (TickCount64).</summary>
    public long NextLook { get; private set; }

    public bool IsHard => _ladder is not null;

    /// <summary>True when children are left that even SIGKILL did not end.</summary>
    public bool HasGivenUp { get; private set; }

    /// <summary>From now on by the ladder of signals.</summary>
    public void Harden()
    {
        if (IsHard) return;
        _generations.Current.Gate?.Dispose();
        _ladder = new StopLadder(terminate: true);
        _ladderStart = Stopwatch.GetTimestamp();
        NextLook = Environment.TickCount64;
    }

    /// <summary>Does what is due.</summary>
    public void Continue()
    {
        long now = Environment.TickCount64;
        if (now < NextLook) return;
        if (!IsHard && now >= _hardAt)
        {
            _log(LogLevel.Warn, "the graceful stop took longer than GracefulShutdownTimeout: stopping now");
            Harden();
        }
        if (IsHard) Climb(now);
        else if (!_retired && _emptying!.AreDone()) Retire(_hardAt);
        else NextLook = _retired ? _hardAt : _emptying!.NextLook;
    }

    private void Retire(long nextLook)
    {
        _retired = true;
        _generations.RetireAll();
        _listeners.Dispose();
        NextLook = nextLook;
    }

    private void Climb(long now)
    {
        var step = _ladder!.Next(Stopwatch.GetElapsedTime(_ladderStart));
        NextLook = step.LookAgainAfter < TimeSpan.Zero ? long.MaxValue : now + Math.Max(1, (long)step.LookAgainAfter.TotalMilliseconds);
        foreach (var child in _children.All)
        {
            switch (step.Action)
            {
                case StopAction.Terminate:
                    child.Terminate();
                    break;
                case StopAction.TerminateAgain:
                    _log(LogLevel.Warn, $"AH00045: child process {child.Pid} still did not exit, sending a SIGTERM");
                    child.Terminate();
                    break;
                case StopAction.Kill:
                    _log(LogLevel.Error, $"AH00046: child process {child.Pid} still did not exit, sending a SIGKILL");
                    child.Kill();
                    break;
                case StopAction.GiveUp:
                    _log(LogLevel.Error, $"AH00047: could not make child process {child.Pid} exit, attempting to continue anyway");
                    HasGivenUp = true;
                    break;
            }
        }
    }
}
