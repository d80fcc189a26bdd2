using Manifold.Contracts;
using Manifold.Master;
using Manifold.Os;
using Manifold.Os.Locks;
using Manifold.Shared;

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
    /// The server of a pid file; null when none runs. <paramref name="stale"/> is then the number in the file, if there is one: the process of that
    /// number, if there is one, is another program or serves another configuration. Throws for a file without a number.
    /// </summary>
    public static RunningServer? Find(string pidFile, out int? stale)
    {
        stale = PidFile.Read(pidFile);
        if (stale is null || stale == Environment.ProcessId) return null;
        if (stale == -1)
            throw new RefusedException($"AH00058: Error retrieving pid file {pidFile}\nAH00059: Remove it before continuing if it is corrupted.");
        return ChildProcess.Existing(stale.Value, pid => FileOwner.Is(pid, pidFile)) is { } master ? new RunningServer(master) : null;
    }

    /// <summary>The server that this process runs; null before it can be told anything.</summary>
    public static RunningServer? This() => ChildProcess.Existing(Environment.ProcessId, _ => true) is { } master ? new RunningServer(master) : null;

    /// <summary>Sends a signal; false when the process has ended or belongs to somebody else.</summary>
    public bool Signal(ServerSignal signal) => _master.Signal((int)signal);

    /// <summary>
    /// Asks for a restart and waits until the next generation serves. Returns null then, and also where it cannot be seen what becomes of it; else why the server
    /// goes on as it was, for the user.
    /// </summary>
    public string? Restart(ServerSignal signal, int milliseconds)
    {
        using var record = RestartRecord.Of(Pid);
        int before = record?.Begun ?? 0;
        if (!Signal(signal)) return $"httpd (pid {Pid}) cannot be told: it has ended, or belongs to somebody else";
        if (record is null) return null;
        for (long deadline = Environment.TickCount64 + milliseconds; ;)
        {
            if (record.Ended > before) return record.Refusal is { } why ? $"httpd (pid {Pid}) has refused the restart and goes on as it was:\n{why}" : null;
            if (record.IsStopping) return $"httpd (pid {Pid}) stops";
            if (_master.WaitForEnd(LookMs)) return $"httpd (pid {Pid}) has ended";
            if (Environment.TickCount64 > deadline) return $"httpd (pid {Pid}) has not restarted within {milliseconds / 1000} seconds";
        }
    }

    private const int LookMs = 10;

    /// <summary>Waits until the server is down; false when <paramref name="milliseconds"/> passed before.</summary>
    public bool WaitForEnd(int milliseconds) => _master.WaitForEnd(milliseconds);

    /// <inheritdoc/>
    public void Dispose() => _master.Dispose();
}
