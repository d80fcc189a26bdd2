using Manifold.Contracts;
using Manifold.Os;
using Manifold.Shared;

namespace Manifold.Master;

/// <summary>
/// Which generation serves. A restart makes the next generation beside the present one and starts its children; when all are ready the
/// present one is retired, and when one fails the next is given up and the present one goes on. When the next one has given sockets up, the
/// children of the present one first take what waits in their queues. One restart at a time; a wish that comes meanwhile is kept. Master
/// thread; blocks nowhere.
/// </summary>
internal sealed class Succession(
    Func<LoadedConfiguration> load, GenerationFactory factory, RestartRecord restarts, Func<Generation, int, string?> start, Action<Generation> announce, Action<LogLevel, string> log)
{
    private const int MostOld = 8, QueuePatienceMs = 10_000, LookMs = 20, LongestLookMs = 1000;
    private readonly List<Generation> _old = [];
    private bool _hard;
    private (bool Wanted, bool Hard) _again;
    private (Generation Generation, EmptyingSockets Sockets)? _leaving;
    private (long Began, long NextLook)? _givenUp; // sockets that old children have to close first

    /// <summary>The generation that serves.</summary>
    public Generation Current { get; private set; } = null!;

    /// <summary>The generation that is being started; null outside a restart.</summary>
    public Generation? Next { get; private set; }

    /// <summary>True while a hard restart is under way, and when the last one was hard.</summary>
    public bool IsHard => _hard;

    /// <summary>True when a restart has been carried out, until <see cref="TakeNote"/>.</summary>
    public bool HasChanged { get; private set; }

    /// <summary>True when no restart is under way, nor what follows from one.</summary>
    public bool IsSettled => Next is null && _leaving is null && _givenUp is null && !_again.Wanted;

    /// <summary>Somebody has done what follows from a restart.</summary>
    public void TakeNote() => HasChanged = false;

    /// <summary>Every generation that may have children.</summary>
    public IEnumerable<Generation> All
    {
        get
        {
            foreach (var generation in _old) yield return generation;
            if (Current is not null) yield return Current;
            if (Next is not null) yield return Next;
        }
    }

    /// <summary>The first generation.</summary>
    public void Begin(LoadedConfiguration configuration)
    {
        Current = factory.Make(configuration, []);
        announce(Current);
        StartChildren(Current, Current.Sizing.StartServers);
    }

    /// <summary>The server stops: no further restart.</summary>
    public void ForgetWishes() => _again = default;

    /// <summary>Begins a restart. A configuration that cannot be used changes nothing.</summary>
    public void Restart(bool hard)
    {
        if (Next is not null || _leaving is not null)
        {
            _again = (true, hard || _again.Hard);
            return;
        }
        _again = default;
        _hard = hard;
        restarts.Begin();
        log(LogLevel.Notice, ServerSignals.Text(hard ? MasterSignal.Hangup : MasterSignal.User1));
        try
        {
            Next = factory.Make(load(), All);
        }
        catch (Exception e) // whatever it is, the old generation serves on
        {
            string why = FailureWords.Of(e);
            foreach (string line in why.Split('\n')) log(LogLevel.Error, line);
            log(LogLevel.Error, $"the restart was refused; generation {Current.Number} goes on");
            restarts.End(why);
            return;
        }
        // As many threads as serve now, so that nobody has to wait until the population has grown again.
        string? problem = StartChildren(Next, Next.FirstChildren(Current.ServingThreads));
        if (Next.IsEmpty) GiveUpNext("no child could be started", problem);
    }

    /// <summary>A child of the next generation is ready: when it was the last one, the generations change places.</summary>
    public void ChildIsReady()
    {
        if (Next is null || Next.Children.Any(child => !child.IsReady)) return;
        var before = Current;
        Current = Next;
        Next = null;
        HasChanged = true;
        Leave(before, terminate: _hard, Current);
        announce(Current);
        restarts.End(null);
        Current.Memory.Rates.HoldOffForRestart();
        if (_old.Count > MostOld)
        {
            log(LogLevel.Warn, $"generation {_old[0].Number} has not finished after {MostOld} restarts: its children are ended");
            foreach (var child in _old[0].Children) child.Terminate();
        }
        CloseEmpty();
        if (_again.Wanted) Restart(_again.Hard); // waits again while sockets are emptied
    }

    /// <summary>When <see cref="Continue"/> wants to be called again (TickCount64).</summary>
    public long NextLook => Math.Min(_leaving?.Sockets.NextLook ?? long.MaxValue, _givenUp?.NextLook ?? long.MaxValue);

    /// <summary>Retires the generation before when its sockets are empty, and closes them when its children have, whatever they still serve.</summary>
    public void Continue()
    {
        long now = Environment.TickCount64;
        if (now >= _givenUp?.NextLook) CloseGivenUp(now, _givenUp.Value.Began);
        if (_leaving is not { } leaving || now < leaving.Sockets.NextLook) return;
        if (!leaving.Generation.HasNobodyToAccept && !leaving.Sockets.AreDone()) return;
        _leaving = null;
        leaving.Generation.Retire();
        CloseEmpty();
        CloseGivenUp(now, now);
        if (_again.Wanted) Restart(_again.Hard);
    }

    private void CloseGivenUp(long now, long began)
    {
        factory.CloseUnused(All);
        bool someRemain = factory.Listeners.Unused(All.Except(_old)).Count > 0;
        _givenUp = someRemain ? (began, now + Math.Clamp((now - began) / 4, LookMs, LongestLookMs)) : null;
    }

    /// <summary>The next generation cannot serve; the present one goes on. What caused that has been logged.</summary>
    public void GiveUpNext(string why, string? cause = null)
    {
        log(LogLevel.Error, $"the restart failed: {why}; generation {Current.Number} goes on");
        restarts.End(cause ?? why);
        var failed = Next!;
        Next = null;
        Leave(failed, terminate: true);
        CloseEmpty();
        if (_again.Wanted) Restart(_again.Hard);
    }

    /// <summary>Closes retired generations whose last child has ended.</summary>
    public void CloseEmpty()
    {
        foreach (var generation in _old.Where(g => g.IsEmpty && g != _leaving?.Generation).ToArray())
        {
            _old.Remove(generation);
            factory.Close(generation, All);
        }
    }

    /// <summary>Retires every generation: the server stops.</summary>
    public void RetireAll()
    {
        foreach (var generation in All) generation.Retire();
    }

    private void Leave(Generation generation, bool terminate, Generation? successor = null)
    {
        _old.Add(generation);
        if (!terminate && SocketsGivenUp(generation, successor!) is { Length: > 0 } sockets)
        {
            generation.Abandon(sockets);
            _leaving = (generation, new EmptyingSockets(sockets, QueuePatienceMs));
            return;
        }
        generation.Retire();
        if (!terminate) return;
        foreach (var child in generation.Children) child.Terminate();
    }

    private static ListeningSocket[] SocketsGivenUp(Generation before, Generation after) =>
        [.. before.Listeners.SelectMany(bucket => bucket).Except(after.Listeners.SelectMany(bucket => bucket))];

    /// <summary>Starts children until one cannot be started; then returns why.</summary>
    private string? StartChildren(Generation generation, int count)
    {
        for (int i = 0; i < count && generation.FreeSeat() is >= 0 and var seat; i++)
            if (start(generation, seat) is { } problem) return problem;
        return null;
    }
}
