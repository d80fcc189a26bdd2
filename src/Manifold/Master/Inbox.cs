using System.Collections.Concurrent;
using Manifold.Os;

namespace Manifold.Master;

/// <summary>
/// The one place where the master waits: signals, ends of processes, words of children, the clock. Signals are queued by the runtime's
/// signal thread; everything else is the master thread's.
/// </summary>
internal sealed class Inbox : IDisposable
{
    private readonly Epoll _poller = new(64);
    private readonly EventFd _signalled = new();
    private readonly ConcurrentQueue<MasterSignal> _signals = new();
    private readonly ServerSignals _listening;
    private readonly Dictionary<int, Action> _whenReadable = [];

    /// <summary>Catches the signals of a master.</summary>
    public Inbox()
    {
        _poller.Add(_signalled.Number);
        _listening = new ServerSignals(signal =>
        {
            _signals.Enqueue(signal);
            _signalled.Signal();
        }, Enum.GetValues<MasterSignal>());
    }

    /// <summary>Calls <paramref name="action"/> whenever <paramref name="descriptor"/> is readable, until <see cref="Forget"/>.</summary>
    public void Watch(int descriptor, Action action)
    {
        _whenReadable[descriptor] = action;
        _poller.Add(descriptor);
    }

    /// <summary>Ends a watch, before the descriptor is closed.</summary>
    public void Forget(int descriptor)
    {
        if (_whenReadable.Remove(descriptor)) _poller.Remove(descriptor);
    }

    /// <summary>Waits up to <paramref name="timeoutMs"/> and calls what became readable.</summary>
    public void Wait(int timeoutMs)
    {
        int count = _poller.Wait(timeoutMs);
        Span<int> ready = stackalloc int[count];
        for (int i = 0; i < count; i++) ready[i] = _poller.Fd(i);
        foreach (int fd in ready)
        {
            if (fd == _signalled.Number) _signalled.Clear();
            else if (_whenReadable.TryGetValue(fd, out var action)) action();
        }
    }

    /// <summary>The next signal that has arrived; false when there is none.</summary>
    public bool NextSignal(out MasterSignal signal) => _signals.TryDequeue(out signal);

    public void Dispose()
    {
        _listening.Dispose();
        _poller.Dispose();
        _signalled.Dispose();
    }
}
