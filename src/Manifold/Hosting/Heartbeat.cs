namespace Manifold.Hosting;

/// <summary>
/// The connections on which HTTP runs, for what has to be done with each of them once a second. Connections come and go on the MPM's threads; the
/// beat is Kestrel's own, on its own thread, which wakes once a second whether there is anybody here or not. Nothing here blocks.
/// </summary>
internal sealed class Heartbeat
{
    private readonly Lock _gate = new();
    private readonly List<ConnectionLife> _lives = [];
    private ConnectionLife?[] _beating = [];

    /// <summary>How many there are. Any thread.</summary>
    public int Count
    {
        get
        {
            lock (_gate) return _lives.Count;
        }
    }

    /// <summary>HTTP begins on a connection. Any thread, once for each.</summary>
    public void Add(ConnectionLife life)
    {
        lock (_gate)
        {
            life.Place = _lives.Count;
            _lives.Add(life);
        }
    }

    /// <summary>HTTP has ended there. Any thread, once; a beat that is under way may still meet it.</summary>
    public void Remove(ConnectionLife life)
    {
        lock (_gate)
        {
            var last = _lives[^1];
            _lives[last.Place = life.Place] = last;
            _lives.RemoveAt(_lives.Count - 1);
        }
    }

    /// <summary>A second has passed. One thread; what is called meanwhile may add and remove.</summary>
    public void Beat()
    {
        int count;
        lock (_gate)
        {
            count = _lives.Count;
            if (_beating.Length < count || _beating.Length > count * 4) _beating = new ConnectionLife?[count];
            _lives.CopyTo(_beating!);
        }
        for (int i = 0; i < count; i++)
        {
            _beating[i]!.Beat();
            _beating[i] = null;
        }
    }
}
