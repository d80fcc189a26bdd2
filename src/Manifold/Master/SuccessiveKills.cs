namespace Manifold.Master;

/// <summary>What follows from a child that was killed by a signal.</summary>
/// <param name="RestartAtOnce">Start a replacement now. Otherwise idle maintenance does it if one is needed.</param>
/// <param name="Warn">Log that children keep being killed.</param>
internal readonly record struct KillVerdict(bool RestartAtOnce, bool Warn);

/// <summary>
/// Replaces a child that crashed at once, but not when crashes follow each other: the first and second between two ticks are, from
/// the third on maintenance decides, with a warning at the 3rd, 13th, 23rd. Pure. Master thread. Algorithm: httpd 2.4 worker and event
/// (its prefork leaves every replacement to maintenance).
/// </summary>
internal sealed class SuccessiveKills
{
    private int _count;

    /// <summary>A child was killed by a signal that nobody here sent.</summary>
    public KillVerdict Killed()
    {
        _count++;
        return new(_count < 3, _count % 10 == 3);
    }

    /// <summary>A second passed in which no child ended.</summary>
    public void Tick() => _count = 0;
}
