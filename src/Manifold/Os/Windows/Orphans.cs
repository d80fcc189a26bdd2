namespace Manifold.Os;

/// <summary>On Windows nobody inherits the ends of processes.</summary>
internal sealed class Orphans
{
    /// <summary>Does nothing.</summary>
    public void Reap()
    {
    }
}
