using Manifold.Contracts;
using Manifold.Mpms;
using Manifold.Os;
using Manifold.Os.Locks;
using Manifold.Populations;
using Manifold.Shared;

namespace Manifold.Master;

/// <summary>
/// One generation: a configuration, the MPM and the sockets that go with it, and the children that serve it. Everything a child inherits is
/// made here. Retiring a generation is closing its pipes of death. Disposed when its last child has ended. Master thread.
/// </summary>
internal sealed class Generation : IDisposable
{
    private readonly PipePair[] _pods;
    private readonly ProcessLockSource?[] _locks;
    private readonly Microsoft.Win32.SafeHandles.SafeFileHandle _snapshot;
    private readonly IPopulation _population;
    private readonly PopulationView _view;
    private readonly ChildHandle?[] _seats;
    private readonly UserPassages? _users;
    private readonly Identity[] _identities; // of the main account and of the users
    private int _retirements;
    private int _living;
    private bool _wasTold;

    public Generation(
        int number, LoadedConfiguration configuration, IReadOnlyList<ListeningSocket>[] listeners, LogTable logs, PopulationMemory memory, int pid)
    {
        Number = number;
        Options = configuration.Options;
        Levels = configuration.LogLevels;
        ErrorLayout = configuration.ErrorLayout;
        Mpm = Mpm.All[Options.Mpm];
        Listeners = listeners;
        Logs = logs;
        Memory = memory;
        _identities = [.. Enumerable.Range(0, Options.Users.Count + 1).Select(number => Identity.Of(Options, number))];
        Warnings = configuration.Warnings;
        _population = Mpm.NewPopulation(Sizing, memory);
        int seats = Sizing.ActiveLimit + Math.Max(32, Sizing.ActiveLimit); // head-room for children that are leaving
        _view = new PopulationView(seats, Sizing.ThreadsPerChild);
        _seats = new ChildHandle?[seats];
        _pods = new PipePair[listeners.Length];
        _locks = new ProcessLockSource?[listeners.Length];
        _snapshot = MemFile.CreateSnapshot("manifold-configuration", configuration.Snapshot);
        try
        {
            for (int bucket = 0; bucket < listeners.Length; bucket++)
            {
                _pods[bucket] = new PipePair();
                if (Mpm.UsesAcceptLock && listeners[bucket].Count > 1) _locks[bucket] = NewLock(bucket, pid);
            }
            if (Options.Users.Count > 0) _users = new UserPassages(Options, Sizing.ActiveLimit);
        }
        catch
        {
            CloseOwn();
            throw;
        }
    }

    public int Number { get; }

    public ManifoldOptions Options { get; }

    public LogLevels Levels { get; }

    public ErrorLayout? ErrorLayout { get; }

    public Mpm Mpm { get; }

    public EffectiveSizing Sizing => Options.Sizing;

    /// <summary>The main account of its children.</summary>
    public Identity Identity => _identities[0];

    /// <summary>The sockets, by bucket.</summary>
    public IReadOnlyList<ListeningSocket>[] Listeners { get; }

    public LogTable Logs { get; }

    public PopulationMemory Memory { get; }

    /// <summary>Slows down starting while children fail.</summary>
    public StartBackOff BackOff { get; } = new(TimeProvider.System);

    /// <summary>What had to be corrected in its configuration.</summary>
    public IReadOnlyList<string> Warnings { get; }

    public SuccessiveKills Kills { get; } = new();

    /// <summary>When it was made (TickCount64).</summary>
    public long Made { get; } = Environment.TickCount64;

    /// <summary>True from <see cref="Abandon"/> or <see cref="Retire"/> on.</summary>
    public bool IsRetired { get; private set; }

    /// <summary>Threads that its ready children have, as far as the last tick knows; no fewer than they had at their start.</summary>
    public int ServingThreads
    {
        get
        {
            int ready = Children.Count(child => child.IsReady);
            return Math.Clamp(_living, ready * Sizing.StartThreads, ready * Sizing.ThreadsPerChild);
        }
    }

    /// <summary>Accepts for this generation, if its MPM has the master do so; null until it serves.</summary>
    public Gatekeeper? Gate { get; set; }

    /// <summary>True once a child has been ready.</summary>
    public bool HasServed { get; set; }

    public IEnumerable<ChildHandle> Children => _seats.OfType<ChildHandle>();

    public bool IsEmpty => Array.TrueForAll(_seats, seat => seat is null);

    /// <summary>True when what waits in the queues of its sockets would wait for ever.</summary>
    public bool HasNobodyToAccept => IsEmpty && Gate is null;

    /// <summary>The lowest free seat; -1 = none.</summary>
    public int FreeSeat()
    {
        int seat = Array.IndexOf(_seats, null);
        return seat < Sizing.ActiveLimit ? seat : -1;
    }

    /// <summary>How many children to start before the generation serves, when so many threads are serving now.</summary>
    public int FirstChildren(int serving) =>
        Mpm.StartsPerConnection ? Sizing.StartServers : Math.Max(Sizing.StartServers, serving / Sizing.StartThreads);

    /// <summary>Starts a child, for a connection or to accept for itself; throws <see cref="OsException"/> when the system refuses.</summary>
    public ChildHandle Spawn(int seat, int slot, Scoreboard board, string executable, IReadOnlyList<string> environment, FileDescriptor? connection)
    {
        var said = new PipePair();
        try
        {
            var process = SpawnProcess(seat, slot, board, executable, environment, said.Writer.Number, connection);
            return _seats[seat] = new ChildHandle(this, seat, slot, process, said.Reader);
        }
        catch
        {
            said.Reader.Dispose();
            throw;
        }
        finally
        {
            said.Writer.Dispose();
        }
    }

    private ChildProcess SpawnProcess(
        int seat, int slot, Scoreboard board, string executable, IReadOnlyList<string> environment, int readyPipe, FileDescriptor? connection)
    {
        var heritage = HeritageOf(seat, slot, board, readyPipe) with { Connection = connection?.Number };
        if (Mpm.StartsPerConnection) heritage = heritage with { Listeners = [] }; // they stay with the master
        IReadOnlyList<(int, int)> streams = Logs.ErrorDescriptor(Options) is { } error ? [(error.Number, 2)] : [];
        var start = new ChildProcess.Start(executable, [$"manifold: {Mpm.Name} child {slot}, generation {Number}"], ChildProfile.Environment(environment, Mpm), streams);
        return HeritageTransport.Spawn(start, heritage.Descriptors(), number => heritage.With(number, HeritageTransport.SocketNumber).ToBytes());
    }

    /// <summary>What the child of a seat inherits.</summary>
    public Heritage HeritageOf(int seat, int slot, Scoreboard board, int readyPipe)
    {
        int bucket = BucketOf(seat);
        return new Heritage
        {
            Generation = Number,
            Slot = slot,
            Bucket = bucket,
            MasterPid = Environment.ProcessId,
            Mpm = Mpm.Name,
            Listeners = [.. Listeners[bucket].Select(l => new InheritedListener(_wasTold ? InheritedListener.Closed : l.Number, l.Local, l.Protocol))],
            Scoreboard = board.Descriptor,
            Pod = _pods[bucket].Reader.Number,
            ReadyPipe = readyPipe,
            AcceptLock = _locks[bucket] is { } held
                ? new InheritedLock(held.Mechanism, held.Descriptor is { } fd ? (int)fd.DangerousGetHandle() : held.Id, held.Descriptor is not null)
                : null,
            Identity = Options.User is not null && Privileges.IsRoot ? _identities[_users?.UserOf(seat) ?? 0] : null,
            User = _users?.Inherited(seat),
            Logs = Logs.Inherited(),
            Snapshot = (int)_snapshot.DangerousGetHandle(),
        };
    }

    /// <summary>One tick of idle maintenance: what the population's rule decides for what the scoreboard shows.</summary>
    public PopulationStep Tick(Scoreboard board)
    {
        _view.Clear();
        _living = 0;
        _view.HasServed = HasServed;
        for (int seat = 0; seat < _seats.Length; seat++)
        {
            if (_seats[seat] is not { } child) continue;
            ref var record = ref board.Process(child.Slot);
            var flags = SlotFlags.Occupied;
            if (!IsRetired) flags |= SlotFlags.CurrentGeneration;
            if (record.Quiescing != 0 || child.WasToldToEnd) flags |= SlotFlags.Retiring;
            if (record.NotAccepting != 0) flags |= SlotFlags.NotAccepting;
            if (!child.IsReady) flags |= SlotFlags.Starting;
            _view[seat] = flags;
            var threads = _view.Threads(seat);
            for (int thread = 0; thread < threads.Length; thread++)
            {
                threads[thread] = board.Status(child.Slot, thread);
                if (threads[thread] != WorkerStatus.Dead) _living++;
            }
        }
        return _population.Tick(_view);
    }

    /// <summary>The bucket of listening sockets that a seat's child uses.</summary>
    public int BucketOf(int seat) => seat % _pods.Length;

    /// <summary>Asks one child of a bucket to end, whichever has least to do.</summary>
    public void RetireOne(int bucket)
    {
        if (PipePair.Write(_pods[bucket].Writer, "!"u8) == 1) _retirements++;
    }

    /// <summary>A child has left by itself: true when that was because one was asked to. Otherwise it has to be replaced.</summary>
    public bool RetirementDone() => _retirements > 0 && _retirements-- > 0;

    /// <summary>From now on nobody looks after its population; its children serve until <see cref="Retire"/>, its gatekeeper only what it gives up.</summary>
    public void Abandon(IReadOnlyList<ListeningSocket> givenUp)
    {
        IsRetired = true;
        Gate?.KeepTo(givenUp);
    }

    /// <summary>Asks all children to take nothing new, finish what they have, and end.</summary>
    public void Retire()
    {
        IsRetired = _wasTold = true;
        Gate?.Dispose();
        foreach (var pod in _pods) pod.Writer.Dispose();
        _users?.CloseSenders();
    }

    /// <summary>True when nobody in it accepts any more, and each of its children has closed its listening sockets or has none.</summary>
    public bool HasLetGo(Scoreboard board) =>
        _wasTold && Children.All(child => board.Process(child.Slot).NotListening != 0);

    /// <summary>
    /// True when a child that has ended leaves something to do although the generation is retired: connections for its user that others of the
    /// generation have passed on, or may pass on, with nobody left to take them.
    /// </summary>
    public bool NeedsHeir(ChildHandle ended) =>
        _users is not null && ended.IsReady && !ended.WasToldToEnd && _users.MayBringSomething(ended.Seat)
        && !Children.Any(child => _users.UserOf(child.Seat) == _users.UserOf(ended.Seat));

    /// <summary>A child has ended: its seat is free.</summary>
    public void Vacate(ChildHandle child) => _seats[child.Seat] = null;

    public void Dispose()
    {
        Gate?.Dispose();
        CloseOwn();
        Logs.Dispose();
    }

    /// <summary>Closes what was opened here. The logs came from outside, and stay there when the constructor throws.</summary>
    private void CloseOwn()
    {
        foreach (var pod in _pods) pod?.Dispose();
        foreach (var held in _locks) held?.Dispose();
        _users?.Dispose();
        _snapshot.Dispose();
    }

    private ProcessLockSource NewLock(int bucket, int pid)
    {
        var wanted = Options.AcceptMutex;
        string name = $"mpm-accept-{bucket}" + (wanted.OmitPid ? "" : "." + pid);
        bool root = Privileges.IsRoot;
        return ProcessLockFactory.Create(
            ProcessLockFactory.Parse(wanted.Mechanism), wanted.Directory ?? Options.RuntimeDirectory, name, root ? Identity.Uid : null, root ? Identity.Gid : null);
    }
}
