using Manifold.Contracts;
using Manifold.Os;
using Manifold.Shared;

namespace Manifold.Child;

/// <summary>
/// What the main thread of a child waits for: the pipe of death, or the child's own decision to leave. A byte in the pipe retires one child,
/// whichever reads it; idle children get a head start over busy ones, and one whose threads are all busy leaves it to the others, so it costs as
/// little as it can. The end of the pipe retires all of a generation: its master has closed it (graceful), or is gone (then requests in progress
/// are finished and everything else is closed).
/// </summary>
internal sealed class PodWatch : IDisposable
{
    private const int HeadStartMs = 100, LookAtMasterMs = 250, SecondMs = 1000;

    private readonly Heritage _heritage;
    private readonly ChildState _state;
    private readonly EffectiveSizing _sizing;
    private readonly Scoreboard _board;
    private readonly FileDescriptor _pod;
    private readonly ParentProcess _master;
    private readonly EventFd _wake = new();

    public PodWatch(Heritage heritage, ChildState state, EffectiveSizing sizing, Scoreboard board)
    {
        _heritage = heritage;
        _state = state;
        _sizing = sizing;
        _board = board;
        _pod = PipePair.InheritedReader(heritage.Pod);
        _master = new ParentProcess(heritage.MasterPid);
        state.Retiring += _wake.Signal;
    }

    /// <summary>
    /// Blocks until there is a reason to leave, and calls <paramref name="everySecond"/> meanwhile. True when it is a reason for all children
    /// of the generation.
    /// </summary>
    public bool WaitForReason(Action? everySecond)
    {
        long next = everySecond is null ? long.MaxValue : Environment.TickCount64 + SecondMs;
        Span<Poll.Entry> entries = [new Poll.Entry(_pod.WaitNumber, Ready.In), new Poll.Entry(_wake.Number, Ready.In)];
        Span<byte> one = stackalloc byte[1];
        while (!_state.IsRetiring)
        {
            int found = Poll.Wait(entries, Poll.Until(next));
            if (Environment.TickCount64 >= next)
            {
                everySecond!();
                next = Environment.TickCount64 + SecondMs;
            }
            if (found == 0 || entries[0].Found == Ready.None) continue;
            if ((entries[0].Found & Ready.In) != 0)
            {
                int busy = Busy();
                Thread.Sleep(HeadStartMs * busy / _sizing.ThreadsPerChild); // idle siblings first
                if (busy == _sizing.ThreadsPerChild && (entries[0].Found & Ready.HangUp) == 0) continue;
                int taken = PipePair.Read(_pod, one);
                if (taken == 1) return false;
                if (taken < 0) continue; // a sibling was faster
            }
            if (_master.IsGone) _state.End();
            return true;
        }
        return false;
    }

    /// <summary>Blocks until it is set, or the child has to end.</summary>
    public void Await(ManualResetEventSlim reached)
    {
        while (!_state.IsEnding && !reached.Wait(LookAtMasterMs))
            if (_master.IsGone) _state.End();
    }

    /// <summary>Blocks until no connection is left. Once the master is gone, connections without a request are closed at once.</summary>
    public void WaitUntilDrained()
    {
        while (!_state.WaitUntilDrained(LookAtMasterMs))
            if (!_state.IsEnding && _master.IsGone) _state.End();
    }

    public void Dispose()
    {
        _pod.Dispose();
        _master.Dispose();
        _wake.Dispose();
    }

    private int Busy()
    {
        int busy = 0;
        for (int thread = 0; thread < _sizing.ThreadsPerChild; thread++)
            if (_board.Status(_heritage.Slot, thread) > WorkerStatus.Ready) busy++;
        return busy;
    }
}
