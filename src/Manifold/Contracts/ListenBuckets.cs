namespace Manifold.Contracts;

/// <summary>Sets of listening sockets with the same addresses (SO_REUSEPORT), one for so many processors.</summary>
public static class ListenBuckets
{
    /// <summary>How many there are; 0 processors = one set.</summary>
    public static int Count(int processorsPerBucket) => processorsPerBucket > 0 && Os.Platform.HasReusePort ? Math.Max(1, Environment.ProcessorCount / processorsPerBucket) : 1;
}
