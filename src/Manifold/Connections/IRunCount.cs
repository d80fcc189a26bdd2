namespace Manifold.Connections;

/// <summary>Counts the threads that run, and is told when one of them waits. On that thread; does not block.</summary>
internal interface IRunCount
{
    /// <summary>The calling thread is about to wait.</summary>
    void Blocks();

    /// <summary>The calling thread goes on.</summary>
    void Runs();
}
