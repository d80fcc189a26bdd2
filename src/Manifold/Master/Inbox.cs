using System.Collections.Concurrent;
using System.Runtime.InteropServices;
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
    private readonly List<PosixSignalRegistration> _registrations = [];
    private readonly Dictionary<int, Action> _whenReadable = [];

    /// <summary>Catches the signals of a master.</summary>
    public Inbox()
    {
        _poller.Add(_signalled.Number);
        foreach (var signal in Enum.GetValues<MasterSignal>())
        {
            _registrations.Add(PosixSignalRegistration.Create((PosixSignal)(int)signal, context =>
            {
                context.Cancel = true;
                _signals.Enqueue(signal);
                _signalled.Signal();
            }));
        }
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
        foreach (var registration in _registrations) registration.Dispose();
        _poller.Dispose();
        _signalled.Dispose();
    }
}

/// <summary>The signals that mean something to a master, by their Linux numbers.</summary>
internal enum MasterSignal
{
    /// <summary>Restart now.</summary>
    Hangup = 1,
    /// <summary>Stop now (from a terminal).</summary>
    Interrupt = 2,
    /// <summary>Graceful restart.</summary>
    User1 = 10,
    /// <summary>Stop now.</summary>
    Terminate = 15,
    /// <summary>Graceful stop.</summary>
    WindowChange = 28,
}
