using Manifold.Child;
using Manifold.Connections;
using Manifold.Driving;
using Manifold.HandOffs;
using Manifold.Os;

namespace Manifold.Accepting;

/// <summary>
/// The listener that is also the poller (event): one thread waits on the listening sockets, on all parked connections and on its wake-up,
/// and hands what became ready to the workers. It blocks in epoll only. It accepts no more than the idle threads justify
/// (<see cref="EventAdmission"/>); while it may not, the listening sockets are out of its poller, and other processes take the connections.
/// Held: it never waits on a listening socket when it would not accept, because the kernel wakes one process for a connection.
/// </summary>
internal sealed class PollingListener : IDisposable
{
    private const int BatchSize = 256, AcceptBatch = 16;

    private readonly ChildServer _child;
    private readonly JobQueue _jobs;
    private readonly Epoll _poller = new(BatchSize);
    private readonly EventAdmission _admission;
    private readonly AcceptErrors _errors;
    private WorkerThread? _me;
    private volatile bool _disabled;
    private int _spareTold; // 1 = a worker has said that it is idle since the listener last asked
    private bool _closed;
    private long _pausedUntil;

    public PollingListener(ChildServer child, JobQueue jobs)
    {
        _child = child;
        _jobs = jobs;
        Parking = new ParkingLot(_poller);
        _errors = new AcceptErrors(child);
        _admission = new EventAdmission(child.Sizing.ThreadsPerChild, child.Sizing.AsyncRequestWorkerFactor);
    }

    public ParkingLot Parking { get; }

    /// <summary>A worker has become idle: if that reopens the listening sockets, the listener must know. Any thread.</summary>
    public void WorkerIsSpare()
    {
        if (_disabled && Interlocked.Exchange(ref _spareTold, 1) == 0) _me?.Wake.Signal();
    }

    public void Dispose() => Parking.Dispose();

    /// <summary>The listener thread.</summary>
    public void Run(WorkerThread me)
    {
        _me = me;
        _poller.Add(me.Wake.Number);
        foreach (var socket in _child.Listeners) _poller.AddShared(socket.Number);
        for (;;)
        {
            long next = _disabled ? long.MaxValue : Environment.TickCount64 + Acceptor.LookAgainMs;
            if (_pausedUntil > 0) next = Math.Min(next, _pausedUntil);
            int count = Parking.Wait(next);
            for (int i = 0; i < count; i++) // first: nothing has changed since it was found that a connection may be accepted
                if (ListenerOf(_poller.Fd(i)) is { } socket) Accept(socket);
            for (int i = 0; i < count; i++) Handle(_poller.Fd(i), _poller.Found(i));
            if (count == 0 && !_disabled)
                foreach (var socket in _child.Listeners) Accept(socket); // epoll forgets what it has told somebody else
            while (Parking.TakeOutCalled() is { } called) _jobs.Push(new Job(called, Ready.None));
            EndOverdueWaits();
            OpenOrClose();
            _child.Announce(Parking);
        }
    }

    private void Handle(int fd, Ready found)
    {
        if (fd == _me!.Wake.Number) _me.Wake.Clear();
        else if (Parking.TakeOut(fd) is { } connection) _jobs.Push(new Job(connection, found));
    }

    private ListeningSocket? ListenerOf(int fd)
    {
        foreach (var socket in _child.Listeners)
            if (socket.Number == fd) return socket;
        return null;
    }

    private void Accept(ListeningSocket socket)
    {
        for (int i = 0; i < AcceptBatch && !_disabled; i++)
        {
            if (!MayAccept())
            {
                Disable();
                return;
            }
            if (Acceptor.Take(_child, socket, _errors) is not { } connection) return;
            _jobs.Push(new Job(connection, Ready.In));
        }
    }

    /// <summary>
    /// True when the idle threads justify one more connection, and there is room for its descriptor. Those that wait for their client or for the
    /// application need no thread and do not count: else a few slow clients would close the server. A connection between requests may need one at any moment.
    /// </summary>
    private bool MayAccept()
    {
        int resting = Parking.Total - Parking.Count(WaitKind.KeepAlive);
        return _admission.Ask(_jobs.Spare, _child.State.Connections, resting, accepting: !_disabled) == Admission.Accept && _errors.HasRoom();
    }

    /// <summary>Waits that took too long end on a worker, because ending one runs the HTTP loop.</summary>
    private void EndOverdueWaits()
    {
        long now = Environment.TickCount64;
        while (Parking.TakeOutExpired(now, _child.State.IsEnding) is { } connection) End(connection);
    }

    private void End(Connection connection)
    {
        if (!_me!.EndWait(connection)) return;
        connection.LeavesThread(Wants.Read);
        _jobs.Push(new Job(connection, Ready.None));
    }

    private void OpenOrClose()
    {
        if (_child.State.IsRetiring)
        {
            if (_closed) return;
            if (!_disabled) Disable();
            _closed = _disabled = true;
            _child.CloseListeners();
        }
        else
        {
            if (!_disabled && !MayAccept()) Disable();
            Interlocked.Exchange(ref _spareTold, 0);
            bool reopens = _disabled && !IsPaused() && MayAccept(); // asked again: who became idle before it was disabled has not said so
            if (_errors.Pause > 0) PauseAccepting();
            else if (reopens) Reopen();
        }
    }

    /// <summary>Descriptors have run out: those who have not said what they want make room.</summary>
    private void PauseAccepting()
    {
        for (int i = 0; i < ParkingLot.SilentBatch && Parking.TakeOutSilent() is { } silent; i++) End(silent);
        if (!_disabled) Disable();
        _pausedUntil = Environment.TickCount64 + _errors.Pause;
        _errors.Over();
    }

    private void Reopen()
    {
        _disabled = false;
        _child.Record.NotAccepting = 0;
        foreach (var socket in _child.Listeners) _poller.AddShared(socket.Number);
    }

    private bool IsPaused()
    {
        if (_pausedUntil > 0 && Environment.TickCount64 >= _pausedUntil) _pausedUntil = 0;
        return _pausedUntil > 0;
    }

    private void Disable()
    {
        _disabled = true;
        _child.Record.NotAccepting = 1;
        foreach (var socket in _child.Listeners) _poller.Remove(socket.Number);
    }
}
