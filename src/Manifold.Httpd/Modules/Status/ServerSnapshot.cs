using Manifold.Shared;

namespace Manifold.Httpd.Modules.Status;

/// <summary>One live process as the page shows it. Numbers that the process wrote itself are bounded, not believed.</summary>
internal sealed record ProcessState(int Slot, int Pid, int Generation, bool IsStopping, bool IsOld)
{
    public bool IsAccepting { get; init; }
    public int Connections { get; init; }
    public int Writing { get; init; }
    public int KeepAlive { get; init; }
    public int Closing { get; init; }
    public int Waiting { get; init; }

    /// <summary>Its processor time; null when the system does not tell.</summary>
    public CpuTimes? Cpu { get; init; }

    /// <summary>Threads that serve.</summary>
    public int Busy { get; set; }

    /// <summary>Threads that finish gracefully.</summary>
    public int Graceful { get; set; }

    /// <summary>Threads that wait.</summary>
    public int Idle { get; set; }
}

/// <summary>One worker record as the page shows it.</summary>
/// <param name="Slot">Slot of the process.</param>
/// <param name="Process">The slot's process; null when the slot is free.</param>
/// <param name="View">The record.</param>
internal sealed record WorkerState(int Slot, ProcessState? Process, WorkerView View)
{
    public WorkerStatus Status => Process is null ? WorkerStatus.Dead : View.Status;
}

/// <summary>
/// Everything the page says in numbers, read once from the scoreboard and /proc. The board can be written by every child, so nothing in it
/// bounds a loop or an index: only its own size does.
/// </summary>
internal sealed class ServerSnapshot
{
    private static readonly long LastDate = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();
    private readonly List<char> _letters = [];
    private readonly List<ProcessState> _processes = [];
    private readonly List<WorkerState> _workers = [];

    private ServerSnapshot()
    {
    }

    public DateTimeOffset RestartTime { get; private init; }

    /// <summary>Seconds since the start or the last hard restart, whatever clocks say.</summary>
    public long Uptime { get; private init; }

    public int ConfigGeneration { get; private init; }

    public int Generation { get; private init; }

    /// <summary>Load averages; null when not known.</summary>
    public double[]? Load { get; private init; }

    /// <summary>Processor time of master and children; null when not known.</summary>
    public CpuTimes? Cpu { get; private set; }

    public long Accesses { get; private set; }

    public long Bytes { get; private set; }

    public long DurationUs { get; private set; }

    /// <summary>Threads that serve, in processes that stay.</summary>
    public int Busy { get; private set; }

    /// <summary>Threads that finish gracefully.</summary>
    public int Graceful { get; private set; }

    /// <summary>Threads of the present generation that wait.</summary>
    public int Idle { get; private set; }

    /// <summary>The live processes in slot order.</summary>
    public IReadOnlyList<ProcessState> Processes => _processes;

    /// <summary>The records of threads that live or have served, in slot order; empty when not asked for.</summary>
    public IReadOnlyList<WorkerState> Workers => _workers;

    /// <summary>A letter for each thread.</summary>
    public string Letters => new([.. _letters]);

    /// <summary>Reads the board.</summary>
    /// <param name="board">The scoreboard.</param>
    /// <param name="ticks">The present, Environment.TickCount64.</param>
    /// <param name="proc">The kernel's files.</param>
    /// <param name="withWorkers">Whether <see cref="Workers"/> is needed.</param>
    public static ServerSnapshot Take(Scoreboard board, long ticks, ProcFiles proc, bool withWorkers)
    {
        var global = board.Global; // a copy: it may change meanwhile
        var snapshot = new ServerSnapshot
        {
            RestartTime = DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(global.RestartTime, 0, LastDate)),
            Uptime = (ticks - Math.Clamp(global.RestartTicks, 0, ticks)) / 1000,
            ConfigGeneration = global.ConfigGeneration,
            Generation = global.Generation,
            Load = proc.Load(),
        };
        for (int slot = 0; slot < board.Slots; slot++) snapshot.Add(board, slot, global, proc, withWorkers);
        snapshot.AddTimes(global);
        return snapshot;
    }

    private void Add(Scoreboard board, int slot, in GlobalRecord global, ProcFiles proc, bool withWorkers)
    {
        var record = board.Process(slot);
        var process = record.Pid > 0 ? Process(slot, record, global, proc) : null;
        int threads = process is not null ? record.Threads : slot < global.DaemonLimit ? global.ThreadsPerChild : 0;
        threads = Math.Clamp(threads, 0, board.ThreadLimit);
        if (process is not null) _processes.Add(process);
        if (process is null && slot >= global.SlotsUsed)
        {
            _letters.AddRange(Enumerable.Repeat(WorkerStatus.Dead.Letter(), threads));
            return;
        }
        for (int thread = 0; thread < board.ThreadLimit; thread++)
        {
            var worker = new WorkerState(slot, process, board.View(slot, thread));
            Accesses = Sum(Accesses, worker.View.Accesses);
            Bytes = Sum(Bytes, worker.View.Bytes);
            DurationUs = Sum(DurationUs, worker.View.DurationUs);
            if (thread < threads)
            {
                _letters.Add(worker.Status.Letter());
                if (process is not null) Count(process, worker.Status);
            }
            if (withWorkers && (worker.View.Accesses != 0 || worker.Status != WorkerStatus.Dead)) _workers.Add(worker);
        }
    }

    private static ProcessState Process(int slot, in ProcessRecord record, in GlobalRecord global, ProcFiles proc) =>
        new(slot, record.Pid, record.Generation, record.Quiescing != 0, record.Generation < global.Generation)
        {
            IsAccepting = record.NotAccepting == 0 && record.Quiescing == 0,
            Connections = Math.Max(0, record.Connections),
            Writing = Math.Max(0, record.Writing),
            KeepAlive = Math.Max(0, record.KeepAlive),
            Closing = Math.Max(0, record.Closing),
            Waiting = Math.Max(0, record.Waiting),
            Cpu = proc.TimesOf(record.Pid, global.MasterPid),
        };

    private void Count(ProcessState process, WorkerStatus status)
    {
        switch (status)
        {
            case WorkerStatus.Ready:
                process.Idle++;
                if (!process.IsStopping && process.Generation == Generation) Idle++;
                break;
            case WorkerStatus.Graceful:
                process.Graceful++;
                Graceful++;
                break;
            case WorkerStatus.Dead or WorkerStatus.Starting or WorkerStatus.IdleKill:
                break;
            default:
                process.Busy++;
                if (!process.IsStopping) Busy++;
                break;
        }
    }

    private void AddTimes(in GlobalRecord global)
    {
        var known = _processes.Where(process => process.Cpu is not null).ToList();
        if (known.Count == 0 && _processes.Count > 0) return;
        var cpu = new CpuTimes(
            Seconds(global.UserTime), Seconds(global.SystemTime), Seconds(global.ChildrenUserTime), Seconds(global.ChildrenSystemTime));
        foreach (var process in known) cpu += process.Cpu!.Value;
        Cpu = cpu;

        static double Seconds(long microseconds) => Math.Max(0, microseconds) / 1e6;
    }

    /// <summary>The sum as far as it goes; a negative number is none.</summary>
    private static long Sum(long sum, long more) => more <= 0 ? sum : more > long.MaxValue - sum ? long.MaxValue : sum + more;
}
