using Manifold.Contracts;
using Manifold.Mpms;
using Manifold.Os;
using Manifold.Populations;
using Manifold.Shared;

namespace Manifold.Master;

/// <summary>
/// Opens what a generation needs - sockets, logs, log programs, locks - and closes what no generation needs any more. On failure nothing is
/// left open that was not open before. Master thread.
/// </summary>
internal sealed class GenerationFactory(Inbox inbox, Scoreboard board, Action<LogLevel, string> log) : IDisposable
{
    private readonly List<(PipedProgram Program, LogTable Logs, ManifoldOptions Options)> _ended = [];
    private int _made;

    public ListenerTable Listeners { get; } = new();

    /// <summary>Makes the next generation; throws <see cref="RefusedException"/> with the reason when that is not possible.</summary>
    public Generation Make(LoadedConfiguration configuration, IEnumerable<Generation> others)
    {
        var options = configuration.Options;
        if (!Mpm.All.TryGetValue(options.Mpm, out var mpm)) throw new RefusedException($"AH00534: Configuration error: no MPM is named {options.Mpm}.");
        if (options.Sizing.Conflicts.Count > 0) throw new RefusedException(mpm.Refusal(options.Sizing.Conflicts));
        if (options.Sizing.ThreadsPerChild > board.ThreadLimit)
            throw new RefusedException($"{mpm.ThreadsName} {options.Sizing.ThreadsPerChild} exceeds the ThreadLimit {board.ThreadLimit} that the server was started with: stop and start it");
        var logs = new LogTable();
        try
        {
            var listeners = Listeners.Open(options);
            if (listeners[0].Count == 0) throw new RefusedException("no listening sockets available, shutting down");
            logs.Open(options);
            var memory = new PopulationMemory(mpm.IsThreaded ? listeners.Length : 1);
            var generation = new Generation(_made, configuration, listeners, logs, memory, Environment.ProcessId);
            foreach (var program in logs.Programs) Supervise(program, logs, options);
            _made++;
            return generation;
        }
        catch (Exception e)
        {
            LetProgramsGo(logs);
            logs.Dispose();
            CloseUnused(others);
            throw e as RefusedException ?? new RefusedException(e is ArgumentException ? e.Message : FailureWords.Of(e));
        }
    }

    /// <summary>Closes the sockets on which none of the generations accepts, however long old children have to send.</summary>
    public void CloseUnused(IEnumerable<Generation> all)
    {
        foreach (var socket in Listeners.Unused(all.Where(generation => !generation.HasLetGo(board)))) Listeners.Close(socket);
    }

    /// <summary>Closes a generation without children, and the sockets that only it used.</summary>
    public void Close(Generation generation, IEnumerable<Generation> others)
    {
        _ended.RemoveAll(entry => entry.Logs == generation.Logs);
        LetProgramsGo(generation.Logs);
        generation.Dispose(); // closes the pipes: the programs read to the end and leave
        CloseUnused(others);
    }

    public void Dispose() => Listeners.Dispose();

    /// <summary>The programs of logs that are about to be closed have to be waited for.</summary>
    private void LetProgramsGo(LogTable logs)
    {
        foreach (var program in logs.Programs)
        {
            if (program.GiveUpProcess() is not { } process) continue;
            inbox.Forget(process.WaitDescriptor);
            inbox.Watch(process.WaitDescriptor, () => LetGo(process));
        }
    }

    /// <summary>A log program whose generation is gone has ended.</summary>
    private void LetGo(ChildProcess process)
    {
        if (process.TryReap() is null) return;
        inbox.Forget(process.WaitDescriptor);
        process.Dispose();
    }

    /// <summary>Starts log programs again that have ended while their generation lives. Called once a second: no program can make the master spin.</summary>
    public void RestartPrograms()
    {
        foreach (var (program, logs, options) in _ended.ToArray())
        {
            try
            {
                program.Start(logs.ErrorDescriptor(options));
                _ended.Remove((program, logs, options));
                Supervise(program, logs, options);
            }
            catch (RefusedException e) // whatever it was
            {
                log(LogLevel.Error, "AH00107: " + e.Message);
            }
        }
    }

    private void Supervise(PipedProgram program, LogTable logs, ManifoldOptions options)
    {
        var process = program.Process!;
        inbox.Watch(process.WaitDescriptor, () =>
        {
            if (process.TryReap() is null) return;
            inbox.Forget(process.WaitDescriptor);
            program.GiveUpProcess()?.Dispose();
            log(LogLevel.Error, $"AH00106: piped log program '{program.Target.Target}' failed unexpectedly");
            _ended.Add((program, logs, options));
        });
    }
}
