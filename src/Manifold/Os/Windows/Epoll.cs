namespace Manifold.Os;

/// <summary>
/// What epoll is for on Linux, as far as a supervisor and its child need it: a list of what one thread waits for. What another thread adds is
/// not noticed by a wait that is on, so connections cannot park here.
/// </summary>
internal sealed class Epoll(int batch) : IDisposable
{
    private readonly List<int> _numbers = [];
    private readonly List<(int Number, Ready Found)> _ready = [];

    /// <summary>As <see cref="Add"/>; which of several waiting processes is woken, the system decides.</summary>
    public void AddShared(int fd) => Add(fd);

    /// <summary>Reports <paramref name="fd"/> whenever it is readable.</summary>
    public void Add(int fd)
    {
        if (!_numbers.Contains(fd)) _numbers.Add(fd);
    }

    /// <summary>As <see cref="Add"/>, which always succeeds here; returns 0.</summary>
    public int TryAdd(int fd)
    {
        Add(fd);
        return 0;
    }

    /// <summary>Connections do not park on Windows.</summary>
    public int AddOnce(int fd, Ready wanted) =>
        throw new PlatformNotSupportedException($"Connection {fd} cannot park ({wanted}, {_numbers.Count} others) on Windows: the MPM there is winnt.");

    /// <summary>As <see cref="AddOnce"/>.</summary>
    public int ArmOnce(int fd, Ready wanted) => AddOnce(fd, wanted);

    /// <summary>As <see cref="AddOnce"/>.</summary>
    public int AddEdges(int fd, Ready wanted) => AddOnce(fd, wanted);

    /// <summary>As <see cref="AddOnce"/>.</summary>
    public int ChangeEdges(int fd, Ready wanted) => AddOnce(fd, wanted);

    /// <summary>Forgets <paramref name="fd"/>.</summary>
    public void Remove(int fd) => _numbers.Remove(fd);

    /// <summary>
    /// Waits up to <paramref name="timeoutMs"/> (-1 = for ever) and returns the number of events, which <see cref="Fd"/> and <see cref="Found"/>
    /// tell until the next call.
    /// </summary>
    public int Wait(int timeoutMs)
    {
        var entries = new Poll.Entry[_numbers.Count];
        for (int i = 0; i < entries.Length; i++) entries[i] = new Poll.Entry(_numbers[i], Ready.In);
        _ready.Clear();
        if (Poll.Wait(entries, timeoutMs) == 0) return 0;
        foreach (var entry in entries)
            if (entry.Found != Ready.None && _ready.Count < batch) _ready.Add((entry.Fd, entry.Found));
        return _ready.Count;
    }

    /// <summary>The number of event <paramref name="index"/>.</summary>
    public int Fd(int index) => _ready[index].Number;

    /// <summary>What it is ready for.</summary>
    public Ready Found(int index) => _ready[index].Found;

    public void Dispose() => _numbers.Clear();
}
