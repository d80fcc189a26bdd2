namespace Manifold.Httpd.Matching;

/// <summary>What a match needs beside the pattern: room for its offsets, and its limits. Belongs to one thread at a time.</summary>
internal sealed unsafe class MatchSpace : IDisposable
{
    private const int FewPairs = 16;
    private const uint LittleHeap = 256; // KiB; the library keeps what it has taken, for each thread
    [ThreadStatic] private static MatchSpace? t_own;
    private readonly MatchDataHandle _data;
    private readonly MatchContextHandle _context;
    private readonly int _pairs;
    private uint _limit;

    /// <summary>Room for so many pairs of offsets, and a heap of so many KiB.</summary>
    public MatchSpace(int pairs, uint heap)
    {
        _pairs = pairs;
        _data = Pcre2.CreateMatchData((uint)pairs, 0);
        _context = Pcre2.CreateMatchContext(0);
        if (_data.IsInvalid || _context.IsInvalid) throw new InsufficientMemoryException("no memory for matching regular expressions");
        _ = Pcre2.SetHeapLimit(_context.DangerousGetHandle(), heap);
    }

    /// <summary>The calling thread's own space.</summary>
    public static MatchSpace Own(int pairs) => t_own is { } own && own._pairs >= pairs ? own : Grow(pairs);

    /// <summary>The offsets of the last match: begin and end of the whole, of group 1, and so on; <see cref="nuint.MaxValue"/> where unset.</summary>
    public nuint* Offsets => Pcre2.Offsets(_data.DangerousGetHandle());

    /// <summary>One attempt of at most <paramref name="limit"/> steps at each place where a match may begin: the library's answer.</summary>
    public int Match(nint code, byte* subject, int length, int start, uint options, uint limit)
    {
        nint context = _context.DangerousGetHandle();
        if (limit != _limit) _ = Pcre2.SetMatchLimit(context, _limit = limit);
        int found = Pcre2.Match(code, subject, (nuint)length, (nuint)start, options, _data.DangerousGetHandle(), context);
        GC.KeepAlive(this);
        return found;
    }

    public void Dispose()
    {
        _data.Dispose();
        _context.Dispose();
    }

    private static MatchSpace Grow(int pairs)
    {
        t_own?.Dispose();
        t_own = null;
        return t_own = new MatchSpace(Math.Max(pairs, FewPairs), LittleHeap);
    }
}
