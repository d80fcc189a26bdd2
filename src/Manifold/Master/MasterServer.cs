using Manifold.Hosting;
using Manifold.Os;
using Manifold.Populations;
using Manifold.Shared;

namespace Manifold.Master;

/// <summary>
/// The master: one thread, one loop, one inbox. It opens what needs its rights, keeps the population of children, and carries out restarts
/// and stops. It runs no request and no user code and never sleeps but in the inbox, with a deadline. A restart starts the new
/// generation beside the old one; only when the new one is ready is the old one retired, and when it never becomes ready the old one stays.
/// </summary>
internal sealed class MasterServer : IDisposable
{
    private const int TickMs = 1000, MostOldGenerations = 8, LeastSlots = 1024, LeastThreads = 64, BacklogGraceMs = 3000, FailuresBeforeEnd = 4;

    private readonly IServerProgram _program;
    private readonly Inbox _inbox = new();
    private readonly ListenerTable _listeners = new();
    private readonly List<Generation> _old = [];
    private readonly ErrorLog _log;
    private readonly string _executable = Environment.ProcessPath!;
    private readonly List<string> _environment = [];
    private readonly Action _whenUp;
    private Scoreboard _board = null!;
    private ChildHandle?[] _slots = [];
    private Generation _current = null!;
    private Generation? _next;
    private PidFile? _pidFile;
    private LogFile? _logFile;
    private StopPlan? _stop;
    private bool _hardRestart;
    private bool _restartWanted;
    private bool _saidUp;
    private long _nextTick;
    private int _numbers;
    private int _exitCode;

    public MasterServer(IServerProgram program, ErrorLog log, Action whenUp)
    {
        _program = program;
        _log = log;
        _whenUp = whenUp;
        foreach (System.Collections.DictionaryEntry entry in Environment.GetEnvironmentVariables()) _environment.Add($"{entry.Key}={entry.Value}");
    }

    /// <summary>Runs the server until it is stopped; returns the exit code. Throws <see cref="RefusedException"/> when it cannot start.</summary>
    public int Run(LoadedConfiguration configuration)
    {
        var sizing = SizingRules.Complete(configuration.Options.Sizing, Mpms.Mpm.All[configuration.Options.Mpm].SizingKind);
        _board = Scoreboard.Create(Math.Max(LeastSlots, 2 * sizing.ServerLimit), Math.Max(LeastThreads, sizing.ThreadLimit));
        _board.Global.MasterPid = Environment.ProcessId;
        _slots = new ChildHandle?[_board.Slots];
        if (configuration.Options.PidFile is { } path) _pidFile = new PidFile(path);
        _current = NewGeneration(configuration);
        _pidFile?.Write();
        Announce(_current);
        _board.Global.RestartTime = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        StartChildren(_current, _current.Sizing.StartServers);
        _nextTick = Environment.TickCount64 + TickMs;
        while (!Finished())
        {
            _inbox.Wait(Poll.Until(NextLook()));
            while (_inbox.NextSignal(out var signal)) Obey(signal);
            if (Environment.TickCount64 >= _nextTick) Tick();
            _stop?.Continue();
        }
        _pidFile?.Remove();
        return _exitCode;
    }

    public void Dispose()
    {
        _inbox.Dispose();
        foreach (var generation in Generations()) generation.Dispose();
        _listeners.Dispose();
        _board?.Dispose();
        _logFile?.Dispose();
    }

    // ---- Generations -----------------------------------------------------------------------------------------------------------------

    private IEnumerable<Generation> Generations() => _old.Append(_current).Concat(_next is null ? [] : [_next]).Where(g => g is not null);

    private IEnumerable<ChildHandle> Children() => _slots.OfType<ChildHandle>();

    /// <summary>Opens what a generation needs. On failure nothing is left open that was not open before.</summary>
    private Generation NewGeneration(LoadedConfiguration configuration)
    {
        var options = configuration.Options;
        if (!Mpms.Mpm.All.ContainsKey(options.Mpm)) throw new RefusedException($"AH00534: manifold: Configuration error: No MPM named {options.Mpm}.");
        _ = Identity.Of(options);
        LogTable? logs = null;
        try
        {
            var listeners = _listeners.Open(options);
            if (listeners[0].Count == 0) throw new RefusedException("no listening sockets available, shutting down");
            logs = LogTable.Open(options);
            foreach (var program in logs.Programs) Watch(program, logs, options);
            var memory = new PopulationMemory(Mpms.Mpm.All[options.Mpm].IsThreaded ? listeners.Length : 1);
            return new Generation(_numbers++, configuration, listeners, logs, memory, Environment.ProcessId);
        }
        catch (Exception e) when (e is OsException or RefusedException or ArgumentException)
        {
            logs?.Dispose();
            throw new RefusedException(e.Message);
        }
    }

    /// <summary>The generation becomes the one that serves.</summary>
    private void Announce(Generation generation)
    {
        ref var global = ref _board.Global;
        global.Generation = generation.Number;
        global.ConfigGeneration++;
        global.DaemonLimit = generation.Sizing.ActiveLimit;
        global.ThreadsPerChild = generation.Sizing.ThreadsPerChild;
        var old = _logFile;
        _logFile = generation.Logs.Find(generation.Options.ErrorLog);
        _log.Open(_logFile, generation.Levels);
        old?.Dispose();
        foreach (string warning in generation.Sizing.Warnings) Log(LogLevel.Warn, warning);
    }

    private void BeginRestart(bool hard)
    {
        if (_next is not null)
        {
            _restartWanted = true; // one at a time; the wish is kept
            _hardRestart |= hard;
            return;
        }
        _restartWanted = false;
        _hardRestart = hard;
        Log(LogLevel.Notice, hard ? "AH00494: SIGHUP received.  Attempting to restart" : "AH00493: SIGUSR1 received.  Doing graceful restart");
        try
        {
            _next = NewGeneration(_program.Load());
        }
        catch (RefusedException e)
        {
            foreach (string line in e.Message.Split('\n')) Log(LogLevel.Error, line);
            Log(LogLevel.Error, $"the restart was refused; generation {_current.Number} goes on");
            return;
        }
        // Ready to carry what the present one carries, so that its clients need not wait for the population to grow again.
        StartChildren(_next, Math.Max(_next.Sizing.StartServers, _current.Children.Count(c => c.IsReady) * _current.Sizing.ThreadsPerChild / _next.Sizing.ThreadsPerChild));
    }

    private void Promote()
    {
        var old = _current;
        _current = _next!;
        _next = null;
        Announce(_current);
        _old.Add(old);
        old.Retire();
        Mpms.Mpm mpm = _current.Mpm;
        if (_hardRestart)
        {
            _board.Global.RestartTime = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
            foreach (var child in old.Children) Tell(child, StopPlan.SIGTERM);
        }
        _hardRestart = false;
        while (_old.Count > MostOldGenerations)
        {
            Log(LogLevel.Warn, $"generation {_old[0].Number} is still leaving after {MostOldGenerations} restarts; its children are ended");
            foreach (var child in _old[0].Children) Tell(child, StopPlan.SIGTERM);
            break;
        }
        ForgetEmptyGenerations();
        Log(LogLevel.Notice, $"AH00489: {ServerVersion.Full} configured -- resuming normal operations ({mpm.Name}, generation {_current.Number})");
        if (_restartWanted) BeginRestart(_hardRestart);
    }

    private void AbandonNext(string why)
    {
        Log(LogLevel.Error, $"the restart failed: {why}; generation {_current.Number} goes on");
        var failed = _next!;
        _next = null;
        _hardRestart = false;
        failed.Retire();
        _old.Add(failed);
        foreach (var child in failed.Children) Tell(child, StopPlan.SIGTERM);
        ForgetEmptyGenerations();
    }

    private void ForgetEmptyGenerations()
    {
        foreach (var generation in _old.Where(g => g.IsEmpty).ToArray())
        {
            _old.Remove(generation);
            foreach (var program in generation.Logs.Programs) Unwatch(program);
            generation.Dispose();
        }
        if (_stop is not null) return;
        foreach (var socket in _listeners.Unused(Generations().Where(g => !g.IsRetired || !g.IsEmpty)))
            _listeners.Close(socket);
    }

    // ---- Children --------------------------------------------------------------------------------------------------------------------

    private void StartChildren(Generation generation, int count)
    {
        for (int i = 0; i < count && generation.FreeSeat() is >= 0 and var seat; i++)
            if (!Start(generation, seat)) return;
    }

    private bool Start(Generation generation, int seat)
    {
        int slot = Array.IndexOf(_slots, null);
        if (slot < 0)
        {
            Log(LogLevel.Error, "AH03490: scoreboard is full: too many children are still leaving");
            return false;
        }
        _board.ClearThreads(slot);
        try
        {
            var child = generation.Spawn(seat, slot, _board, _executable, _environment);
            _slots[slot] = child;
            ref var record = ref _board.Process(slot);
            record = default;
            record.Pid = child.Pid;
            record.Generation = generation.Number;
            record.Threads = generation.Sizing.ThreadsPerChild;
            record.Bucket = seat % generation.Listeners.Length;
            record.Started = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
            _inbox.Watch(child.ReadyPipe!.Number, () => Hear(child));
            _inbox.Watch(child.Process.WaitDescriptor, () => Bury(child));
            return true;
        }
        catch (OsException e)
        {
            Log(LogLevel.Error, $"AH00481: could not start a child: {e.Message}");
            _ = generation.BackOff.StartFailed(othersServe: true);
            return false;
        }
    }

    private void Hear(ChildHandle child)
    {
        if (!child.Hear()) return;
        _inbox.Forget(child.ReadyPipe!.Number);
        child.StopHearing();
        if (!child.IsReady) return;
        _board.Process(child.Slot).IsReady = 1;
        child.Generation.BackOff.ChildReady();
        child.Generation.HasServed = true;
        if (!_saidUp)
        {
            _saidUp = true;
            Log(LogLevel.Notice, $"AH00489: {ServerVersion.Full} configured -- resuming normal operations ({_current.Mpm.Name}, generation {_current.Number})");
            _whenUp();
        }
        if (child.Generation == _next && _next.Children.All(c => c.IsReady)) Promote();
    }

    /// <summary>A child has ended: say so, free its place, and decide who takes it.</summary>
    private void Bury(ChildHandle child)
    {
        if (child.Process.TryReap() is not { } end) return;
        while (child.ReadyPipe is not null && !child.Hear()) { }
        if (child.ReadyPipe is not null) _inbox.Forget(child.ReadyPipe.Number);
        _inbox.Forget(child.Process.WaitDescriptor);
        var generation = child.Generation;
        bool asked = child.WasToldToEnd || (end.Code == 0 && end.Signal == 0);
        if (!asked && child.IsReady)
            foreach (string line in CrashReport.Describe(child, end, _board)) Log(LogLevel.Notice, line);
        _board.ClearThreads(child.Slot);
        _board.Process(child.Slot) = default;
        _slots[child.Slot] = null;
        generation.Vacate(child);
        bool announced = child.IsReady;
        string failure = child.Failure;
        child.Dispose();
        if (generation.IsRetired || _stop is not null) ForgetEmptyGenerations();
        else if (!announced) StartHasFailed(generation, failure, end);
        else if (end.Code == (int)ExitCode.ChildSick) generation.Memory.ChildWasSick(child.Seat);
        else Replace(generation, child.Seat, end);
    }

    private void Replace(Generation generation, int seat, ProcessEnd end)
    {
        if (end.Signal != 0)
        {
            var verdict = generation.Kills.Killed();
            if (verdict.Warn) Log(LogLevel.Warn, "children are being killed in succession; replacing them more slowly");
            if (!verdict.RestartAtOnce) return;
        }
        if (generation.Children.Count() < generation.Sizing.StartServers || end.Signal != 0 || end.Code != 0) Start(generation, seat);
    }

    private void StartHasFailed(Generation generation, string failure, ProcessEnd end)
    {
        string why = failure.Length > 0 ? failure
            : end.Signal != 0 ? $"a child ended by signal {end.Signal} before it was ready"
            : $"a child exited with code {end.Code} before it was ready";
        if (generation == _next)
        {
            AbandonNext(why);
            return;
        }
        bool othersServe = generation.Children.Any(c => c.IsReady);
        Log(LogLevel.Error, $"a child could not start: {why}");
        bool giveUp = generation.BackOff.StartFailed(othersServe);
        if (!giveUp && (generation.HasServed || generation.BackOff.Failures < FailuresBeforeEnd)) return;
        if (othersServe) return;
        Log(LogLevel.Alert, "no child can start: the server ends");
        if (!_saidUp) Console.Error.WriteLine(why);
        _exitCode = end.Code != 0 ? end.Code : (int)ExitCode.ChildFatal;
        BeginStop(graceful: false);
    }

    private void Tell(ChildHandle child, int signal)
    {
        child.WasToldToEnd = true;
        _ = child.Process.Signal(signal);
    }

    // ---- The clock -------------------------------------------------------------------------------------------------------------------

    private long NextLook() => _stop is { } stop ? Math.Min(_nextTick, stop.NextLook) : _nextTick;

    private void Tick()
    {
        _nextTick = Environment.TickCount64 + TickMs;
        UpdateTimes();
        foreach (var generation in Generations()) generation.Kills.Tick();
        if (_stop is not null) return;
        if (_current.BackOff.Remaining > TimeSpan.Zero) return;
        var step = _current.Tick(_board);
        foreach (var report in step.Reports) Report(report);
        foreach (int seat in step.Start)
            if (!Start(_current, seat)) break;
        foreach (var retirement in step.Retire) _current.RetireOne(retirement.Bucket);
        if (_next is { } next && next.BackOff.Remaining == TimeSpan.Zero && next.IsEmpty) AbandonNext("no child came up");
        if (step.GiveUp)
        {
            _exitCode = (int)ExitCode.ChildSick;
            BeginStop(graceful: false);
        }
    }

    private void UpdateTimes()
    {
        var usage = Environment.CpuUsage;
        ref var global = ref _board.Global;
        global.UserTime = (long)usage.UserTime.TotalMicroseconds;
        global.SystemTime = (long)usage.PrivilegedTime.TotalMicroseconds;
    }

    private void Report(PopulationReport report)
    {
        switch (report.Notice)
        {
            case PopulationNotice.LimitReached:
                Log(LogLevel.Error, "AH00484: server reached MaxRequestWorkers setting, consider raising the MaxRequestWorkers setting");
                break;
            case PopulationNotice.NearLimit:
                Log(LogLevel.Error, "AH10159: server is within MinSpareThreads of MaxRequestWorkers, consider raising the MaxRequestWorkers setting");
                break;
            case PopulationNotice.ScoreboardFull:
                Log(LogLevel.Error, "AH03490: scoreboard is full, not at MaxRequestWorkers. Increase ServerLimit.");
                break;
            case PopulationNotice.Busy:
                Log(LogLevel.Info, $"AH00162: server seems busy: starting {report.Rate} children, {report.Idle} idle, {report.Total} in all");
                break;
            case PopulationNotice.NoHealthyChild:
                Log(LogLevel.Alert, "AH00483: no child has ever come up healthy: the server ends");
                break;
        }
    }

    // ---- Signals and stopping --------------------------------------------------------------------------------------------------------

    private void Obey(MasterSignal signal)
    {
        switch (signal)
        {
            case MasterSignal.Terminate or MasterSignal.Interrupt:
                Log(LogLevel.Notice, "AH00491: caught SIGTERM, shutting down");
                BeginStop(graceful: false);
                break;
            case MasterSignal.WindowChange when !Console.IsInputRedirected:
                break; // a terminal was resized
            case MasterSignal.WindowChange:
                Log(LogLevel.Notice, "AH00492: caught SIGWINCH, shutting down gracefully");
                BeginStop(graceful: true);
                break;
            case MasterSignal.Hangup or MasterSignal.User1 when _stop is null:
                BeginRestart(hard: signal == MasterSignal.Hangup);
                break;
        }
    }

    private void BeginStop(bool graceful)
    {
        if (graceful && _stop is not null) return;
        if (_stop is { IsHard: true }) return;
        if (graceful) _pidFile?.Remove(); // a second server may start while this one finishes
        _stop?.Harden();
        _stop ??= new StopPlan(
            graceful, [.. _listeners.All], graceful ? BacklogGraceMs : 0, _current.Options.GracefulShutdownTimeout, Children, Tell, RetireAll,
            (level, message) => Log(level, message));
    }

    private void RetireAll()
    {
        foreach (var generation in Generations().Where(g => !g.IsRetired)) generation.Retire();
        _listeners.Dispose();
    }

    private bool Finished() => _stop is { } stop && (!Children().Any() || stop.HasGivenUp);

    // ---- Log programs ----------------------------------------------------------------------------------------------------------------

    private void Watch(PipedProgram program, LogTable logs, ManifoldOptions options) =>
        _inbox.Watch(program.Process!.WaitDescriptor, () =>
        {
            if (program.Process!.TryReap() is null) return;
            Unwatch(program);
            if (_stop is not null) return;
            Log(LogLevel.Error, $"AH00106: piped log program '{program.Target.Target}' failed unexpectedly");
            try
            {
                program.Start(logs.ErrorDescriptor(options));
                Watch(program, logs, options);
            }
            catch (RefusedException e)
            {
                Log(LogLevel.Error, e.Message);
            }
        });

    private void Unwatch(PipedProgram program)
    {
        if (program.Process is { } process) _inbox.Forget(process.WaitDescriptor);
    }

    private void Log(LogLevel level, string message) => _log.Write(_current is null ? "core" : _current.Mpm.LogName, level, message);
}
