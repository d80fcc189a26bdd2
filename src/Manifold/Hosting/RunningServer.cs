using Manifold.Master;
using Manifold.Os;

namespace Manifold.Hosting;

/// <summary>What can be asked of a running server, by the signals that httpd uses.</summary>
public enum ServerSignal
{
    /// <summary>Restart now.</summary>
    Restart = 1,
    /// <summary>Restart without losing a request.</summary>
    GracefulRestart = 10,
    /// <summary>Stop now.</summary>
    Stop = 15,
    /// <summary>Stop when all requests are answered.</summary>
    GracefulStop = 28,
}

/// <summary>A server that another process runs, known by its pid file.</summary>
public sealed class RunningServer : IDisposable
{
    private readonly ChildProcess _master;

    private RunningServer(ChildProcess master) => _master = master;

    /// <summary>Process id of the master.</summary>
    public int Pid => _master.Pid;

    /// <summary>
    /// The server of a pid file; null when none runs. <paramref name="stale"/> is then the number in the file, if there is one. A number
    /// that is this process's own is nobody's: containers give the same numbers again. Throws for a file without a number.
    /// </summary>
    public static RunningServer? Find(string pidFile, out int? stale)
    {
        stale = PidFile.Read(pidFile);
        if (stale is null || stale == Environment.ProcessId) return null;
        if (stale == -1)
            throw new RefusedException($"AH00058: Error retrieving pid file {pidFile}\nAH00059: Remove it before continuing if it is corrupted.");
        return ChildProcess.Existing(stale.Value) is { } master ? new RunningServer(master) : null;
    }

    /// <summary>The server that this process runs; null before it can be told anything.</summary>
    public static RunningServer? This() => ChildProcess.Existing(Environment.ProcessId) is { } master ? new RunningServer(master) : null;

    /// <summary>Sends a signal; false when the process has ended or belongs to somebody else.</summary>
    public bool Signal(ServerSignal signal) => _master.Signal((int)signal);

    /// <summary>Waits until the server is down; false when <paramref name="milliseconds"/> passed before.</summary>
    public bool WaitForEnd(int milliseconds) => _master.WaitForEnd(milliseconds);

    /// <inheritdoc/>
    public void Dispose() => _master.Dispose();
}
