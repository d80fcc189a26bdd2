namespace Manifold.Os;

/// <summary>
/// How a child gets what its master leaves to it: as inherited descriptors, under the same numbers, and one sealed memfd that says which
/// number is what. Its own number stands in the environment.
/// </summary>
internal static class HeritageTransport
{
    /// <summary>The environment variable that makes a process a child.</summary>
    public const string Variable = "MANIFOLD_HERITAGE";

    /// <summary>Starts a process with a heritage; throws <see cref="OsException"/> when the system refuses. Master thread.</summary>
    /// <param name="start">What to start.</param>
    /// <param name="descriptors">What it inherits beside what <paramref name="start"/> names.</param>
    /// <param name="heritage">Writes the heritage, given the number that a descriptor has in the child.</param>
    public static ChildProcess Spawn(ChildProcess.Start start, IReadOnlyCollection<int> descriptors, Func<Func<int, int>, byte[]> heritage)
    {
        using var memory = MemFile.CreateSnapshot("manifold-heritage", heritage(number => number));
        int number = (int)memory.DangerousGetHandle();
        return ChildProcess.Spawn(start with
        {
            Environment = [.. start.Environment, $"{Variable}={number}"],
            Inherit = [.. descriptors.Append(number).Distinct().Select(fd => (fd, fd)), .. start.Inherit],
        });
    }

    /// <summary>The number of a listening socket in the child.</summary>
    public static int SocketNumber(int number) => number;

    /// <summary>In a child: says that the listening sockets may come. They are there already.</summary>
    public static void AskForSockets(FileDescriptor readyPipe, int count) => _ = (readyPipe, count);

    /// <summary>Gives a child the listening sockets that it has asked for; false when that is not possible. Here it has them: a child that asks is refused.</summary>
    public static bool GiveSockets(ChildProcess child, IEnumerable<int> sockets)
    {
        _ = (child, sockets);
        return false;
    }

    /// <summary>
    /// The heritage of this process; null when it is no child. The variable stays: a child starts no processes, and the runtime's copy of the environment
    /// that a change needs costs milliseconds.
    /// </summary>
    public static byte[]? Receive()
    {
        string? number = Environment.GetEnvironmentVariable(Variable);
        if (number is null) return null;
        using var memory = FileDescriptor.Inherited(int.Parse(number)).ToFileHandle();
        return MemFile.ReadSnapshot(memory);
    }
}
