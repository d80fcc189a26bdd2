namespace Manifold.Httpd.Matching;

/// <summary>A match that was found: its groups. Immutable.</summary>
public sealed class Match
{
    private readonly string _subject;
    private readonly int[] _offsets;

    internal Match(string subject, int[] offsets)
    {
        _subject = subject;
        _offsets = offsets;
    }

    /// <summary>Where the match begins (behind \K, if there is one).</summary>
    public int Start => Math.Min(_offsets[0], _offsets[1]);

    /// <summary>Where the match ends.</summary>
    public int End => _offsets[1];

    /// <summary>What a group has matched, group 0 being the whole; empty for one that is unset or does not exist.</summary>
    public ReadOnlySpan<char> this[int group] => IsSet(group) ? _subject.AsSpan(_offsets[2 * group].._offsets[2 * group + 1]) : default;

    /// <summary>True for a group that took part in the match.</summary>
    public bool IsSet(int group) =>
        2 * group + 1 < _offsets.Length && _offsets[2 * group] >= 0 && _offsets[2 * group] <= _offsets[2 * group + 1];
}
