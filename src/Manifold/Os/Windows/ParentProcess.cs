namespace Manifold.Os;

/// <summary>A child's view of the master that started it: its process, opened while it certainly lives.</summary>
internal sealed class ParentProcess : IDisposable
{
    private const uint SYNCHRONIZE = 0x100000;
    private readonly FileDescriptor? _process;

    public ParentProcess(int pid)
    {
        if (pid == Environment.ProcessId) return;
        nint handle = Kernel.OpenProcess(SYNCHRONIZE, false, pid);
        _process = handle != 0 ? new FileDescriptor((int)handle) : throw OsException.Last($"cannot watch the master {pid}");
    }

    /// <summary>True when the master has ended. Never, for a process that is its own master.</summary>
    public bool IsGone => _process is not null && Kernel.IsSet(Kernel.Handle(_process.Number));

    public void Dispose() => _process?.Dispose();
}
