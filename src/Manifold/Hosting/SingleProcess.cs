using System.Text;
using Manifold.Contracts;
using Manifold.Master;
using Manifold.Os;
using Manifold.Populations;
using Manifold.Shared;

namespace Manifold.Hosting;

/// <summary>
/// The server in one process, for debugging (-X): what a master would hand to a child is made here and used in the same process. No
/// restarts, no replacement; TERM and INT end it, WINCH after the requests in progress. With a connection it serves this one and ends.
/// </summary>
internal static class SingleProcess
{
    public static int Run(IServerProgram program, LoadedConfiguration configuration, ErrorLog log, Action whenUp, FileDescriptor? connection = null)
    {
        var options = configuration.Options with { ListenCoresBucketsRatio = 0, Users = [] };
        using var listeners = new ListenerTable();
        using var logs = new LogTable();
        logs.Open(options);
        log.Open(logs.Own, configuration.LogLevels, configuration.ErrorLayout);
        if (connection is not null && logs.ErrorDescriptor(options) is { } error) FileDescriptor.Become(2, error.Number);
        using var generation = new Generation(
            0, configuration with { Options = options }, listeners.Open(options), logs, new PopulationMemory(1), Environment.ProcessId);
        using var board = Scoreboard.Create(1, Math.Max(64, generation.Sizing.ThreadsPerChild));
        board.Global.MasterPid = Environment.ProcessId;
        board.Global.ConfigGeneration = 1;
        board.Global.DaemonLimit = 1;
        board.Global.ThreadsPerChild = generation.Sizing.ThreadsPerChild;
        board.RestartsNow();
        board.Process(0).Pid = Environment.ProcessId;
        board.Process(0).Threads = generation.Sizing.ThreadsPerChild;
        var pidFile = options.PidFile is { } path ? new PidFile(path) : null;
        pidFile?.Write();
        using var said = new PipePair();
        var heritage = (generation.HeritageOf(0, 0, board, said.Writer.Number) with { Connection = connection?.Number }).Duplicated();
        connection?.Dispose();
        using var signals = new ServerSignals(signal =>
        {
            if (signal == MasterSignal.WindowChange) generation.Retire();
            else Leave(pidFile);
        }, MasterSignal.Terminate, MasterSignal.Interrupt, MasterSignal.WindowChange);
        whenUp();
        int code = ChildMain.Run(heritage, program);
        pidFile?.Remove();
        if (code != 0) Console.Error.WriteLine(SaidBy(said));
        return code;
    }

    private static void Leave(PidFile? pidFile)
    {
        pidFile?.Remove();
        Environment.Exit(0);
    }

    /// <summary>Why it could not start, from what has been said over the ready pipe.</summary>
    internal static string SaidBy(PipePair pipe)
    {
        byte[] said = new byte[ChildHandle.MostWords];
        int length = 0;
        while (length < said.Length && PipePair.Read(pipe.Reader, said.AsSpan(length)) is > 0 and var n) length += n;
        return ChildHandle.FailureIn(Encoding.UTF8.GetString(said, 0, length));
    }
}
