namespace Manifold.Os;

/// <summary>What becomes ready when another thread calls <see cref="Signal"/>: a manual-reset event.</summary>
internal sealed class EventFd : IDisposable
{
    private readonly FileDescriptor _event;

    public EventFd()
    {
        nint handle = Kernel.CreateEvent(0, manual: true, set: false, null);
        _event = handle != 0 ? new FileDescriptor((int)handle) : throw OsException.Last("CreateEvent");
    }

    public int Number => _event.WaitNumber;

    /// <summary>Makes it ready. Any thread, also a signal callback.</summary>
    public void Signal()
    {
        if (!_event.IsClosed) _ = Kernel.Set(Kernel.Handle(_event.Number));
    }

    /// <summary>Makes it unready again.</summary>
    public void Clear()
    {
        if (!_event.IsClosed) _ = Kernel.Reset(Kernel.Handle(_event.Number));
    }

    public void Dispose() => _event.Dispose();
}
