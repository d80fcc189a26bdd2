using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using Manifold.Httpd.Files;

namespace Manifold.Httpd.Requests;

/// <summary>What a request target stands for, as the phases have found it: a file, or a resource that has a handler.</summary>
internal sealed class Resolution
{
    private readonly (byte[] Name, FileStat Stat)[] _basis;
    private long _seen; // when everything was as it should be, in Stopwatch ticks: before the file system was asked

    /// <param name="target">The request target, without query.</param>
    /// <param name="resource">What it was resolved to.</param>
    /// <param name="entity">The file that answers; null where a handler does.</param>
    public Resolution(string target, Resource resource, FileEntity? entity)
    {
        Target = target;
        Resource = resource;
        Entity = entity;
        var basis = new List<(byte[], FileStat)>();
        if (resource.FileName is { } file) basis.Add((Name(file), entity?.Stat ?? resource.Stat));
        foreach (var (path, stat) in resource.Present ?? []) basis.Add((Name(path), stat));
        foreach (string path in resource.Absent ?? []) basis.Add((Name(path), default));
        _basis = [.. basis];
    }

    public string Target { get; }

    public Resource Resource { get; }

    public FileEntity? Entity { get; }

    /// <summary>Set by hits, cleared by the evictor: who was used lately stays once more.</summary>
    public bool Used { get; set; }

    public long Cost => 512 + (Entity?.Content?.Length ?? 0);

    /// <summary>
    /// True when everything is as it was, what is there and what is not, or was at some moment after <paramref name="since"/> (Stopwatch ticks):
    /// requests that had come before the file system was asked share its answer. Any thread.
    /// </summary>
    public bool IsValid(long since)
    {
        if (Volatile.Read(ref _seen) >= since) return true;
        long now = Stopwatch.GetTimestamp();
        foreach (var (name, known) in _basis)
        {
            if (FileStat.Of(name, out var stat) == 0 ? stat != known : known.Exists) return false;
        }
        Volatile.Write(ref _seen, now);
        return true;
    }

    private static byte[] Name(string path) => Encoding.Latin1.GetBytes(path + '\0');
}

/// <summary>
/// What request targets stand for, by raw target without query: plain files and what has a handler. Each hit is validated by the file system, after the
/// request has come, so a changed, replaced or removed file shows at the next request. All threads of a child use it; look-ups take no lock. Bounded by the room that it shares with those of the other servers.
/// </summary>
internal sealed class ResolutionCache
{
    /// <summary>Longest file that is kept in memory.</summary>
    public const int LongestContent = 64 * 1024;

    private readonly ConcurrentDictionary<string, Resolution> _known = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Resolution>.AlternateLookup<ReadOnlySpan<char>> _bySpan;

    public ResolutionCache(CacheRoom room)
    {
        Room = room;
        _bySpan = _known.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    public CacheRoom Room { get; }

    public int Count => _known.Count;

    /// <summary>The entry of a target, valid at some moment after <paramref name="since"/> (Stopwatch ticks); null when there is none.</summary>
    public Resolution? Find(string target, long since)
    {
        int question = target.IndexOf('?', StringComparison.Ordinal);
        Resolution? known;
        if (question < 0) _known.TryGetValue(target, out known);
        else _bySpan.TryGetValue(target.AsSpan(0, question), out known);
        if (known is null) return null;
        if (known.IsValid(since))
        {
            if (!known.Used) known.Used = true;
            return known;
        }
        Remove(known);
        return null;
    }

    /// <summary>Remembers an outcome. The caller has made sure that it depends on nothing but the target and the file system.</summary>
    public void Add(Resolution outcome)
    {
        if (Room.Takes(outcome) && _known.TryAdd(outcome.Target, outcome)) Room.Enter(this, outcome);
    }

    /// <summary>True while the outcome is remembered.</summary>
    public bool Has(Resolution outcome) => _known.TryGetValue(outcome.Target, out var present) && ReferenceEquals(present, outcome);

    /// <summary>Forgets the outcome, if it is still remembered.</summary>
    public void Remove(Resolution outcome) => _known.TryRemove(new(outcome.Target, outcome));
}
