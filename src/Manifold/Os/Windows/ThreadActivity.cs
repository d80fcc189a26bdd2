namespace Manifold.Os;

/// <summary>What percore asks of the system about its threads; it does not run on Windows, where the completion port sees who blocks.</summary>
internal static class ThreadActivity
{
    /// <summary>Never asked.</summary>
    public static long Waits => throw new PlatformNotSupportedException();

    /// <summary>Never asked.</summary>
    public static bool IsAsleep(int threadId) => throw new PlatformNotSupportedException($"The state of thread {threadId} is not known on Windows.");
}
