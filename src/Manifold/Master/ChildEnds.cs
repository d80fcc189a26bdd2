using Manifold.Contracts;
using Manifold.Os;
using Manifold.Shared;

namespace Manifold.Master;

/// <summary>
/// What the end of a child means: an heir, a replacement, a generation that is given up, or the end of the server. Master thread.
/// </summary>
/// <param name="succession">The generations.</param>
/// <param name="start">Starts a child in a seat; returns why it cannot.</param>
/// <param name="noneCanStart">No child can start, for this reason: the server ends with this code.</param>
/// <param name="endServer">The server ends, because of this and with this code.</param>
/// <param name="log">Where it says what it does.</param>
internal sealed class ChildEnds(
    Succession succession, Func<Generation, int, string?> start, Action<string, int> noneCanStart, Action<string, int> endServer, Action<LogLevel, string> log)
{
    /// <summary>What its end means for its generation. <paramref name="byItself"/>: it left as it should.</summary>
    public void Judge(ChildHandle child, ProcessEnd end, bool byItself)
    {
        var generation = child.Generation;
        if (generation.IsRetired)
        {
            if (generation.NeedsHeir(child)) start(generation, child.Seat);
            succession.CloseEmpty();
        }
        else if (!child.IsReady) StartHasFailed(child, end);
        else if (end.Code == (int)ExitCode.ChildSick) generation.Memory.ChildWasSick(child.Seat);
        else if (end.Code == (int)ExitCode.ChildFatal) endServer("a child found what makes every child fail", end.Code);
        else if (generation.Gate is null && !(byItself && generation.RetirementDone())) Replace(child, end);
    }

    private void Replace(ChildHandle child, ProcessEnd end)
    {
        if (child.Generation.Children.Count(c => !c.WasToldToEnd) >= child.Generation.Sizing.ActiveLimit) return;
        if (end.Signal != 0 || end.Code != 0)
        {
            var verdict = child.Generation.Kills.Killed();
            if (verdict.Warn) log(LogLevel.Warn, "children are ending one after the other; they are now replaced once a second");
            if (!verdict.RestartAtOnce) return;
        }
        start(child.Generation, child.Seat);
    }

    private void StartHasFailed(ChildHandle child, ProcessEnd end)
    {
        string why = child.Failure.Length > 0 ? child.Failure
            : end.Signal != 0 ? $"a child was ended by signal {end.Signal} ({CrashReport.SignalName(end.Signal)}) before it was ready"
            : $"a child exited with code {end.Code} before it was ready";
        var generation = child.Generation;
        bool isNext = generation == succession.Next;
        // Killed from outside: nothing is wrong with it, unless that goes on.
        bool hasAnotherChance = generation.BackOff.IsFirst && end.Signal != 0 && !child.WasToldToEnd && (isNext || (generation.HasServed && generation.Gate is null));
        if (!isNext || hasAnotherChance) log(LogLevel.Error, $"a child could not start: {why}");
        bool othersServe = generation.Children.Any(c => c.IsReady);
        bool giveUp = generation.BackOff.StartFailed(othersServe);
        if (hasAnotherChance && (start(generation, child.Seat) is null || !isNext)) return;
        if (isNext)
        {
            succession.GiveUpNext(why);
            return;
        }
        bool neverServed = !generation.HasServed && (end.Code == (int)ExitCode.ChildFatal || generation.BackOff.IsHopeless);
        if (othersServe || !(giveUp || neverServed)) return;
        noneCanStart(why, end.Code);
    }
}
