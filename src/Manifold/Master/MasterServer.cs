using Manifold.Contracts;
using Manifold.Os;
using Manifold.Shared;

namespace Manifold.Master;

/// <summary>
/// The master: one thread, one loop, one inbox. It keeps the population of children right, replaces those that die, and carries out
/// restarts and stops. It runs no request and no user code, and waits only in the inbox, with a deadline. Held: nothing that the system refuses ends it. What
/// can fail comes first in each step, before anything has changed, and a step that has thrown is taken again.
/// </summary>
internal sealed class MasterServer : IDisposable
{
    private const int TickMs = 1000, LeastThreads = 64, StartPatienceMs = 60_000, EndPatienceMs = 9_000;

    private readonly Inbox _inbox;
    private readonly ErrorLog _log;
    private readonly Action _whenUp;
    private readonly GenerationFactory _factory;
    private readonly Succession _succession;
    private readonly Scoreboard _board;
    private readonly RestartRecord _restarts = RestartRecord.Create();
    private readonly ChildTable _children;
    private readonly ChildEnds _ends;
    private readonly Mishaps _mishaps;
    private readonly Takeover? _takeover;
    private PidFile? _pidFile;
    private StopPlan? _stop;
    private long _nextTick;
    private bool _isUp, _hasSaidUp;
    private int _exitCode;

    public MasterServer(Func<LoadedConfiguration> load, LoadedConfiguration first, ErrorLog log, Action whenUp, Takeover? takeover)
    {
        _log = log;
        _whenUp = whenUp;
        _mishaps = new Mishaps(line => Log(LogLevel.Error, line));
        _inbox = new Inbox(_mishaps.Say);
        var sizing = first.Options.Sizing;
        // Room for a whole second population beside the first, whatever MPM a restart brings.
        _board = Scoreboard.Create(Math.Max(Platform.LeastSlots, 2 * sizing.ServerLimit), Math.Max(LeastThreads, sizing.ThreadLimit));
        _board.Global.MasterPid = Environment.ProcessId;
        _factory = new GenerationFactory(_inbox, _board, Log);
        _children = new ChildTable(_board, _inbox, WhenReady, WhenEnded);
        _takeover = takeover;
        if (takeover is not null) _factory.Listeners.Offer(takeover.Sockets);
        _succession = new Succession(load, _factory, _restarts, Start, Announce, Log);
        _ends = new ChildEnds(_succession, Start, NoneCanStart, End, Log);
    }

    /// <summary>Runs the server until it is stopped; returns the exit code. Throws <see cref="RefusedException"/> when it cannot start.</summary>
    public int Run(LoadedConfiguration first)
    {
        _succession.Begin(first);
        _factory.Listeners.EndOffer();
        _takeover?.IsDone();
        _nextTick = Environment.TickCount64 + TickMs;
        while (_stop is null || !(_children.IsEmpty || _stop.HasGivenUp))
        {
            try
            {
                Turn();
            }
            catch (Exception e) // something is short, or we have a bug: neither is worth the site
            {
                _mishaps.Say(e);
                _inbox.Rest();
            }
        }
        _pidFile?.Remove();
        return _exitCode;
    }

    private void Turn()
    {
        _inbox.Wait(Poll.Until(Math.Min(_nextTick, _stop?.NextLook ?? _succession.NextLook)));
        _inbox.Obey(Obey);
        if (Environment.TickCount64 >= _nextTick) Tick();
        if (_stop is null) _succession.Continue();
        else _stop.Continue();
        if (_stop is null && _succession is { HasChanged: true, IsSettled: true }) TakeNewProgram();
        if (_isUp && !_hasSaidUp)
        {
            _whenUp();
            _hasSaidUp = true;
        }
        _mishaps.AreOver();
    }

    public void Dispose()
    {
        foreach (var generation in _succession.All) generation.Dispose();
        _inbox.Dispose();
        _factory.Dispose();
        _board.Dispose();
        _restarts.Dispose();
    }

    // ---- What happens to generations and children ------------------------------------------------------------------------------------

    /// <summary>A generation becomes the one that serves: its logs, its numbers, its pid file.</summary>
    private void Announce(Generation generation)
    {
        _log.Open(generation.Logs.Own, generation.Levels, generation.ErrorLayout);
        ref var global = ref _board.Global;
        if (generation.Number == 0 || _succession.IsHard)
        {
            _board.RestartsNow();
            _board.ForgetCounters(_children.SlotsUsed);
        }
        global.Generation = generation.Number;
        global.ConfigGeneration++;
        global.DaemonLimit = generation.Sizing.ActiveLimit;
        global.ThreadsPerChild = generation.Sizing.ThreadsPerChild;
        if (generation.Options.PidFile is { } path && path != _pidFile?.Path) MovePidFile(new PidFile(path));
        foreach (string warning in generation.Warnings) Log(LogLevel.Warn, warning);
        if (_isUp) SayResuming();
        if (generation.Mpm.StartsPerConnection) OpenGate(generation);
    }

    private void OpenGate(Generation generation)
    {
        generation.Gate = new Gatekeeper(
            _inbox, [.. generation.Listeners.SelectMany(bucket => bucket)],
            () => generation.HasServed && generation.BackOff.Remaining == TimeSpan.Zero && generation.FreeSeat() >= 0,
            connection => _children.Start(generation, generation.FreeSeat(), connection), Log);
        generation.Gate.Look();
    }

    private void LookAtGates()
    {
        foreach (var generation in _succession.All) generation.Gate?.Look();
    }

    /// <summary>At a restart, a pid file that cannot be written leaves the old one; at the start it is a reason not to start.</summary>
    private void MovePidFile(PidFile next)
    {
        try
        {
            next.Write();
        }
        catch (RefusedException e) when (_pidFile is not null)
        {
            Log(LogLevel.Error, e.Message);
            return;
        }
        _pidFile?.Remove();
        _pidFile = next;
    }

    private void SayResuming()
    {
        Log(LogLevel.Notice, $"AH00489: {ServerVersion.Full} configured -- resuming normal operations ({_succession.Current.Mpm.Name}, generation {_succession.Current.Number})");
        ReadingMemory.GiveBack();
    }

    private string? Start(Generation generation, int seat)
    {
        string? problem = _children.Start(generation, seat);
        if (problem is null) return null;
        Log(LogLevel.Error, problem);
        _ = generation.BackOff.StartFailed(othersServe: true);
        if (!generation.HasServed && generation.IsEmpty && generation == _succession.Current && generation.BackOff.IsHopeless) NoneCanStart(problem, (int)ExitCode.ChildFatal);
        return problem;
    }

    private void WhenReady(ChildHandle child)
    {
        child.Generation.BackOff.ChildReady();
        child.Generation.HasServed = true;
        if (!_isUp)
        {
            _isUp = true;
            SayResuming();
        }
        if (_stop is null && child.Generation == _succession.Next) _succession.ChildIsReady();
        else child.Generation.Gate?.Look();
    }

    private void WhenEnded(ChildHandle child, ProcessEnd end, string[] report)
    {
        bool byItself = end is { Code: 0, Signal: 0 };
        if (child.IsReady && !byItself && !child.WasToldToEnd)
            foreach (string line in report) Log(LogLevel.Notice, line);
        if (_stop is null) _ends.Judge(child, end, byItself);
        LookAtGates();
    }

    private void NoneCanStart(string why, int code)
    {
        if (!_isUp) Console.Error.WriteLine(why);
        End("no child can start", code);
    }

    private void End(string why, int code)
    {
        Log(LogLevel.Alert, $"{why}: the server ends");
        _exitCode = code != 0 ? code : (int)ExitCode.ChildFatal;
        BeginStop(graceful: false);
    }

    // ---- The clock -------------------------------------------------------------------------------------------------------------------

    private void Tick()
    {
        _nextTick = Environment.TickCount64 + TickMs;
        var usage = Environment.CpuUsage;
        _board.Global.UserTime = (long)usage.UserTime.TotalMicroseconds;
        _board.Global.SystemTime = (long)usage.PrivilegedTime.TotalMicroseconds;
        var current = _succession.Current;
        current.Kills.Tick();
        LookAtGates();
        Orphans.Reap();
        if (_stop is not null) return;
        _factory.RestartPrograms();
        EndTheHung();
        if (current.BackOff.Remaining > TimeSpan.Zero) return;
        var step = current.Tick(_board);
        foreach (var report in step.Reports) Log(report.Level, report.Text);
        foreach (int seat in step.Start)
            if (Start(current, seat) is not null) break;
        foreach (var retirement in step.Retire) current.RetireOne(retirement.Bucket);
        if (step.GiveUp) End("AH00483: no child has ever come up healthy", (int)ExitCode.ChildSick);
    }

    /// <summary>Children that do not come up, or do not go although they were told to, must not hold anything up for ever.</summary>
    private void EndTheHung()
    {
        long now = Environment.TickCount64;
        if (_succession.Next is { } next && (next.IsEmpty || now - next.Made > StartPatienceMs))
            _succession.GiveUpNext(next.IsEmpty ? "no child came up" : $"not every child was ready after {StartPatienceMs / 1000} s");
        foreach (var child in _children.All)
        {
            bool hangsAtStart = !child.IsReady && !child.WasToldToEnd && now - child.Started > StartPatienceMs;
            if (!hangsAtStart && !(child.WasToldToEnd && now - child.ToldAt > EndPatienceMs)) continue;
            Log(LogLevel.Error, $"AH00046: child process {child.Pid} {(hangsAtStart ? "does not come up" : "still did not exit")}, sending a SIGKILL");
            child.Kill();
        }
    }

    // ---- Signals and stopping --------------------------------------------------------------------------------------------------------

    private void Obey(MasterSignal signal)
    {
        switch (signal)
        {
            case MasterSignal.Terminate or MasterSignal.Interrupt:
                Log(LogLevel.Notice, ServerSignals.Text(signal));
                BeginStop(graceful: false);
                break;
            case MasterSignal.WindowChange:
                Log(LogLevel.Notice, ServerSignals.Text(signal));
                BeginStop(graceful: true);
                break;
            case MasterSignal.Hangup or MasterSignal.User1 when _stop is null:
                _succession.Restart(hard: signal == MasterSignal.Hangup);
                break;
        }
    }

    /// <summary>A restart has been carried out, so the configuration is in order: if the program has been replaced, this process becomes the new one.</summary>
    private void TakeNewProgram()
    {
        if (_succession.All.Any(generation => generation.Gate is { HasConnection: true })) return; // the next turn, or the one after it
        bool isReplaced = ProgramFile.IsReplaced;
        _succession.TakeNote();
        if (!isReplaced) return;
        Log(LogLevel.Notice, "the program has been replaced: the master becomes the new one");
        Takeover.Leave(_factory.Listeners.Places, _children.All.Select(child => child.Pid), _pidFile?.Number);
    }

    private void BeginStop(bool graceful)
    {
        if (!graceful) _takeover?.EndChildren();
        _restarts.Stop();
        _succession.ForgetWishes();
        if (_stop is null)
        {
            if (graceful) _pidFile?.Remove(); // another server may start while this one finishes
            _stop = new StopPlan(graceful, _factory.Listeners, _succession, _children, Log);
        }
        else if (!graceful)
        {
            _stop.Harden();
        }
    }

    private void Log(LogLevel level, string message) => _log.Write(_succession.Current?.Mpm.LogName ?? "core", level, message);
}
