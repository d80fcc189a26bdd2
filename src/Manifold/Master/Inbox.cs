using System.Collections.Concurrent;
using Manifold.Os;

namespace Manifold.Master;

/// <summary>
/// The one place where the master waits: signals, ends of processes, words of children, the clock. Signals are queued by the runtime's
/// signal thread; everything else is the master thread's. Held: nothing that is watched is missed, and no signal is lost, whatever the system refuses
/// or an action throws; what throws is called again.
/// </summary>
internal sealed class Inbox : IDisposable
{
    private const int RestMs = 100;
    private readonly Epoll _poller = new(64);
    private readonly EventFd _signalled = new();
    private readonly ConcurrentQueue<MasterSignal> _signals = new();
    private readonly Dictionary<int, Action> _whenReadable = [];
    private readonly HashSet<int> _refused = []; // by the poller, though they are watched
    private readonly ServerSignals _listening;
    private readonly Action<string>? _problem;
    private bool _rests;

    /// <summary>Catches the signals of a master. <paramref name="problem"/> is told what the system has refused.</summary>
    public Inbox(Action<string>? problem = null)
    {
        _problem = problem;
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
        if (_poller.TryAdd(descriptor) is not (not 0 and var errno)) return;
        _refused.Add(descriptor);
        _problem?.Invoke($"{Errno.Numbered(errno)}: epoll_ctl; it is tried again");
    }

    /// <summary>Ends a watch, before the descriptor is closed.</summary>
    public void Forget(int descriptor)
    {
        if (_whenReadable.Remove(descriptor) && !_refused.Remove(descriptor)) _poller.Remove(descriptor);
    }

    /// <summary>From now on until the next <see cref="Wait"/> is over only a signal is worth waking up for: something goes wrong, and may do so for long.</summary>
    public void Rest() => _rests = true;

    /// <summary>Waits up to <paramref name="timeoutMs"/> and calls what became readable.</summary>
    public void Wait(int timeoutMs)
    {
        if (_rests)
        {
            _rests = false;
            Span<Poll.Entry> signalled = [new Poll.Entry(_signalled.Number, Ready.In)];
            _ = Poll.Wait(signalled, timeoutMs < 0 ? RestMs : Math.Min(timeoutMs, RestMs));
            timeoutMs = 0;
        }
        if (_refused.Count > 0)
        {
            _refused.RemoveWhere(descriptor => _poller.TryAdd(descriptor) == 0);
            if (_refused.Count > 0) timeoutMs = timeoutMs < 0 ? RestMs : Math.Min(timeoutMs, RestMs);
        }
        int count = _poller.Wait(timeoutMs);
        Span<int> ready = stackalloc int[count];
        for (int i = 0; i < count; i++) ready[i] = _poller.Fd(i);
        foreach (int fd in ready)
        {
            if (fd == _signalled.Number) _signalled.Clear();
            else if (_whenReadable.TryGetValue(fd, out var action)) action();
            else _poller.Remove(fd); // was to be forgotten, and the system has refused that
        }
        if (_refused.Count > 0) LookByHand();
    }

    /// <summary>Hands on each signal that has arrived. One that could not be obeyed, because that threw, is handed on again.</summary>
    public void Obey(Action<MasterSignal> obey)
    {
        while (_signals.TryPeek(out var signal))
        {
            obey(signal);
            _signals.TryDequeue(out _);
        }
    }

    public void Dispose()
    {
        _listening.Dispose();
        _poller.Dispose();
        _signalled.Dispose();
    }

    private void LookByHand()
    {
        foreach (int descriptor in _refused.ToArray())
        {
            Span<Poll.Entry> entry = [new Poll.Entry(descriptor, Ready.In)];
            if (Poll.Wait(entry, 0) > 0 && _whenReadable.TryGetValue(descriptor, out var action)) action();
        }
    }
}
