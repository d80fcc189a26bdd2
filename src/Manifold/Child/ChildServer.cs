using System.Net;
using Manifold.Connections;
using Manifold.Contracts;
using Manifold.Driving;
using Manifold.Os;
using Manifold.Os.Locks;
using Manifold.Shared;

namespace Manifold.Child;

/// <summary>
/// A child at work: what its MPM's threads share. The main thread starts the MPM, says that the child is ready, and then waits for the
/// reason to leave (<see cref="PodWatch"/>); the MPM's threads do everything else.
/// </summary>
internal sealed class ChildServer
{
    private readonly Heritage _heritage;
    private readonly ManifoldOptions _options;
    private readonly string _logName;
    private readonly ConnectionServices _services;
    private readonly ErrorLog _log;
    private readonly Scoreboard _board;
    private readonly List<WorkerThread> _workers = [];
    private long _connectionNumber;
    private int _exitCode;

    public ChildServer(
        Heritage heritage, ManifoldOptions options, string logName, Scoreboard board, IReadOnlyList<ListeningSocket> listeners,
        IProcessLock? acceptLock, ChildState state, ConnectionServices services, ErrorLog log)
    {
        _heritage = heritage;
        _options = options;
        _logName = logName;
        State = state;
        _services = services;
        _log = log;
        _board = board;
        Listeners = [.. listeners.Where(listener => listener.IsOpen)];
        if (Listeners.Length == 0) Record.NotListening = 1;
        AcceptLock = acceptLock;
    }

    public EffectiveSizing Sizing => _options.Sizing;

    public ChildState State { get; }

    public ListeningSocket[] Listeners { get; private set; }

    /// <summary>The lock around waiting on several sockets; null when it is not needed.</summary>
    public IProcessLock? AcceptLock { get; }

    /// <summary>Where connections come in that processes of other users have accepted; null when all processes are alike. Set before the child runs.</summary>
    public IArrivals? Arrivals { get; set; }

    /// <summary>Has something done when nothing more will be taken; on the thread that brings it about.</summary>
    public void AtTheEnd(Action action)
    {
        if (Arrivals is null) State.Retiring += action;
        else Arrivals.WhenEnded += action;
    }

    /// <summary>True when nothing more is taken: the child retires, and nothing can come from other processes.</summary>
    public bool TakesNothing => State.IsRetiring && Arrivals is not { Ended.IsSet: false };

    /// <summary>Raised about once a second, while the child serves, on its main thread. Handlers do not block.</summary>
    public event Action? EverySecond;

    /// <summary>This child's process record.</summary>
    public ref ProcessRecord Record => ref _board.Process(_heritage.Slot);

    /// <summary>Tells the scoreboard how many connections there are, and for what those in the lots of this child wait. Any thread; the sums are the same.</summary>
    public void Announce(params ReadOnlySpan<ParkingLot> lots)
    {
        int keepAlive = 0, writing = 0, closing = 0, waiting = 0;
        foreach (var lot in lots)
        {
            keepAlive += lot.Count(WaitKind.KeepAlive);
            writing += lot.Count(WaitKind.Write);
            closing += lot.Count(WaitKind.Linger);
            waiting += lot.Count(WaitKind.FirstByte) + lot.Count(WaitKind.Head) + lot.Count(WaitKind.Body) + lot.Count(WaitKind.Gap);
        }
        ref var record = ref Record;
        (record.Connections, record.KeepAlive, record.Writing, record.Closing, record.Waiting) = (State.Connections, keepAlive, writing, closing, waiting);
    }

    /// <summary>Starts a thread that serves connections and has scoreboard record <paramref name="row"/>.</summary>
    public void StartWorker(string name, int row, Action<WorkerThread> body) => StartWorker(NewWorker(name, row), me =>
    {
        body(me);
        me.Row.Status = WorkerStatus.Dead;
    });

    /// <summary>Starts a thread that was made with <see cref="NewWorker"/>; also again, when the last one has ended.</summary>
    public void StartWorker(WorkerThread worker, Action<WorkerThread> body) => Start(worker, me =>
    {
        me.Row.Claim(_heritage.Generation);
        body(me);
    });

    /// <summary>Starts a thread without a scoreboard record: a listener.</summary>
    public void StartListener(string name, Action<WorkerThread> body) => Start(Reachable(new WorkerThread(name, WorkerRow.OffTheBoard())), body);

    /// <summary>What belongs to a thread with scoreboard record <paramref name="row"/>. It stays to the end of the process.</summary>
    public WorkerThread NewWorker(string name, int row) => Reachable(new WorkerThread(name, _board.Row(_heritage.Slot, row)));

    /// <summary>
    /// Lets go of the listening sockets: by the accepting thread, once it accepts no more, or for it while it serves. The port is free when the
    /// last process has.
    /// </summary>
    public void CloseListeners()
    {
        var sockets = Listeners;
        Listeners = [];
        foreach (var socket in sockets) socket.Dispose();
        Record.NotListening = 1;
    }

    /// <summary>A connection object for an accepted socket.</summary>
    public Connection NewConnection(int descriptor, IPEndPoint remote, ListeningSocket? listener) =>
        new(descriptor, remote, listener, _services, Interlocked.Increment(ref _connectionNumber), OutboxOf);

    /// <summary>What gives a connection its outbox; null = its owner sends. Set by the MPM before it accepts.</summary>
    public Func<Connection, Outbox>? OutboxOf { get; set; }

    /// <summary>
    /// The connection that the master has accepted for this child; null when there is none, or when the client has gone already. To be
    /// called once, before the child can retire.
    /// </summary>
    public Connection? TakeInherited()
    {
        if (_heritage.Connection is not { } number) return null;
        using var socket = FileDescriptor.Inherited(number);
        if (ConnectionSocket.RemoteAddress(number) is not { } remote || !State.EnterAccept()) return null;
        State.LeaveAccept(1);
        socket.SetHandleAsInvalid(); // the connection owns it now
        return NewConnection(number, remote, listener: null);
    }

    /// <summary>
    /// Drives a connection on the calling thread. What goes wrong in it costs this connection only: it is aborted, and driven on to its end.
    /// </summary>
    public DriveEnd Serve(DriveLoop drive, Connection connection, WorkerThread me, Ready ready)
    {
        try
        {
            if (connection.Failure is { IsTold: false } failure)
            {
                failure.IsTold = true;
                Log(LogLevel.Crit, $"connection {connection.Id} failed: {failure.Cause}");
                ready |= Ready.HangUp;
            }
            if (connection.IsNew)
            {
                me.Row.SetClient(connection.RemoteAddress);
                me.Row.Status = WorkerStatus.BusyRead;
            }
            return drive.Drive(connection, me, ready);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            if (connection.Fail(e)) return Serve(drive, connection, me, Ready.HangUp);
            connection.Failure!.Keep();
            return DriveEnd.Closed;
        }
    }

    /// <summary>Writes to the error log as this child's MPM.</summary>
    public void Log(LogLevel level, string message, int errno = 0) => _log.Write(_logName, level, message, errno);

    /// <summary>The child has to leave, with this code: it retires, and its process ends with it when the last connection has.</summary>
    public void Leave(ExitCode code)
    {
        Interlocked.CompareExchange(ref _exitCode, (int)code, 0);
        State.Retire();
    }

    /// <summary>The main thread: has the MPM start its threads, waits until the child may leave, and returns the exit code.</summary>
    public int Run(FileDescriptor readyPipe, Action<ChildServer> start)
    {
        int exitCode = Serve(readyPipe, start);
        lock (_workers)
            foreach (var worker in _workers) worker.Lines.Write(); // of threads that were about it when the last connection had gone
        return exitCode;
    }

    private int Serve(FileDescriptor readyPipe, Action<ChildServer> start)
    {
        using var pod = new PodWatch(_heritage, State, Sizing, _board);
        start(this);
        StartFailure.CheckRoom();
        _ = PipePair.Write(readyPipe, "ready\n"u8);
        bool allLeave = pod.WaitForReason(EverySecond);
        Record.Quiescing = 1;
        State.Retire();
        _board.MarkGraceful(_heritage.Slot, Sizing.ThreadsPerChild);
        if (!allLeave) Arrivals?.End(); // others of this user go on
        pod.WaitUntilDrained();
        if (Arrivals is null) return _exitCode;
        _services.Gate?.Close();
        pod.Await(Arrivals.Ended); // until every process has said that it passes nothing on any more
        Arrivals.End();
        pod.WaitUntilDrained();
        return _exitCode;
    }

    private void Start(WorkerThread worker, Action<WorkerThread> body)
    {
        var thread = new Thread(() => body(worker), _options.ThreadStackSize) { Name = worker.Name, IsBackground = true };
        thread.Start();
    }

    private WorkerThread Reachable(WorkerThread worker)
    {
        State.Retiring += worker.Wake.Signal;
        State.Ending += worker.Interrupt;
        lock (_workers) _workers.Add(worker);
        return worker;
    }
}
