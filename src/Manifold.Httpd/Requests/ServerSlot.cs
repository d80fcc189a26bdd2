namespace Manifold.Httpd.Requests;

/// <summary>
/// A place for one kind of state in each server. Made once by the module that keeps the state, at its start, and held in a static field: it is never given back.
/// </summary>
/// <typeparam name="T">The state.</typeparam>
public sealed class ServerSlot<T> where T : class
{
    internal int Index { get; } = ServerSlots.Next();
}

/// <summary>The numbers of slots.</summary>
internal static class ServerSlots
{
    private static int s_count;

    public static int Next() => Interlocked.Increment(ref s_count) - 1;
}
