using Manifold.Contracts;

namespace Manifold.Populations;

/// <summary>Something that a tick found worth logging.</summary>
internal enum PopulationNotice
{
    /// <summary>Error, once in the master's life: everything is busy and MaxRequestWorkers forbids more.</summary>
    LimitReached,
    /// <summary>Error, once in the master's life: MaxRequestWorkers is reached although some threads (too few) are idle.</summary>
    NearLimit,
    /// <summary>Error, on every tick: MaxRequestWorkers would allow more, but there is no free slot; ServerLimit is too small.</summary>
    ScoreboardFull,
    /// <summary>Info: 8 or more children are to be started in one tick.</summary>
    Busy,
    /// <summary>Alert: a child reported a shortage and none has ever been healthy since the configuration was loaded.</summary>
    NoHealthyChild,
}

/// <summary>A notice with its numbers.</summary>
/// <param name="Notice">What happened.</param>
/// <param name="Bucket">Where.</param>
/// <param name="Rate">Children that may be started in this tick.</param>
/// <param name="Idle">Idle children (prefork) or threads.</param>
/// <param name="Total">Children.</param>
internal readonly record struct PopulationReport(PopulationNotice Notice, int Bucket, int Rate, int Idle, int Total)
{
    public LogLevel Level => Notice switch
    {
        PopulationNotice.Busy => LogLevel.Info,
        PopulationNotice.NoHealthyChild => LogLevel.Alert,
        _ => LogLevel.Error,
    };

    /// <summary>With httpd's number.</summary>
    public string Text => Notice switch
    {
        PopulationNotice.LimitReached => "AH00484: server reached MaxRequestWorkers setting, consider raising the MaxRequestWorkers setting",
        PopulationNotice.NearLimit => "AH10159: server is within MinSpareThreads of MaxRequestWorkers, consider raising the MaxRequestWorkers setting",
        PopulationNotice.ScoreboardFull => "AH03490: scoreboard is full, not at MaxRequestWorkers. Increase ServerLimit.",
        PopulationNotice.Busy => $"AH00162: server seems busy: starting {Rate} children, {Idle} idle, {Total} in all",
        _ => "AH00483: no child has ever come up healthy",
    };
}

/// <summary>One child is to end gracefully.</summary>
/// <param name="Bucket">Whose pipe of death gets a byte, if that is how children are told.</param>
/// <param name="Slot">The child that loses least, if a particular one can be told.</param>
internal readonly record struct Retirement(int Bucket, int Slot);

/// <summary>What the master should do after a tick. Owned by the strategy and overwritten by its next tick.</summary>
internal sealed class PopulationStep
{
    /// <summary>Slots to start a child in, in this order.</summary>
    public List<int> Start { get; } = [];

    /// <summary>Children to retire: at most one a bucket.</summary>
    public List<Retirement> Retire { get; } = [];

    /// <summary>What to log.</summary>
    public List<PopulationReport> Reports { get; } = [];

    /// <summary>One more than the highest slot in use, over all buckets, the children to start included.</summary>
    public int HighestUsed { get; set; }

    /// <summary>True when the server should stop because no child ever came up.</summary>
    public bool GiveUp { get; set; }

    /// <summary>Nothing to do.</summary>
    public void Clear()
    {
        Start.Clear();
        Retire.Clear();
        Reports.Clear();
        HighestUsed = 0;
        GiveUp = false;
    }

    /// <summary>Starts a child in <paramref name="slot"/>.</summary>
    public void StartIn(int slot)
    {
        Start.Add(slot);
        HighestUsed = Math.Max(HighestUsed, slot + 1);
    }
}
