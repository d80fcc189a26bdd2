namespace Manifold.Os;

/// <summary>What a master can be told from outside, by the Linux numbers of the signals that say it there.</summary>
internal enum MasterSignal
{
    /// <summary>Restart now.</summary>
    Hangup = 1,
    /// <summary>Stop now (from a terminal).</summary>
    Interrupt = 2,
    /// <summary>Graceful restart.</summary>
    User1 = 10,
    /// <summary>Stop now.</summary>
    Terminate = 15,
    /// <summary>Graceful stop.</summary>
    WindowChange = 28,
}
