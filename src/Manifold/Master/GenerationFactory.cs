using Manifold.Hosting;
using Manifold.Mpms;
using Manifold.Os;
using Manifold.Populations;
using Manifold.Shared;

namespace Manifold.Master;

/// <summary>
/// Opens what a generation needs - sockets, logs, log programs, locks - and closes what no generation needs any more. On failure nothing is
/// left open that was not open before. Master thread.
/// </summary>
internal sealed class GenerationFactory(Inbox inbox, Action<LogLevel, string> log) : IDisposable
{
    private int _made;

    public ListenerTable Listeners { get; } = new();

    /// <summary>Makes the next generation; throws <see cref="RefusedException"/> with the reason when that is not possible.</summary>
    public Generation Make(LoadedConfiguration configuration)
    {
        var options = configuration.Options;
        if (!Mpm.All.TryGetValue(options.Mpm, out var mpm)) throw new RefusedException($"AH00534: Configuration error: no MPM is named {options.Mpm}.");
        LogTable? logs = null;
        try
        {
            _ = Identity.Of(options);
            var listeners = Listeners.Open(options);
            if (listeners[0].Count == 0) throw new RefusedException("no listening sockets available, shutting down");
            logs = LogTable.Open(options);
            var memory = new PopulationMemory(mpm.IsThreaded ? listeners.Length : 1);
            var generation = new Generation(_made, configuration, listeners, logs, memory, Environment.ProcessId);
            foreach (var program in logs.Programs) Supervise(program, logs, options);
            _made++;
            return generation;
        }
        catch (Exception e) when (e is OsException or RefusedException or ArgumentException)
        {
            logs?.Dispose();
            throw new RefusedException(e.Message);
        }
    }

    /// <summary>Closes a generation without children, and the sockets that only it used.</summary>
    public void Close(Generation generation, IEnumerable<Generation> others)
    {
        foreach (var program in generation.Logs.Programs)
        {
            if (program.GiveUpProcess() is not { } process) continue;
            inbox.Forget(process.WaitDescriptor);
            inbox.Watch(process.WaitDescriptor, () => LetGo(process));
        }
        generation.Dispose(); // closes the pipes: the programs read to the end and leave
        foreach (var socket in Listeners.Unused(others)) Listeners.Close(socket);
    }

    public void Dispose() => Listeners.Dispose();

    /// <summary>A log program whose generation is gone has ended.</summary>
    private void LetGo(ChildProcess process)
    {
        if (process.TryReap() is null) return;
        inbox.Forget(process.WaitDescriptor);
        process.Dispose();
    }

    /// <summary>A log program that ends while its generation lives is started again on the same pipe.</summary>
    private void Supervise(PipedProgram program, LogTable logs, ManifoldOptions options)
    {
        int descriptor = program.Process!.WaitDescriptor;
        inbox.Watch(descriptor, () =>
        {
            if (program.Process!.TryReap() is null) return;
            inbox.Forget(descriptor);
            log(LogLevel.Error, $"AH00106: piped log program '{program.Target.Target}' failed unexpectedly");
            try
            {
                program.Start(logs.ErrorDescriptor(options));
                Supervise(program, logs, options);
            }
            catch (RefusedException e)
            {
                log(LogLevel.Error, "AH00107: " + e.Message);
            }
        });
    }
}
