namespace Manifold.Master;

/// <summary>
/// Slows down starting while children die before they are ready (a broken application, a missing library, no memory): 1, 2, 4, 8, 16, then
/// 30 seconds, by the clock, while the master's loop goes on. Children that were started together and die together are one failure.
/// Pure but for the clock it is given. Master thread. Held: a child that became ready ends the slow-down.
/// </summary>
internal sealed class StartBackOff(TimeProvider clock, int giveUpAfter = 10)
{
    private const int Hopeless = 4;

    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(30);
    private long _since;
    private TimeSpan _delay;

    /// <summary>Failures in a row.</summary>
    public int Failures { get; private set; }

    /// <summary>True when there were so many that children which have never served never will.</summary>
    public bool IsHopeless => Failures >= Hopeless;

    /// <summary>True as long as a failure that happens now is the first one, or one with it.</summary>
    public bool IsFirst => Failures == 0 || (Failures == 1 && Remaining > TimeSpan.Zero);

    /// <summary>How long no child may be started; zero = now is fine.</summary>
    public TimeSpan Remaining
    {
        get
        {
            if (_delay == TimeSpan.Zero) return TimeSpan.Zero;
            var left = _delay - clock.GetElapsedTime(_since);
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    /// <summary>A child reported that it is ready.</summary>
    public void ChildReady()
    {
        Failures = 0;
        _delay = TimeSpan.Zero;
    }

    /// <summary>
    /// A child died before it was ready, or could not be started. True = give up: too many failures in a row,
    /// and no other child serves.
    /// </summary>
    public bool StartFailed(bool othersServe)
    {
        if (Remaining == TimeSpan.Zero)
        {
            Failures++;
            _delay = Failures > 5 ? s_longest : TimeSpan.FromSeconds(1 << (Failures - 1));
            _since = clock.GetTimestamp();
        }
        return Failures >= giveUpAfter && !othersServe;
    }
}
