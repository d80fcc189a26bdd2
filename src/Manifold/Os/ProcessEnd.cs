namespace Manifold.Os;

/// <summary>How a process ended.</summary>
/// <param name="Code">Exit code; 0 when a signal ended it.</param>
/// <param name="Signal">The signal that ended it; 0 when it exited by itself.</param>
/// <param name="CoreDumped">True when the kernel wrote a core file.</param>
/// <param name="UserTime">Processor time it used, user, microseconds.</param>
/// <param name="SystemTime">Processor time it used, system, microseconds.</param>
internal readonly record struct ProcessEnd(int Code, int Signal, bool CoreDumped, long UserTime = 0, long SystemTime = 0);
